/** Models by name. */
import { suggestion } from '../network/nearest.js';
import { NetworkError } from '../network/shapes.js';
import type { NetworkSpec } from '../network/spec.js';
import { layouts, type ModelName, modelNames } from './layouts.js';
import { buildMlp, type MlpOptions } from './mlp.js';
import { commonOptionNames, requireKnownOptions } from './options.js';
import { buildResnet, type ResnetOptions } from './resnet.js';

/** Options of all models; each has those that its interface names. */
export type ModelOptions = ResnetOptions & MlpOptions;

const ofResnets: readonly (keyof ResnetOptions)[] = ['stem', 'residual', ...commonOptionNames];
const ofMlp: readonly (keyof MlpOptions)[] = ['widths', ...commonOptionNames];

/** Names of the options that the model `name` has. */
export function modelOptionNames(name: ModelName): readonly string[] {
  return name === 'mlp' ? ofMlp : ofResnets;
}

/** A model by its name. @throws NetworkError with the nearest name, or naming the option that is wrong. */
export function buildModel(name: string, options: ModelOptions = {}): NetworkSpec {
  const known = modelNames.find((one) => one === name);
  if (known === undefined) throw new NetworkError(`there is no model "${name}"${suggestion(name, modelNames)}`);
  requireKnownOptions(known, options, modelOptionNames(known));
  return known === 'mlp' ? buildMlp(known, options) : buildResnet(known, layouts[known], options);
}

export const resnet20 = (options?: ResnetOptions): NetworkSpec => buildModel('resnet20', options);
export const resnet18 = (options?: ResnetOptions): NetworkSpec => buildModel('resnet18', options);
export const resnet34 = (options?: ResnetOptions): NetworkSpec => buildModel('resnet34', options);
export const resnet19 = (options?: ResnetOptions): NetworkSpec => buildModel('resnet19', options);
