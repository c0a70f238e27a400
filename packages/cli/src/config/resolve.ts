/** From option values to complete configurations, with the checks that concern more than one option. */
import { lambdaPresets, lambdaSpecFor, type Method, presets, usualOptions } from 'kestirme';
import { UsageError } from '../errors.js';
import { isModelFile, modelLabel, usualHeads } from '../models/names.js';
import { datasetName, lambdaText, parseLambda, parseLimit } from '../options/composite.js';
import { parseNeuron } from '../options/kinds.js';
import { flagName, type Values } from '../options/option.js';
import type { compareOptions, trainOptions } from '../options/table.js';
import { PROGRAM_VERSION } from '../version.js';
import { given, unusual } from './given.js';
import { absent, neutralOptions, telling } from './optionReach.js';
import type { ResolvedConfig } from './resolvedConfig.js';
import { CONFIG_SCHEMA } from './schema.js';

type Training = Values<typeof trainOptions>;
/** The options in which runs of a comparison differ. */
interface Variant {
  model: Training['model'];
  timeSteps: number;
  method: Method;
  lambda: string | undefined;
  seed: number;
  recipe?: Training['recipe'];
  networkSha256?: Training['networkSha256'];
  initFrom?: Training['initFrom'];
  initSha256?: Training['initSha256'];
  epochsBefore?: Training['epochsBefore'];
}
type Common = Omit<Training, keyof Variant>;
export type Origin = ReadonlyMap<string, string>;

export function resolveTraining(values: Training, origin: Origin): ResolvedConfig {
  const { method, lambda, heads } = values;
  if (lambda !== undefined && familyOf(lambda) !== method) {
    throw new UsageError(
      `${place(origin, 'lambda')}: '${parseLambda(lambda).preset}' belongs to --method ${familyOf(lambda)}, ` +
        `but the method is ${method}`,
    );
  }
  if (method === 'vanilla' && heads !== undefined && heads !== 'none') {
    throw new UsageError(
      `${place(origin, 'heads')}: vanilla trains without shortcut heads; leave it out or take another method`,
    );
  }
  if (values.epochsBefore?.some((epochs, i, all) => epochs >= (all[i + 1] ?? values.epochs))) {
    throw new UsageError(
      `${place(origin, 'epochsBefore')}: ${values.epochsBefore} have to rise, to below the ${values.epochs} epochs`,
    );
  }
  return resolve(values, origin, values);
}

/** A configuration for each network, T, method and seed; the last of these changes fastest. */
export function resolveComparison(values: Values<typeof compareOptions>, origin: Origin): ResolvedConfig[] {
  const { lambda } = values;
  if (lambda !== undefined) {
    if (familyOf(lambda) !== 'evolution') {
      const evolving = lambdaPresets.filter((name) => presets[name].method === 'evolution');
      throw new UsageError(`${place(origin, 'lambda')}: a comparison takes ${evolving.join(', ')} here`);
    }
    if (!values.methods.includes('evolution')) {
      throw new UsageError(`${place(origin, 'lambda')}: evolution is not among the methods`);
    }
  }
  const { models, timeSteps: steps, methods, seeds } = values;
  const networks = models.flatMap((model) => steps.map((timeSteps) => ({ model, timeSteps })));
  const kinds = networks.flatMap((network) =>
    methods.map((method) => ({ ...network, method, lambda: method === 'evolution' ? lambda : undefined })),
  );
  return kinds.flatMap((kind) =>
    seeds.map((seed) => resolve(values, origin, { ...kind, seed, recipe: values.recipe })),
  );
}

function resolve(values: Common, origin: Origin, variant: Variant): ResolvedConfig {
  const { method } = variant;
  const heads = method === 'vanilla' ? 'none' : (values.heads ?? usualHeads(variant.model));
  if (method !== 'vanilla' && heads === 'none') {
    throw new UsageError(
      `${place(origin, 'heads')}: ${method} needs shortcut heads; take stages, blocks or taps, or --method vanilla`,
    );
  }
  checkTogether(values, origin);
  return {
    schema: CONFIG_SCHEMA,
    version: PROGRAM_VERSION,
    ...given(variant, ['recipe']),
    data: values.data,
    ...given(values, ['dataOptions']),
    ...unusual(values, ['skipCorrupt']),
    limit: values.limit,
    validation: values.validation,
    augment: values.augment,
    ...unusual(values, ['sampling']),
    loaderWorkers: values.loaderWorkers,
    model: variant.model,
    ...given(values, ['widths', 'modelOptions']),
    width: values.width,
    stem: values.stem,
    ...unusual(values, ['residual']),
    timeSteps: variant.timeSteps,
    heads,
    neuron: values.neuron,
    ...neuronOptions(values, origin),
    surrogate: values.surrogate,
    norm: values.norm,
    method,
    lambda: variant.lambda ?? lambdaText(lambdaSpecFor(method)),
    combine: values.combine,
    encode: values.encode,
    epochs: values.epochs,
    batch: values.batch,
    microBatch: values.microBatch ?? values.batch,
    optimizer: values.optimizer,
    lr: values.lr,
    momentum: values.momentum,
    weightDecay: values.weightDecay,
    ...unusual(values, ['decayOn']),
    schedule: values.schedule,
    warmup: values.warmup,
    loss: values.loss,
    labelSmoothing: values.labelSmoothing,
    ...unusual(values, ['penalty']),
    clip: values.clip,
    ...unusual(values, ['ema', 'patience']),
    seed: variant.seed,
    ...given(variant, ['networkSha256', 'initFrom', 'initSha256', 'epochsBefore']),
    // The engine says how many it got; see openEngine.
    threads: values.threads ?? 1,
    ...given(values, ['memoryLimit']),
    checkpointEvery: values.checkpointEvery,
  };
}

/** The options of neurons that nobody gave are as the kind has them usually. */
function neuronOptions(values: Common, origin: Origin): Pick<Common, (typeof neuronKeys)[number]> {
  const { kind } = parseNeuron(values.neuron);
  const usual: Record<string, unknown> = usualOptions(kind.options);
  // A PLIF starts at the decay of a LIF here, as in runs of before its kind had a say.
  const isAsked = (key: string) => origin.has(key) || (kind.name === 'plif' && key === 'decay');
  const keys = neuronKeys.filter((key) => key in usual && !isAsked(key));
  const { decay, threshold, reset, detachReset, decayInput } = values;
  const given = { decay, threshold, reset, detachReset, decayInput };
  return { ...given, ...Object.fromEntries(keys.map((key) => [key, usual[key]])) };
}

const neuronKeys = ['decay', 'threshold', 'reset', 'detachReset', 'decayInput'] as const;

function checkTogether(values: Common, origin: Origin): void {
  const { batch, microBatch, warmup, epochs, momentum, optimizer } = values;
  if (microBatch !== undefined && microBatch > batch) {
    throw new UsageError(
      `${place(origin, 'microBatch')}: ${microBatch} is more than the batch of ${batch}; the nearest valid value is ${batch}`,
    );
  }
  if (warmup >= epochs && warmup > 0) {
    throw new UsageError(
      `${place(origin, 'warmup')}: ${warmup} epochs leave nothing of the ${epochs}; the nearest valid value is ${epochs - 1}`,
    );
  }
  if (values.patience > 0 && values.validation === 0) {
    throw new UsageError(
      `${place(origin, 'patience')}: the test images may not end the run that they judge; hold some of the training images ` +
        'out by --validation 0.1',
    );
  }
  if (momentum === 1) {
    throw new UsageError(`${place(origin, 'momentum')}: 1 never forgets a gradient; take a value below 1, e.g. 0.9`);
  }
  if (momentum === 0 && optimizer === 'nesterov') {
    throw new UsageError(`${place(origin, 'momentum')}: nesterov needs a momentum above 0, or take --optimizer sgd`);
  }
  const neuron = parseNeuron(values.neuron);
  for (const key of neuronKeys) {
    // A configuration that a run wrote has all of them.
    const isAsked = origin.get(key)?.startsWith('--') === true;
    if (isAsked && !(key in neuron.kind.options)) {
      throw new UsageError(`${place(origin, key)}: a neuron of the kind '${neuron.kind.name}' has no such option`);
    }
    if (isAsked && key in neuron.given) {
      throw new UsageError(`${place(origin, key)}: ${place(origin, 'neuron')} has ${key}, too; give it once`);
    }
  }
  const limit = parseLimit(values.limit);
  if (limit !== null && limit.train < batch) {
    throw new UsageError(
      `${place(origin, 'batch')}: ${batch} is more than the ${limit.train} training images; the nearest valid value is ${limit.train}`,
    );
  }
}

const FREE_ON_RESUME = ['schema', 'version', ...neutralOptions];

/** The first option of `before` that can change a result and that `now` has another value for. */
export function otherOption(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  free: readonly string[] = [],
): { key: string; before: unknown; now: unknown } | null {
  for (const key of new Set([...Object.keys(before), ...telling])) {
    const [old, wanted] = [before[key] ?? (absent as Readonly<Record<string, unknown>>)[key], now[key]];
    if (FREE_ON_RESUME.includes(key) || free.includes(key) || JSON.stringify(old) === JSON.stringify(wanted)) continue;
    // The same images may lie elsewhere by now.
    if (key === 'data' && datasetName(String(old)) === datasetName(String(wanted))) continue;
    // The network that was built is in the run's folder.
    if (key === 'model' && isSameFile(String(old), String(wanted))) continue;
    // An option that nobody asks for stays as it was.
    if (wanted !== undefined) return { key, before: old, now: wanted };
  }
  return null;
}

/** Files of one name, wherever they lie. */
function isSameFile(a: string, b: string): boolean {
  return isModelFile(a) && isModelFile(b) && modelLabel(a) === modelLabel(b);
}

/** Refuses to continue the run of `file` with options other than its own, except for those in `free`. */
export function checkResumable(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  { origin, file, free }: { origin: Origin; file: string; free?: readonly string[] },
): void {
  const other = otherOption(before, now, free);
  if (other === null) return;
  throw new UsageError(
    `${place(origin, other.key)}: ${other.now} differs from ${other.before ?? 'the default'} in ${file}; ` +
      'leave it out, or start a new run in another --out',
  );
}

function familyOf(lambda: string): Method {
  return presets[parseLambda(lambda).preset].method;
}

function place(origin: Origin, key: string): string {
  return origin.get(key) ?? flagName(key);
}
