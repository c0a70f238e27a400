/** What a page gets of this package: the built-in digits and loading from memory. Folders and downloads need Node. */

export { formatsEverywhere as eventFormats } from './events/formats/everywhere.js';
export * from './everywhere.js';
export { openDataset } from './sets/openInPage.js';
