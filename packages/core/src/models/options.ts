import type { HeadsChoice } from '../heads/heads.js';
import type { BuilderInput } from '../network/builder.js';
import { suggestion } from '../network/nearest.js';
import { NetworkError } from '../network/shapes.js';
import type { InputShape, NeuronSettings, NormSettings } from '../network/spec.js';

/** Options of every model. */
export interface CommonModelOptions {
  /** Multiplies all channel counts, which are rounded to multiples of 4. */
  width?: number;
  timeSteps?: number;
  classes?: number;
  input?: BuilderInput;
  neuron?: NeuronSettings;
  norm?: NormSettings;
  heads?: HeadsChoice;
}

export const commonOptionNames = [
  'width',
  'timeSteps',
  'classes',
  'input',
  'neuron',
  'norm',
  'heads',
] as const satisfies readonly (keyof CommonModelOptions)[];

const channelMultiple = 4;
const cifar: InputShape = { channels: 3, height: 32, width: 32 };

/** The options with usual values, and channel counts as `width` makes them. @throws NetworkError */
export function completeModel(options: CommonModelOptions) {
  const { width = 1, timeSteps = 4, classes = 10, input = cifar, neuron = {}, norm = {}, heads } = options;
  if (!(width > 0 && width <= 16)) throw new NetworkError(`\`width\` must be above 0 and at most 16, got ${width}`);
  const inFours = (channels: number) =>
    Math.max(channelMultiple, Math.round((channels * width) / channelMultiple) * channelMultiple);
  const scaled = (channels: number) => (width === 1 ? channels : inFours(channels));
  return { scaled, timeSteps, classes, input, neuron, norm, heads };
}

/** A misspelt option would leave its default in force. */
export function requireKnownOptions(model: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    throw new NetworkError(`${model} has no option "${unknown}"${suggestion(unknown, names)}`);
  }
}
