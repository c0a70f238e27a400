import type { ValueType } from './types.js';

/** One row of an options table: parsing, file reading, help and validation all follow from it. */
export interface Option<T> {
  type: ValueType<T>;
  /** Undefined when nothing stands for "not given" or when another option decides. */
  default: T | undefined;
  help: string;
  group: string;
  /** Further names on the command line and in files, e.g. 'T' for timeSteps. */
  aliases: readonly string[];
  /** Belongs to a terminal's session, so that no file may set it. */
  commandLineOnly: boolean;
  /** Shown in the help in place of the default. */
  defaultText: string | undefined;
}

/** Keys are camelCase; on the command line they are written with hyphens. */
export type OptionTable = Record<string, Option<unknown>>;

/** What parsing against a table yields. */
export type Values<O extends OptionTable> = { [K in keyof O]: O[K] extends Option<infer T> ? T : never };

interface Extra {
  group?: string;
  aliases?: readonly string[];
  commandLineOnly?: boolean;
  defaultText?: string;
}

export function option<T>(type: ValueType<T>, fallback: T, help: string, extra: Extra = {}): Option<T> {
  return row(type, fallback, help, extra);
}

/** Without a default of its own. */
export function optional<T>(type: ValueType<T>, help: string, extra: Extra = {}): Option<T | undefined> {
  return row<T | undefined>(type, undefined, help, extra);
}

function row<T>(type: ValueType<T>, fallback: T | undefined, help: string, extra: Extra): Option<T> {
  return {
    type,
    default: fallback,
    help,
    group: extra.group ?? 'Options',
    aliases: extra.aliases ?? [],
    commandLineOnly: extra.commandLineOnly ?? false,
    defaultText: extra.defaultText,
  };
}

/** 'weightDecay' is written --weight-decay. */
export function flagName(key: string): string {
  return `--${kebab(key)}`;
}

export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter, place: number) => (place === 0 ? letter : `-${letter.toLowerCase()}`));
}

/** The key that a name on the command line (without hyphens in front) or in a file stands for. */
export function findKey(table: OptionTable, name: string): string | undefined {
  if (Object.hasOwn(table, name)) return name;
  for (const [key, one] of Object.entries(table)) {
    if (name === kebab(key) || one.aliases.includes(name)) return key;
  }
  return undefined;
}

/** Every name a person may write, for suggestions. */
export function namesOf(table: OptionTable): string[] {
  return Object.entries(table).flatMap(([key, one]) => [kebab(key), ...one.aliases]);
}
