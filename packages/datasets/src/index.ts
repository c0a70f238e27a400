/** What Node gets of this package: besides what pages have, too, all that needs files and servers. */
export * from './everywhere.js';

// Data sets, opened by name.
export { openDataset, parseSource } from './sets/open.js';
export type { OpenedDataset, OpenedImages } from './sets/dataset.js';
export type { DatasetKind } from './sets/kind.js';
export type { ReadPart } from './sets/module.js';
export { datasetKinds } from './sets/kinds.js';

// Images, as Pillow reads and resizes them.
export { setImageWasmUrl } from './images/setImageWasmUrl.js';
export { decodeImage } from './images/decode/decode.js';
export type { Filter } from './images/filters.js';
export type { Box } from './images/crop.js';
export { type ResizeOptions, resize as resizeImage } from './images/resize.js';

// Recordings of event cameras.
export { fileStream } from './events/fileStream.js';
export { eventFormatOf, eventFormats } from './events/formats/index.js';
export { writeSpikingjellyEvents } from './events/formats/spikingjelly.js';
export { makeFrames, type TimeSpan } from './events/frames/make.js';
export type { Frames, Sensor } from './events/frames/maker.js';
export type { FrameSettings } from './events/frames/settings.js';
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
