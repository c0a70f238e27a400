/** Sources that are read in Node: a line for each kind. */

import { openImageFiles } from '../images/imageFiles.js';
import { openArrayFiles } from './arrayFiles.js';
import { openFrameFiles } from './frameFiles.js';
import { openMemory } from './memory.js';
import { openModule } from './module.js';
import type { SourceOpeners } from './source.js';

export const openers: SourceOpeners = {
  memory: openMemory,
  module: openModule,
  'frame-files': openFrameFiles,
  'image-files': openImageFiles,
  'array-files': openArrayFiles,
};
