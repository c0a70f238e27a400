import { kindNamed, specProblems } from '../fields/kind.js';
import { lambdaProblems, lambdaSpecFor } from '../lambda/schedule.js';
import { losses, lossKind, usualLoss } from '../losses/index.js';
import { suggestion } from '../network/nearest.js';
import { penalties } from '../penalties/index.js';
import { excerpt } from '../plain/excerpt.js';
import type { OptimizerSpec, ScheduleSpec, TrainingOptions } from './options.js';

/** Options that no run can have. `problems` has a line for each, beginning with the field's path in backquotes. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`impossible training options: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/**
 * Every option, where `changes` does not say otherwise: the recipe of Guo et al.'s repositories (SGD 0.1, momentum 0.9,
 * weight decay 1e-4, cosine, batches of 128) and evolutionary training. `microBatch` follows `batchSize`.
 */
export function defaultTrainingOptions(changes: Partial<TrainingOptions> = {}): TrainingOptions {
  const batchSize = changes.batchSize ?? 128;
  return {
    epochs: 10,
    batchSize,
    microBatch: batchSize,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
    lr: 0.1,
    schedule: { kind: 'cosine' },
    warmupEpochs: 0,
    loss: usualLoss,
    labelSmoothing: 0,
    clipNorm: 0,
    lambda: lambdaSpecFor('evolution'),
    combine: 'logits',
    encode: 'direct',
    seed: 0,
    ...changes,
  };
}

/** Collects problems as '`path` must be ..., got ...'. */
class Checks {
  readonly problems: string[] = [];

  #unless(right: boolean, path: string, expected: string, value: unknown): void {
    if (!right) this.problems.push(`\`${path}\` must be ${expected}, got ${show(value)}`);
  }

  integer(path: string, value: unknown, from: number, to: number): void {
    const right = Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
    this.#unless(right, path, `an integer from ${from} to ${to}`, value);
  }

  above(path: string, value: unknown, limit: number): void {
    this.#unless(asSingle(value) > limit, path, `a number above ${limit}`, value);
  }

  from(path: string, value: unknown, least: number): void {
    this.#unless(asSingle(value) >= least, path, `a number from ${least} up`, value);
  }

  /** In [0, limit). */
  below(path: string, value: unknown, limit: number): void {
    const right = asSingle(value) >= 0 && asSingle(value) < limit;
    this.#unless(right, path, `a number from 0 to below ${limit}`, value);
  }

  /** In (low, high). */
  between(path: string, value: unknown, low: number, high: number): void {
    const right = asSingle(value) > low && asSingle(value) < high;
    this.#unless(right, path, `a number between ${low} and ${high}`, value);
  }

  /** What nobody reads would mean nothing without a word. */
  known(path: string, object: object, names: readonly string[]): void {
    for (const key of Object.keys(object)) {
      if (!names.includes(key))
        this.problems.push(`\`${path}${excerpt(key)}\` is not an option${suggestion(key, names)}`);
    }
  }

  choice(path: string, value: unknown, choices: readonly unknown[]): void {
    this.#unless(choices.includes(value), path, `one of ${choices.join(', ')}`, value);
  }
}

/** The number as the kernels have it, in 32 bits, where 1e-50 is 0 and 0.99999999 is 1; NaN when it is none or infinite. */
function asSingle(value: unknown): number {
  const single = typeof value === 'number' ? Math.fround(value) : Number.NaN;
  return Number.isFinite(single) ? single : Number.NaN;
}

/** NaN and Infinity by name, which JSON would call null; text in quotes; what 32 bits make of a number near a bound. */
function show(value: unknown): string {
  if (typeof value !== 'number') return JSON.stringify(value) ?? String(value);
  const single = Math.fround(value);
  const isAnother = Number.isFinite(value) && Number.isInteger(single) !== Number.isInteger(value);
  return isAnother ? `${value}, which is ${single} in 32 bits` : String(value);
}

/** What is wrong with the options, one line each; empty when nothing is. `heads` counts the network's main head too. */
export function trainingOptionsProblems(options: TrainingOptions, heads?: number): string[] {
  const checks = new Checks();
  checks.integer('epochs', options.epochs, 1, 1_000_000);
  checks.integer('batchSize', options.batchSize, 1, 1_048_576);
  checks.integer('microBatch', options.microBatch, 1, Math.max(1, Math.floor(options.batchSize) || 1));
  checkOptimizer(checks, options.optimizer ?? {});
  if (options.patience !== undefined) checks.integer('patience', options.patience, 1, 1_000_000);
  checks.above('lr', options.lr, 0);
  const schedule: Partial<ScheduleSpec> = options.schedule ?? {};
  checks.choice('schedule.kind', schedule.kind, ['constant', 'cosine', 'cosine-restarts', 'step']);
  if (schedule.kind === 'step') {
    checks.integer('schedule.every', schedule.every, 1, 1_000_000);
    checks.above('schedule.factor', schedule.factor, 0);
  }
  if (schedule.kind === 'cosine-restarts') {
    checks.integer('schedule.every', schedule.every, 1, 1_000_000);
    checks.integer('schedule.times', schedule.times, 1, 1000);
  }
  // As many warm-up epochs as there are would leave none at the full rate.
  checks.below('warmupEpochs', options.warmupEpochs, Math.max(1, options.epochs || 1));
  checkLoss(checks, options.loss, options.labelSmoothing);
  checks.below('labelSmoothing', options.labelSmoothing, 1);
  checkPenalty(checks, options.penalty);
  checks.from('clipNorm', options.clipNorm, 0);
  if (options.ema !== undefined) checks.between('ema', options.ema, 0, 1);
  checks.choice('combine', options.combine, ['logits', 'losses']);
  checks.choice('encode', options.encode, ['direct', 'rate']);
  checks.integer('seed', options.seed, 0, 4_294_967_295);
  checks.known('', options, [...Object.keys(defaultTrainingOptions()), 'penalty', 'ema', 'patience']);
  // Each begins with its field.
  const ofLambda = lambdaProblems(options.lambda ?? {}, heads).map((one) => one.replace(/^\w+/, '`lambda.$&`'));
  return [...checks.problems, ...ofLambda];
}

function checkLoss(checks: Checks, loss: TrainingOptions['loss'] | null, labelSmoothing: number): void {
  checks.problems.push(...specProblems('loss.', losses, loss ?? undefined));
  const kind = lossKind(loss?.kind);
  if (kind !== undefined) checks.known('loss.', loss ?? {}, ['kind', ...Object.keys(kind.options)]);
  if (labelSmoothing > 0 && loss !== null && 'smoothing' in loss && (loss.smoothing ?? 0) > 0) {
    checks.problems.push('`loss.smoothing` and `labelSmoothing` are the same of labels: give one of them');
  }
}

function checkPenalty(checks: Checks, penalty: TrainingOptions['penalty']): void {
  if (penalty === undefined) return;
  checks.problems.push(...specProblems('penalty.', penalties, penalty ?? undefined));
  const kind = kindNamed(penalties, penalty?.kind);
  if (kind !== undefined) checks.known('penalty.', penalty, ['kind', ...Object.keys(kind.options)]);
}

function checkOptimizer(checks: Checks, optimizer: Partial<OptimizerSpec>): void {
  checks.choice('optimizer.kind', optimizer.kind, ['sgd', 'adam', 'adamw']);
  checks.from('optimizer.weightDecay', optimizer.weightDecay, 0);
  if (optimizer.decayOn !== undefined) checks.choice('optimizer.decayOn', optimizer.decayOn, ['all']);
  if (optimizer.kind === 'sgd') {
    checks.below('optimizer.momentum', optimizer.momentum, 1);
    checks.choice('optimizer.nesterov', optimizer.nesterov, [true, false]);
    if (optimizer.nesterov === true && optimizer.momentum === 0) {
      checks.problems.push('`optimizer.nesterov` needs an `optimizer.momentum` above 0, got 0');
    }
    checks.known('optimizer.', optimizer, ['kind', 'momentum', 'nesterov', ...ofDecay]);
  } else if (isAdam(optimizer)) {
    checks.known('optimizer.', optimizer, ['kind', 'beta1', 'beta2', 'eps', ...ofDecay]);
    checks.below('optimizer.beta1', optimizer.beta1, 1);
    checks.below('optimizer.beta2', optimizer.beta2, 1);
    checks.above('optimizer.eps', optimizer.eps, 0);
  }
}

const ofDecay = ['weightDecay', 'decayOn'];

const isAdam = (spec: Partial<OptimizerSpec>): spec is Partial<Extract<OptimizerSpec, { kind: 'adam' | 'adamw' }>> =>
  spec.kind === 'adam' || spec.kind === 'adamw';

/** @throws OptionsError that lists everything wrong. */
export function validateTrainingOptions(options: TrainingOptions, heads?: number): void {
  const problems = trainingOptionsProblems(options, heads);
  if (problems.length > 0) throw new OptionsError(problems);
}
