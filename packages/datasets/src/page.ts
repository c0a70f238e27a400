/** What a page gets of this package: the built-in digits and loading from memory. Folders and downloads need Node. */
export { DatasetError } from './error.js';
export type { ByteStream, EventFormat, EventProblem, EventReadOptions, Events } from './events/events.js';
export { eventFormats } from './events/formats/index.js';
export { SkippedEvents } from './events/problems.js';
export { blobStream, bytesStream } from './events/stream.js';
export type { DataFile } from './formats/fileHash.js';
export { createLoader, type LoaderOptions } from './loader/loader.js';
export type { OpenOptions } from './sets/assemble.js';
export {
  type CatalogEntry,
  catalog,
  type DatasetName,
  type DatasetSummary,
  defaultAugment,
  listDatasets,
} from './sets/catalog.js';
export type { Augment, Dataset, NamedDataset, Split } from './sets/dataset.js';
export { openDataset } from './sets/openInPage.js';
