/** The kinds of value in a network's specification, which may come from a file; the numbers are judged with the shapes. */
import { type Field, isOptional } from '../fields/field.js';
import { type Kind, kindNamed } from '../fields/kind.js';
import { neurons } from '../neurons/index.js';
import { norms } from '../norms/index.js';
import { surrogates } from '../surrogates/index.js';
import { suggestion } from './nearest.js';

/** The first thing that is not of its kind, as 'path must be ..., got ...'; null when all are. */
export function structureProblem(spec: unknown): string | null {
  try {
    checkNetwork(spec);
    return null;
  } catch (error) {
    if (error instanceof KindError) return error.message;
    throw error;
  }
}

class KindError extends Error {}

type Check = (path: string, value: unknown) => void;
type Fields = Record<string, Check>;

const kind =
  (name: string, right: (value: unknown) => boolean): Check =>
  (path, value) => {
    if (!right(value)) throw new KindError(`${path} must be ${name}, got ${show(value)}`);
  };

const number = kind('a number', (value) => typeof value === 'number');
const text = kind('text', (value) => typeof value === 'string');
const truth = kind('true or false', (value) => typeof value === 'boolean');
const isTrue = kind('true or absent', (value) => value === true);

const oneOf = (names: readonly string[]) =>
  kind(`one of ${names.join(', ')}`, (value) => names.some((name) => name === value));

/** An object with these fields and no others. */
const object =
  (fields: Fields): Check =>
  (path, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new KindError(`${path} must be an object, got ${show(value)}`);
    }
    const names = Object.keys(fields);
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) {
      throw new KindError(`${path}.${unknown} is not known${suggestion(unknown, names)}`);
    }
    for (const [key, check] of Object.entries(fields)) {
      check(`${path}.${key}`, Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);
    }
  };

/** A field that may be missing. */
const optional =
  (check: Check): Check =>
  (path, value) => {
    if (value !== undefined) check(path, value);
  };
const list =
  (check: Check): Check =>
  (path, value) => {
    if (!Array.isArray(value)) throw new KindError(`${path} must be a list, got ${show(value)}`);
    value.forEach((item, i) => {
      check(`${path}[${i}]`, item);
    });
  };

const orAbsent =
  (check: Check): Check =>
  (path, value) => {
    if (value !== undefined) check(path, value);
  };

const common = { type: text, name: text, input: text };
const moving = { kernel: number, stride: number, padding: number };
const checkOf: Record<Field['type'], Check> = { number, choice: text, truth };

const checksOf = (kind: Kind | undefined): Fields =>
  Object.fromEntries(
    Object.entries(kind?.options ?? {}).map(([option, field]) => {
      const check = checkOf[field.type];
      return [option, isOptional(field) ? orAbsent(check) : check];
    }),
  );

/** A kind of a family with its options. */
const oneKindOf =
  (family: readonly Kind[]): Check =>
  (path, value) => {
    const name = (value as { kind?: unknown } | null | undefined)?.kind;
    const named = kindNamed(family, name) ?? family[0];
    object({ kind: oneOf(family.map((one) => one.name)), ...checksOf(named) })(path, value);
  };

/** A kind of a family with its options, beside these fields; the family's first kind needs no name. */
const anyKindOf =
  (family: readonly Kind[], fields: Fields): Check =>
  (path, value) => {
    const name = (value as { kind?: unknown } | null | undefined)?.kind;
    const named = name === undefined ? {} : { kind: oneOf(family.map((one) => one.name)) };
    object({ ...checksOf(kindNamed(family, name) ?? family[0]), ...fields, ...named })(path, value);
  };

const neuron = anyKindOf(neurons, { surrogate: oneKindOf(surrogates) });
const two = kind('two names', (value) => Array.isArray(value) && value.length === 2);
const twoNames: Check = (path, value) => {
  two(path, value);
  list(text)(path, value);
};
const layers: Record<string, Check> = {
  conv2d: object({ ...common, ...moving, inChannels: number, outChannels: number, bias: truth }),
  linear: object({ ...common, inFeatures: number, outFeatures: number, bias: truth }),
  batchNorm: anyKindOf(norms, { ...common, channels: number, weight: optional(number) }),
  add: object({ type: text, name: text, inputs: twoNames }),
  sew: object({ type: text, name: text, inputs: twoNames, operation: oneOf(['add', 'and', 'iand']) }),
  lif: object({ ...common, neuron }),
  avgPool: object({ ...common, ...moving }),
  maxPool: object({ ...common, ...moving }),
};

const layer: Check = (path, value) => {
  const type = (value as { type?: unknown } | null | undefined)?.type;
  const check = typeof type === 'string' && Object.hasOwn(layers, type) ? layers[type] : undefined;
  if (check === undefined) {
    throw new KindError(`${path}.type must be one of ${Object.keys(layers).join(', ')}, got ${show(type)}`);
  }
  check(path, value);
};

const taps: Check = (path, value) => {
  const names = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  object(Object.fromEntries(names.map((name) => [name, text])))(path, value);
};

const checkNetwork = (value: unknown) =>
  object({
    name: text,
    input: object({ channels: number, height: number, width: number, frames: orAbsent(isTrue) }),
    timeSteps: number,
    classes: number,
    layers: list(layer),
    heads: list(object({ name: text, tap: text })),
    taps,
  })('network', value);

function show(value: unknown): string {
  const words = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return words.length > 60 ? `${words.slice(0, 60)}...` : words;
}
