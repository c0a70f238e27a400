import { plain } from 'kestirme';
import { UsageError } from '../errors.js';
import { suggestion } from './nearest.js';
import { findKey, flagName, kebab, namesOf, type OptionTable } from './option.js';
import { flag, ValueError, type ValueType } from './types.js';

/** Values with the place each came from, e.g. '--lr' or 'run.yaml: lr', by key. */
export type Given = Map<string, { value: unknown; where: string }>;

export interface ParsedArguments {
  given: Given;
  positionals: string[];
}

/** Reads `--name value`, `--name=value`, `--flag`, `--no-flag` of `command`; everything behind `--` is positional. */
export function parseArguments(table: OptionTable, argv: readonly string[], command: string): ParsedArguments {
  const given: Given = new Map();
  const positionals: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    if (argument === '--') {
      positionals.push(...argv.slice(i + 1));
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      positionals.push(argument);
      continue;
    }
    const { key, where, negated, inline } = readName(table, argument, command);
    const type = table[key]?.type;
    if (type === undefined) throw new Error(`no row for ${key}`);
    if (given.has(key)) throw new UsageError(`${where} is given twice; keep one`);
    if (type !== flag && negated) {
      given.set(key, { value: type.opposite, where });
      continue;
    }
    if (type === flag) {
      given.set(key, { value: inline === undefined ? !negated : at(where, () => flag.fromText(inline)), where });
      continue;
    }
    const value = inline ?? argv[++i];
    // A value may start with one hyphen (a negative number); two make an option.
    if (value === undefined || (inline === undefined && value.startsWith('--'))) {
      throw new UsageError(`${where} needs a value: ${where} ${type.form}`);
    }
    given.set(key, { value: at(where, () => type.fromText(value)), where });
  }
  return { given, positionals };
}

function readName(table: OptionTable, argument: string, command: string) {
  const equals = argument.indexOf('=');
  const name = (equals < 0 ? argument : argument.slice(0, equals)).replace(/^--?/, '');
  const inline = equals < 0 ? undefined : argument.slice(equals + 1);
  const key = argument.startsWith('--') ? findKey(table, name) : undefined;
  if (key !== undefined) return { key, where: flagName(key), negated: false, inline };
  if (argument.startsWith('--no-')) {
    const positive = findKey(table, name.slice('no-'.length));
    if (positive !== undefined) {
      if (!hasOpposite(table[positive]?.type))
        throw new UsageError(`--${name}: ${flagName(positive)} takes a value and has no opposite`);
      if (inline !== undefined) throw new UsageError(`--${name} takes no value`);
      return { key: positive, where: `--${name}`, negated: true, inline };
    }
  }
  const shown = plain.excerpt(equals < 0 ? argument : argument.slice(0, equals));
  const opposites = Object.entries(table).flatMap(([key, { type }]) => (hasOpposite(type) ? [`no-${kebab(key)}`] : []));
  const near = suggestion(name, [...namesOf(table), ...opposites], '--');
  throw new UsageError(`unknown option ${shown}${near || whereListed(command)}`);
}

const hasOpposite = (type: ValueType<unknown> | undefined) => type === flag || type?.opposite !== undefined;

/** Advice behind an unknown name: there are too many options to list them in a line. */
export function whereListed(command: string): string {
  return `; \`kestirme help ${command}\` lists those that there are`;
}

/** Runs `read`; a refused value becomes an error that names the place. */
export function at<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ValueError) throw new UsageError(`${where}: ${error.message}`);
    throw error;
  }
}

/** Defaults, then each of `layers` on top of the one before; `origin` tells where a value was given, if it was. */
export function merge(
  table: OptionTable,
  layers: readonly Given[],
): { values: Record<string, unknown>; origin: Map<string, string> } {
  const values: Record<string, unknown> = {};
  const origin = new Map<string, string>();
  for (const [key, one] of Object.entries(table)) {
    values[key] = one.default;
    for (const layer of layers) {
      const found = layer.get(key);
      if (found === undefined) continue;
      values[key] = found.value;
      origin.set(key, found.where);
    }
  }
  return { values, origin };
}
