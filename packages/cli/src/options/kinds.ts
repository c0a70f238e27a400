/** Options whose value names a kind of a family with its own options: 'atan:2', 'atan:alpha=2', or 'atan' alone. */
import {
  completeOptions,
  type Field,
  isOptional,
  type Kind,
  kindNamed,
  losses,
  neurons,
  norms,
  type PenaltySpec,
  penalties,
  type SpecOf,
  surrogates,
  usualOptions,
} from 'kestirme';
import { choice, flag, number, quote, ValueError, type ValueType } from './types.js';

/** A kind with its options, those not in the text at their usual values. */
export function parseKind<K extends Kind>(family: readonly K[], text: string): SpecOf<K> {
  const { kind, given } = parseGiven(family, text);
  return { kind: kind.name, ...completeOptions(family, kind, [given]) } as SpecOf<K>;
}

/** A kind, and the options that the text gives. */
export function parseGiven(family: readonly Kind[], text: string): { kind: Kind; given: Record<string, unknown> } {
  const [name = '', options, ...more] = text.split(':');
  const kind = kindNamed(family, choice(family.map((one) => one.name)).fromText(name)) as Kind;
  if (more.length > 0) throw new ValueError(`${quote(text)} has more than one colon`);
  const values: Record<string, unknown> = {};
  for (const part of options === undefined ? [] : options.split(',')) {
    const [option, value] = optionAndValue(kind, part, text);
    if (Object.hasOwn(values, option)) throw new ValueError(`${quote(text)} has ${option} twice`);
    values[option] = typeOf(kind.options[option] as Field).fromText(value);
  }
  return { kind, given: values };
}

/** The text in its usual form: every option with its value but for those that may be absent, and without its name where there is one only. */
export function kindText(family: readonly Kind[], text: string): string {
  const { kind: name, ...values } = parseKind(family, text) as { kind: string };
  const { options } = kindNamed(family, name) as Kind;
  const [option, ...others] = Object.entries(options);
  const isShort = option !== undefined && others.length === 0 && !isOptional(option[1]);
  return isShort ? `${name}:${values[option[0] as never]}` : textOf(name, Object.entries(values));
}

/** The text with the options that are not as usual. */
function shortKindText(family: readonly Kind[], text: string): string {
  const { kind: name, ...values } = parseKind(family, text) as { kind: string };
  const usual: Record<string, unknown> = usualOptions((kindNamed(family, name) as Kind).options);
  return textOf(
    name,
    Object.entries(values).filter(([key, value]) => value !== usual[key]),
  );
}

function textOf(name: string, options: readonly (readonly [string, unknown])[]): string {
  return options.length === 0 ? name : `${name}:${options.map(([key, value]) => `${key}=${value}`).join(',')}`;
}

/** All kinds of a family, for the help: 'rectangle:WIDTH | tanh:SHARPNESS'. */
export function kindsHelp(family: readonly Kind[]): string {
  const form = ({ name, options }: Kind) => {
    const keys = Object.keys(options);
    if (keys.length === 0) return name;
    return `${name}:${keys.length === 1 ? keys[0]?.toUpperCase() : keys.map((key) => `${key}=`).join(',')}`;
  };
  return family.map(form).join(' | ');
}

/** 'alpha=2', or the value alone, which is the first option's. */
function optionAndValue(kind: Kind, part: string, text: string): [option: string, value: string] {
  const keys = Object.keys(kind.options);
  const equals = part.indexOf('=');
  const option = equals < 0 ? keys[0] : choice(keys).fromText(part.slice(0, equals).trim());
  if (option === undefined) throw new ValueError(`${quote(text)}: '${kind.name}' takes nothing behind a colon`);
  return [option, part.slice(equals + 1).trim()];
}

function typeOf(field: Field): ValueType<unknown> {
  if (field.type === 'truth') return flag;
  return field.type === 'choice' ? choice(field.choices) : number({ ...field, integer: field.whole === true });
}

export const parseSurrogate = (text: string) => parseKind(surrogates, text);
export const parseLoss = (text: string) => parseKind(losses, text);
export const checkLoss = (text: string) => kindText(losses, text);
export const checkSurrogate = (text: string) => kindText(surrogates, text);
/** Null: none. */
export const parsePenalty = (text: string): PenaltySpec | null => (text === 'none' ? null : parseKind(penalties, text));
export const checkPenalty = (text: string) => (text === 'none' ? text : kindText(penalties, text));
export const parseNorm = (text: string) => parseKind(norms, text);
export const checkNorm = (text: string) => shortKindText(norms, text);

/** A neuron's kind, and the options that the text gives; options beside it have the others. */
export const parseNeuron = (text: string) => parseGiven(neurons, text);

/** Options in the order in which the kind has them. */
export function checkNeuron(text: string): string {
  const { kind, given } = parseNeuron(text);
  const keys = Object.keys(kind.options).filter((key) => Object.hasOwn(given, key));
  return textOf(
    kind.name,
    keys.map((key) => [key, given[key]]),
  );
}
