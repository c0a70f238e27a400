// Data sets, opened by name.
export { openDataset, parseSource } from './sets/open.js';
export type { OpenOptions } from './sets/assemble.js';
export type { Augment, Dataset, NamedDataset, OpenedDataset, Split } from './sets/dataset.js';
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

// Recordings of event cameras.
export type { ByteStream, EventFormat, EventProblem, EventReadOptions, Events } from './events/events.js';
export { fileStream } from './events/fileStream.js';
export { eventFormats } from './events/formats/index.js';
export { SkippedEvents } from './events/problems.js';
export { blobStream, bytesStream } from './events/stream.js';

// Getting them from their publishers.
export { type DownloadName, type DownloadOptions, type DownloadProgress, download } from './download/download.js';
export { DownloadError } from './download/fetchFile.js';
export { makeFolder } from './download/makeFolder.js';
