// Schedules: weights of the heads and learning rate.

// Training, evaluation, checkpoints.
export {
  type Checkpoint,
  CheckpointError,
  checkpointPieces,
  decodeCheckpoint,
  encodeCheckpoint,
} from './checkpoint/checkpoint.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type FileTensor,
  SafetensorsError,
  type SafetensorsFile,
  type TensorType,
} from './checkpoint/safetensors.js';
// The engine.
export { canonicaliseNaN } from './engine/canonical.js';
export { createEngine, createInlineEngine } from './engine/createEngine.js';
export type { ExactMath } from './engine/exactMath.js';
export { EngineFailure } from './engine/failure.js';
export { EngineBusyError } from './engine/sharedEngine.js';
export type * from './engine/types.js';
export {
  defaultLambda,
  type HeadWeightsFunction,
  headWeights,
  lambdaProblems,
  lambdaRamps,
  lambdaSpecFor,
} from './lambda/schedule.js';
export { lambdaPresets, type Method, methods, type Preset, presets, presetsWhere } from './lambda/presets.js';
export type { LambdaPreset, LambdaRamp, LambdaSpec } from './lambda/spec.js';
export type { Batch, BatchSource, DataInfo } from './loader/batch.js';
export { interruptible } from './loader/interruptible.js';
export { dataInfoProblem } from './loader/source.js';
// Metrics.
export { type EpochSums, isProbe, probesPerEpoch, waitShare } from './metrics/epoch.js';
export type { EvaluationSummary } from './metrics/evaluation.js';
export { mergeGradientStats } from './metrics/gradients.js';
export type { EpochMetrics, GradientStats } from './metrics/metrics.js';
export type * from './network/spec.js';
export { profileTotals } from './profile/totals.js';
export type * from './profile/types.js';
export { learningRate } from './optim/schedule.js';
// Files of these packages that are found while a program runs.
export * as ownFiles from './platform/ownFiles.js';
// Plain data from files and servers; names of options in messages.
export { renameOptions } from './plain/optionNames.js';
export * as plain from './plain/index.js';
// Random numbers.
export { type Purpose, philox4x32, purpose, RandomStream } from './random/philox.js';
export { type EvaluateRequest, evaluate } from './train/evaluate.js';
export type { CheckpointInterval } from './train/interval.js';
// Training options.
export type { OptimizerSpec, ScheduleSpec, TrainingOptions } from './train/options.js';
export type { RunPosition } from './train/position.js';
export { type EpochTiming, type StepReport, type TrainRequest, type TrainResult, train } from './train/trainer.js';
export { requireFiniteState } from './train/resume.js';
export { TrainingError } from './train/trainingError.js';
export {
  defaultTrainingOptions,
  OptionsError,
  trainingOptionsProblems,
  validateTrainingOptions,
} from './train/validateOptions.js';

// Kinds of neurons and the like by name, with their options.
export type {
  ChoiceField,
  Field,
  Fields,
  NumberField,
  OptionsOf,
  TruthField,
} from './fields/field.js';
export { fieldProblem, fieldProblems, usualOptions } from './fields/field.js';
export { type Confidence, type Kind, kindNamed, type Provenance, type SpecOf } from './fields/kind.js';
export { neuronKind, neuronNames, neurons, type NeuronName } from './neurons/index.js';
export { surrogates } from './surrogates/index.js';
export { families, type Family } from './zoo.js';

// Networks.
export { type HeadsChoice, withoutShortcutHeads } from './heads/heads.js';
export { type ModelName, modelNames } from './models/layouts.js';
export {
  buildModel,
  type ModelOptions,
  resnet18,
  resnet19,
  resnet20,
  resnet34,
} from './models/resnet.js';
export { type BuilderOptions, NetworkBuilder } from './network/builder.js';
export { describeNetwork, type LayerRow, type NetworkDescription } from './network/count.js';
export { depthOf, mainConvolutions } from './network/mainPath.js';
export { nearest, suggestion } from './network/nearest.js';
export { defaultNeuron, neuronProblems } from './network/neuron.js';
export { inferShapes, NetworkError, type ValueShape, validateNetwork } from './network/shapes.js';
