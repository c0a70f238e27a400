/**
 * Options of a method, each described once: from a field come the builder's check, the check of a network file, and what
 * a command line reads and shows.
 */

export interface NumberField {
  readonly type: 'number';
  readonly min: number;
  readonly max: number;
  /** The minimum itself is refused. */
  readonly above: boolean;
  /** Whether it has to be a whole number. */
  readonly whole?: true;
  readonly usual: number;
  readonly help: string;
  /** Left out of specifications where it is as usual, as those of before it are. */
  readonly optional?: true;
}

export interface ChoiceField<C extends string = string> {
  readonly type: 'choice';
  readonly choices: readonly C[];
  readonly usual: C;
  readonly help: string;
}

export interface TruthField {
  readonly type: 'truth';
  readonly usual: boolean;
  readonly help: string;
}

export type Field = NumberField | ChoiceField | TruthField;
export type Fields = Readonly<Record<string, Field>>;

type Optional = { readonly optional: true };
type ValueOf<One> = One extends ChoiceField<infer C> ? C : One extends TruthField ? boolean : number;

/** The values that the fields describe. */
export type OptionsOf<F extends Fields> = {
  -readonly [K in keyof F as F[K] extends Optional ? never : K]: ValueOf<F[K]>;
} & { -readonly [K in keyof F as F[K] extends Optional ? K : never]?: ValueOf<F[K]> };

/** A number from `min` to `max`. */
export const number = (field: { min: number; max: number; usual: number; help: string }): NumberField => ({
  ...field,
  type: 'number',
  above: false,
});

/** A whole number from `min` to `max`. */
export const whole = (field: { min: number; max: number; usual: number; help: string }): NumberField => ({
  ...number(field),
  whole: true,
});

/** A number from 0 to `max` that specifications leave out where it is 0. */
export const orZero = (field: { max: number; help: string }): NumberField & Optional => ({
  ...field,
  type: 'number',
  min: 0,
  above: false,
  usual: 0,
  optional: true,
});

/** A number above 0, in single precision too, and at most `max`. */
export const positive = (field: { max: number; usual: number; help: string }): NumberField => ({
  ...field,
  type: 'number',
  min: 0,
  above: true,
});

export const choice = <const C extends string>(field: {
  choices: readonly C[];
  usual: C;
  help: string;
}): ChoiceField<C> => ({ ...field, type: 'choice' });

export const truth = (field: { usual: boolean; help: string }): TruthField => ({ ...field, type: 'truth' });

/** A number as the kernels have it, where 1e-50 is 0 and 1e50 is infinite. */
export const single = (value: number): number => Math.fround(value);

/** The problem of a value, as '`path` must be ..., got ...'; undefined when there is none. */
export function fieldProblem(path: string, field: Field, value: unknown): string | undefined {
  if (fits(field, value)) return undefined;
  return `\`${path}\` must be ${expected(field)}, got ${JSON.stringify(value) ?? value}`;
}

export const isOptional = (field: Field | undefined): boolean => field !== undefined && 'optional' in field;

/** The problem of each value that has one. */
export function fieldProblems(prefix: string, fields: Fields, values: object): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = Object.hasOwn(values, name) ? (values as Record<string, unknown>)[name] : undefined;
    if (value === undefined && isOptional(field)) return [];
    return fieldProblem(`${prefix}${name}`, field, value) ?? [];
  });
}

/** As specifications have them. */
export function usualOptions<F extends Fields>(fields: F): OptionsOf<F> {
  const present = Object.entries(fields).filter(([, field]) => !isOptional(field));
  const entries = present.map(([name, { usual }]) => [name, usual]);
  return Object.fromEntries(entries) as OptionsOf<F>;
}

function fits(field: Field, value: unknown): boolean {
  if (field.type === 'truth') return typeof value === 'boolean';
  if (field.type === 'choice') return field.choices.some((one) => one === value);
  if (field.whole && !Number.isInteger(value)) return false;
  const isLow = (low: number) => (field.above ? low <= field.min : low < field.min);
  return typeof value === 'number' && !isLow(field.above ? single(value) : value) && value <= field.max;
}

function expected(field: Field): string {
  if (field.type === 'truth') return 'true or false';
  if (field.type === 'choice') return field.choices.map((one) => `'${one}'`).join(' or ');
  if (field.above) return `a number above ${field.min}`;
  return `a ${field.whole ? 'whole number' : 'number'} from ${field.min} to ${field.max}`;
}
