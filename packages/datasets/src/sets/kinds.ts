/** The data sets that have names, each with the file that describes it. */

import { eventSets } from './events/index.js';
import { folderSet } from './folder/index.js';
import { imageFolder } from './imageFolder.js';
import { imagenet } from './imagenet.js';
import { imageSets } from './images.js';
import type { DatasetKind } from './kind.js';
import { moduleSet } from './module.js';
import { npzSet } from './npz.js';

export const datasetKinds: readonly DatasetKind[] = [
  ...imageSets,
  imagenet,
  imageFolder,
  ...eventSets,
  folderSet,
  npzSet,
  moduleSet,
];
