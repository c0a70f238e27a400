/** What a page gets of this package: the built-in digits and loading from memory. Folders and downloads need Node. */

export { applySteps, requireSteps, type StepSpec, type Steps, steps } from './augment/index.js';
export { type AugmentPreset, augmentPresets, presetSteps } from './augment/presets.js';
export type { StepKind } from './augment/step.js';
export type { Augment } from './augment/usual.js';
export { DatasetError } from './error.js';
export type { ByteStream, EventFormat, EventProblem, EventReadOptions, Events } from './events/events.js';
export { formatsEverywhere as eventFormats } from './events/formats/everywhere.js';
export { SkippedEvents } from './events/problems.js';
export { blobStream, bytesStream } from './events/stream.js';
export type { DataFile } from './formats/fileHash.js';
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
export type { OpenOptions, OpenProgress } from './sets/kind.js';
export { openDataset } from './sets/openInPage.js';
export { type ValidationShare, withValidation } from './sets/validation.js';
