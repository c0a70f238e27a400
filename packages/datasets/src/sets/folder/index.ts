/** Any folder of one's own: a folder for each class, with images, arrays of NumPy or recordings of events in it. */
import { resolve } from 'node:path';
import { readEntriesOnce } from '../../entries.js';
import { openOwnRecordings } from '../events/ownRecordings.js';
import { openImageFolder } from '../imageFolder.js';
import { datasetKind } from '../kind.js';
import { openArrays } from './arrays.js';
import { familyOf } from './family.js';
import { folderOptions } from './options.js';

export const folderSet = datasetKind({
  name: 'folder',
  help: 'Images, .npy and .npz arrays or recordings of events by class, in train/ and test/ or val/ or without parts',
  paper: 'none',
  confidence: 'high',
  parity: 'NumPy, Pillow, tonic',
  source: 'DIR',
  options: folderOptions,
  async open(request) {
    const dir = resolve(request.dir);
    const entries = readEntriesOnce();
    const family = await familyOf(dir, entries);
    // Images have rules of their own: links to folders are followed, and a class without images is refused.
    if (family.name === 'images') return openImageFolder(request, entries);
    if (family.name === 'recordings') return openOwnRecordings(request, family.all);
    return openArrays(family, { ...request, dir });
  },
});
