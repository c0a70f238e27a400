/** Doubts about a training: things that it may do and will hardly be meant to, so that its numbers quietly mean little. */

import type { StepResult } from '../engine/types.js';
import { presets } from '../lambda/presets.js';
import type { DataInfo } from '../loader/batch.js';
import type { EpochMetrics } from '../metrics/metrics.js';
import { inputsOf } from '../network/currents.js';
import { normOfOneValue, requireSeveralValues } from '../network/oneValue.js';
import type { LayerSpec, NetworkSpec } from '../network/spec.js';
import type { TrainingOptions } from './options.js';

const mostNames = 4;

/** Throws RangeError when a step of the run could not be done, from the size of its last batch, before its first. */
export function requireDoableSteps(
  network: NetworkSpec,
  { batchSize, microBatch, encode }: TrainingOptions,
  { trainSize }: DataInfo,
): void {
  const norm = normOfOneValue(network, encode);
  requireSeveralValues(norm, batchSize, microBatch);
  const last = trainSize % batchSize;
  if (last > 0) requireSeveralValues(norm, last, microBatch);
}

/** Before the first step. `ownWeights`: the heads' weights come from a schedule of the caller's own. */
export function doubtsOfRun(network: NetworkSpec, options: TrainingOptions, ownWeights: boolean): string[] {
  return [
    ...(ownWeights ? [] : [...standingLambda(options), ...weightlessHeads(options)]),
    ...standingRate(options),
    ...wholeDecay(options),
    ...standingStatistics(network),
  ];
}

function standingLambda({ lambda: { preset, per, start }, epochs }: TrainingOptions): string[] {
  const { lambda } = presets[preset];
  if (lambda === 'constant' || (lambda !== 'measured' && per === 'iteration') || epochs > 1) return [];
  const where = `lambda stays where it starts, ${preset} at ${start}`;
  const other = lambda === 'measured' ? '' : ', or a `lambda` that moves per iteration';
  return [`${where}: it moves by epochs, and there is one; take more \`epochs\`${other}`];
}

/** A run of one epoch has every right to a constant rate. */
function standingRate({ schedule, lr, warmupEpochs, epochs }: TrainingOptions): string[] {
  const left = epochs - Math.floor(warmupEpochs);
  if (schedule.kind === 'cosine' && left === 1 && epochs > 1) {
    return [
      `the learning rate stays at ${lr}: cosine falls by epochs, and of ${epochs} one is left after \`warmupEpochs\``,
    ];
  }
  if (schedule.kind === 'cosine-restarts' && schedule.every === 1 && schedule.times === 1) {
    return [`the learning rate stays at ${lr}: cosine falls by epochs, and restarts after each of them`];
  }
  if (schedule.kind === 'step' && schedule.every >= left) {
    return [`the learning rate stays at ${lr}: it drops after ${schedule.every} epochs, and there are ${left} to come`];
  }
  return [];
}

function weightlessHeads({ lambda: { preset, start } }: TrainingOptions): string[] {
  const { lambda } = presets[preset];
  const never = lambda === 'falls' ? start === 0 : lambda !== 'constant' && start === 1;
  return never ? [`${preset} with a start of ${start} gives the shortcut heads no weight in the whole run`] : [];
}

/** The doubt about sgd and adamw, whose decay is a share of the weight itself. */
function wholeDecay({ optimizer: { kind, weightDecay }, lr }: TrainingOptions): string[] {
  if (kind === 'adam' || weightDecay * lr < 1) return [];
  return [
    `\`optimizer.weightDecay\` times \`lr\`, ${weightDecay} x ${lr}, is the share of a weight that each step takes away: all of it`,
  ];
}

function standingStatistics({ layers }: NetworkSpec): string[] {
  const momentum = (layer: LayerSpec) =>
    layer.type === 'batchNorm'
      ? layer.momentum
      : layer.type === 'lif' && 'momentum' in layer.neuron && layer.neuron.momentum;
  const norms = layers.filter((layer) => momentum(layer) === 0);
  if (norms.length === 0) return [];
  const names = list(norms.map(({ name }) => name));
  return [`${names}: with a momentum of 0, evaluation normalises with running statistics that stay as they began`];
}

/** After the first step of a run, which is a probe. */
export function doubtOfFirstStep(network: NetworkSpec, { probe, headWeights }: StepResult): string | null {
  const { heads } = network;
  // Layers that only the main head reads come later then, as is wanted.
  if (headWeights[0] === 0) return null;
  const weightless = new Set(heads.filter((_, i) => headWeights[i] === 0).map(({ name }) => `head.${name}`));
  const waiting = waitingLayers(network);
  const without = new Set<string>();
  for (const [parameter, { zeroShare }] of Object.entries(probe?.weights ?? {})) {
    const layer = parameter.slice(0, parameter.lastIndexOf('.'));
    if (zeroShare === 1 && !weightless.has(layer) && !waiting.has(layer)) without.add(layer);
  }
  if (without.size === 0) return null;
  return `in the first step no gradient reaches ${list([...without])}, so that nothing is learnt there; ${causes}`;
}

/** Layers whose every way to a head is through a norm whose weight starts at 0: they wait for it to learn. */
function waitingLayers({ layers, heads }: NetworkSpec): Set<string> {
  const reached = new Set(heads.map(({ tap }) => tap));
  for (const layer of layers.toReversed()) {
    const stops = layer.type === 'batchNorm' && layer.weight === 0;
    if (reached.has(layer.name) && !stops) for (const input of inputsOf(layer)) reached.add(input);
  }
  return new Set(layers.map(({ name }) => name).filter((name) => !reached.has(name)));
}

/** After the first epoch of a run. */
export function doubtOfFirstEpoch({ firingRates }: EpochMetrics): string | null {
  const layers = (rate: number) => Object.keys(firingRates).filter((layer) => firingRates[layer] === rate);
  const [never, always] = [layers(0), layers(1)];
  const said = [
    ...(never.length > 0 ? [`no neuron of ${list(never)} ever fires`] : []),
    ...(always.length > 0 ? [`every neuron of ${list(always)} always fires`] : []),
  ];
  if (said.length === 0) return null;
  return `on the test images ${said.join(' and ')}, whatever they show; ${causes}`;
}

const causes = 'look at `threshold` and `surrogate`, and at the mean and std of the images';

function list(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).join(', ');
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown;
}
