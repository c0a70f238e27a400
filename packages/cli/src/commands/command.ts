import { readConfigFile } from '../config/file.js';
import type { Origin } from '../config/resolve.js';
import { UsageError } from '../errors.js';
import { optionsHelp } from '../options/help.js';
import { expandHome } from '../options/home.js';
import { inFlags } from '../options/libraryNames.js';
import type { OptionTable, Values } from '../options/option.js';
import { type Given, merge, parseArguments } from '../options/parse.js';
import type { Terminal } from '../terminal/terminal.js';
import { wrap } from '../terminal/wrap.js';

export interface Input<O extends OptionTable> {
  values: Values<O>;
  /** Where a value was given, e.g. '--lr' or 'run.yaml: lr'; nothing for defaults. */
  origin: Origin;
  positionals: string[];
}

interface Definition<O extends OptionTable> {
  name: string;
  /** The words behind the name in the usage line, e.g. 'RUN [options]'. */
  form: string;
  summary: string;
  /** Further paragraphs of help, a line each. */
  details?: string;
  options: O;
  /** Their least and largest number, and the name of one. */
  positionals: { min: number; max: number; name: string };
  /** Values under those of the configuration file, e.g. of the run to be resumed. */
  base?(values: Values<O>): Given | undefined;
  /** Gives the exit code. */
  run(input: Input<O>, terminal: Terminal): Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly form: string;
  readonly summary: string;
  help(columns: number): string;
  run(argv: readonly string[], terminal: Terminal): Promise<number>;
}

export function defineCommand<O extends OptionTable>(definition: Definition<O>): Command {
  const { name, form, summary, options } = definition;
  return {
    name,
    form,
    summary,
    help(columns) {
      const paragraphs = [`${summary}.`, ...(definition.details ?? '').split('\n')].filter((text) => text !== '');
      const words = paragraphs.map((text) => wrap(text, columns).join('\n')).join('\n\n');
      return `kestirme ${name} ${form}\n\n${words}\n${optionsHelp(options, columns)}\n`;
    },
    async run(argv, terminal) {
      const { given, positionals: words } = parseArguments(options, argv, name);
      const positionals = words.map(expandHome);
      checkPositionals(definition, positionals);
      const config = given.get('config')?.value;
      const file = typeof config === 'string' ? readConfigFile(options, config, name) : new Map();
      let merged = merge(options, [file, given]);
      const base = definition.base?.(merged.values as Values<O>);
      if (base !== undefined) merged = merge(options, [base, file, given]);
      // The table made each value what its row's type says.
      const input = { values: merged.values as Values<O>, origin: merged.origin, positionals };
      return definition.run(input, terminal).catch((error: unknown) => {
        if (error instanceof Error) error.message = inFlags(error.message, options);
        throw error;
      });
    },
  };
}

function checkPositionals<O extends OptionTable>({ name, form, positionals }: Definition<O>, found: string[]): void {
  const usage = `usage: kestirme ${name} ${form}`;
  const extra = found[positionals.max];
  if (extra !== undefined) throw new UsageError(`unexpected '${extra}'; ${usage}`);
  if (found.length < positionals.min) throw new UsageError(`${positionals.name} is missing; ${usage}`);
}
