/** What Node and pages alike get of this package. */

// What is done to a sample before it is trained on.
export { applySteps, requireSteps, type StepSpec, type Steps, steps } from './augment/index.js';
export { type AugmentPreset, augmentPresets, presetSteps } from './augment/presets.js';
export type { StepKind } from './augment/step.js';
export type { Augment } from './augment/usual.js';
export { DatasetError } from './error.js';
// Recordings of event cameras.
export type { ByteStream, EventFormat, EventProblem, EventReadOptions, Events } from './events/events.js';
export { SkippedEvents } from './events/problems.js';
export { blobStream, bytesStream } from './events/stream.js';
export type { DataFile } from './formats/fileHash.js';
// Batches of them for training.
export { createLoader, type LoaderOptions } from './loader/loader.js';
export type { Sampling } from './loader/order.js';
// Data of a program's own.
export { collectDataset, type OwnSamples } from './own/collect.js';
export type { OwnDescription } from './own/describe.js';
export type { EventFrames } from './own/eventFrames.js';
export type { FramePixels, ImagePixels, LabelledSample, Samples } from './own/labelled.js';
export {
  createStreamLoader,
  type OwnStreams,
  type SampleStream,
  type StreamLoaderOptions,
} from './own/stream.js';
export type { Sample, SampleReader } from './samples/sample.js';
export {
  type CatalogEntry,
  catalog,
  type DatasetName,
  type DatasetSummary,
  defaultAugment,
  listDatasets,
} from './sets/catalog.js';
export type { Dataset, MemoryDataset, NamedDataset, Skipped, SourceSplit, Split } from './sets/dataset.js';
// Data sets: what they are, and what is known of those with names.
export type { OpenOptions, OpenProgress } from './sets/kind.js';
export { type ValidationShare, withValidation } from './sets/validation.js';
