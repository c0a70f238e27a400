/** Any folder of one's own: a folder for each class, with images, arrays of NumPy or recordings of events in it. */
import { resolve } from 'node:path';
import { ownRecordings } from '../events/ownRecordings.js';
import { imageFolder } from '../imageFolder.js';
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
    const family = await familyOf(dir);
    if (family.name === 'images') return imageFolder.open(request);
    if (family.name === 'recordings') return ownRecordings.open(request);
    return openArrays(family, { ...request, dir });
  },
});
