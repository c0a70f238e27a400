/** In the order of the walk: what to build, what runs it, what it reads, how it trains, what comes out. */

// Networks: by a model's name, or layer by layer.
export { type ModelName, modelNames } from './models/layouts.js';

export {
  buildModel,
  type ModelOptions,
  resnet18,
  resnet19,
  resnet20,
  resnet34,
} from './models/model.js';
export { residualNames, type ResidualName, residuals } from './models/residuals/index.js';
export { type BuilderInput, type BuilderOptions, NetworkBuilder } from './network/builder.js';
export type * from './network/spec.js';
export { defaultNeuron, neuronProblems } from './network/neuron.js';
export { inferShapes, NetworkError, type ValueShape, validateNetwork } from './network/shapes.js';
export { describeNetwork, type LayerRow, type NetworkDescription } from './network/count.js';
export { depthOf, mainConvolutions, mainLayers } from './network/mainPath.js';
export { type HeadsChoice, withHeads, withoutShortcutHeads } from './heads/heads.js';

// Methods by name, with their options: neurons, surrogates, losses, and every other family.
export { neuronKind, neuronNames, neurons, type NeuronName } from './neurons/index.js';
export { type NormName, normKind, norms } from './norms/index.js';
export { surrogates } from './surrogates/index.js';
export { losses, type LossSpec } from './losses/index.js';
export { penalties, type PenaltySpec } from './penalties/index.js';
export { families, type Family } from './zoo.js';
export {
  type Confidence,
  completeOptions,
  type Kind,
  kindNamed,
  type Provenance,
  type SpecOf,
  specProblems,
} from './fields/kind.js';
export type {
  ChoiceField,
  Field,
  Fields,
  NumberField,
  OptionsOf,
  TruthField,
} from './fields/field.js';
export { fieldProblem, fieldProblems, isOptional, usualOptions } from './fields/field.js';

// The engine.
export { createEngine, createInlineEngine } from './engine/createEngine.js';
export type * from './engine/types.js';
export { EngineFailure } from './engine/failure.js';
export { EngineBusyError } from './engine/sharedEngine.js';
export { canonicaliseNaN } from './loaded/canonical.js';
export type { ExactMath } from './kernels/exactMath.js';

// Batches of images.
export type { Batch, BatchSource, DataInfo, Mix, Pixels } from './loader/batch.js';
export { interruptible } from './loader/interruptible.js';
export { dataInfoProblem } from './loader/source.js';

// Training and evaluation.
export { train } from './train/trainer.js';
export type { EpochTiming, StepReport, TrainRequest, TrainResult } from './train/request.js';
export { type BestEpoch, bestOf, betterOf } from './train/best.js';
export type { OptimizerSpec, ScheduleSpec, TrainingOptions } from './train/options.js';
export {
  defaultTrainingOptions,
  OptionsError,
  trainingOptionsProblems,
  validateTrainingOptions,
} from './train/validateOptions.js';
export type { RunPosition } from './train/position.js';
export { type InitialFit, type Misfit, misfitsInWords } from './train/initial.js';
export { TrainingError } from './train/trainingError.js';
export { type EvaluateRequest, evaluate } from './train/evaluate.js';
export { loadForInference, type Trained } from './checkpoint/loadForInference.js';

// Schedules: weights of the heads and learning rate.
export { lambdaPresets, type Method, methods, type Preset, presets, presetsWhere } from './lambda/presets.js';
export type { LambdaPreset, LambdaRamp, LambdaSpec } from './lambda/spec.js';
export {
  defaultLambda,
  type HeadWeightsFunction,
  headWeights,
  lambdaProblems,
  lambdaRamps,
  lambdaSpecFor,
} from './lambda/schedule.js';
export { learningRate } from './optim/schedule.js';

// Metrics.
export type { EpochMetrics, GradientStats } from './metrics/metrics.js';
export { type EpochSums, isProbe, probesPerEpoch, waitShare } from './metrics/epoch.js';
export type { EvaluationSummary } from './metrics/evaluation.js';
export { Confusion } from './metrics/confusion.js';
export { mergeGradientStats } from './metrics/gradients.js';

// Checkpoints.
export type { CheckpointInterval } from './train/interval.js';
export {
  type Checkpoint,
  CheckpointError,
  copyOf,
  decodeCheckpoint,
  encodeCheckpoint,
  type OpenCheckpoint,
  openCheckpoint,
  type WriteAt,
  writeCheckpoint,
} from './checkpoint/checkpoint.js';
export { requireFiniteState } from './train/resume.js';
export { answeringWeights } from './loaded/state.js';
export type { Tensors } from './checkpoint/tensors.js';
export { tensorsSha256, weightsSha256 } from './checkpoint/weightsSha256.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type FileTensor,
  SafetensorsError,
  type SafetensorsFile,
  type TensorType,
} from './checkpoint/safetensors.js';

// Where the time of a step goes.
export type * from './profile/types.js';
export { profileTotals } from './profile/totals.js';

// Random numbers.
export { type Purpose, philox4x32, purpose, RandomStream } from './random/philox.js';

// For packages built on this one: names in messages, plain data from files and servers, files found while a program runs.
export { nearest, suggestion } from './network/nearest.js';
export { renameOptions } from './plain/optionNames.js';
export * as fields from './fields/field.js';
export * as plain from './plain/index.js';
export * as ownFiles from './platform/ownFiles.js';
export { freeBuffers } from './platform/freeBuffers.js';
export { freeState } from './loaded/freeState.js';
export { fileUrl, folderUrl, type GivenUrl } from './platform/givenUrl.js';
