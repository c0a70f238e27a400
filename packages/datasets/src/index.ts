// Data sets, opened by name.
export { openDataset, parseSource } from './sets/open.js';
export type { OpenOptions, OpenProgress } from './sets/kind.js';
export { type ValidationShare, withValidation } from './sets/validation.js';
export type { Augment } from './augment/usual.js';
export type {
  Dataset,
  MemoryDataset,
  NamedDataset,
  OpenedDataset,
  OpenedImages,
  Skipped,
  SourceSplit,
  Split,
} from './sets/dataset.js';
export type { DatasetKind } from './sets/kind.js';
export type { ReadPart } from './sets/module.js';
export { datasetKinds } from './sets/kinds.js';
export {
  type CatalogEntry,
  catalog,
  type DatasetName,
  type DatasetSummary,
  defaultAugment,
  listDatasets,
} from './sets/catalog.js';
export type { DataFile } from './formats/fileHash.js';
export { DatasetError } from './error.js';

// Batches of them for training.
export { createLoader, type LoaderOptions } from './loader/loader.js';
export type { Sampling } from './loader/order.js';

// What is done to a sample before it is trained on.
export { applySteps, requireSteps, type Steps, type StepSpec, steps } from './augment/index.js';
export { type AugmentPreset, augmentPresets, presetSteps } from './augment/presets.js';
export type { StepKind } from './augment/step.js';
export type { Sample, SampleReader } from './samples/sample.js';

// Images, as Pillow reads and resizes them.
export { decodeImage } from './images/decode/decode.js';
export type { Filter } from './images/filters.js';
export { type Box, type ResizeOptions, resize as resizeImage } from './images/resize.js';

// Recordings of event cameras.
export type { ByteStream, EventFormat, EventProblem, EventReadOptions, Events } from './events/events.js';
export { fileStream } from './events/fileStream.js';
export { eventFormatOf, eventFormats } from './events/formats/index.js';
export { writeSpikingjellyEvents } from './events/formats/spikingjelly.js';
export { makeFrames, type TimeSpan } from './events/frames/make.js';
export type { Frames, Sensor } from './events/frames/maker.js';
export type { FrameSettings } from './events/frames/settings.js';
export { SkippedEvents } from './events/problems.js';
export { blobStream, bytesStream } from './events/stream.js';
export { type ExportedFrames, exportFrames } from './sets/events/exportFrames.js';

// Getting them from their publishers.
export {
  type DownloadName,
  type DownloadOptions,
  type DownloadProgress,
  download,
  downloadNames,
} from './download/download.js';
export { DownloadError } from './download/fetchFile.js';
export { makeFolder } from './download/makeFolder.js';

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
