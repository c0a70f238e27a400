import { plain } from 'kestirme';
import type { Origin } from '../config/resolve.js';
import { UsageError } from '../errors.js';
import { suggestion } from '../options/nearest.js';
import type { OptionTable, Values } from '../options/option.js';
import { at, type Given, merge } from '../options/parse.js';
import { type Asked, recipeLayer } from '../recipes/layer.js';
import { resumeLayer } from './resumeLayer.js';

/** Options as a program gives them: those of a configuration file, and those of the session. */
export type ProgramOptions<O extends OptionTable> = { [K in keyof O]?: Values<O>[K] | undefined };

interface Own extends Asked {
  resume: boolean;
  out: string | undefined;
  force: boolean;
}

/**
 * Complete values from those that a program gave, on top of those of the run in the folder where it resumes; held to the
 * rules that configuration files are.
 * @throws UsageError naming `call` and the option
 */
export function valuesFor<O extends OptionTable>(
  table: O,
  options: ProgramOptions<O>,
  call: string,
  kind: 'run' | 'comparison',
): { values: Values<O>; origin: Origin } {
  const given: Given = new Map();
  for (const [key, value] of Object.entries(options)) {
    const where = `${call}: ${plain.excerpt(key)}`;
    const row = Object.hasOwn(table, key) ? table[key] : undefined;
    if (row === undefined) throw new UsageError(`${where} is no option${suggestion(key, Object.keys(table))}`);
    if (value !== undefined) given.set(key, { value: at(where, () => row.type.fromFile(value)), where });
  }
  const own = merge(table, [given]);
  const { resume, out, force, ...asked } = own.values as unknown as Own;
  const base = resume ? resumeLayer(table, { out, force }, kind) : recipeLayer(table, asked);
  const merged = merge(table, [base, given]);
  // The table made each value what its row's type says.
  return { values: merged.values as Values<O>, origin: merged.origin };
}
