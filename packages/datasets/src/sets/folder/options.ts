/** Options of folders of one's own: those of images, of recordings and of arrays; each is for the files that it is about. */
import { fields, type OptionsOf } from 'kestirme';
import { frameOptions } from '../events/options.js';
import { imageFolder, imageFolderOptions } from '../imageFolder.js';
import type { OpenRequest } from '../kind.js';

const sensorSide = { min: 0, max: 4096, usual: 0 };

export const folderOptions = {
  testShare: imageFolder.options.testShare,
  ...imageFolderOptions,
  ...frameOptions,
  sensorHeight: fields.whole({
    ...sensorSide,
    help: "Of recordings, in pixels; 0: what is usual of their format's cameras",
  }),
  sensorWidth: fields.whole({ ...sensorSide, help: 'Likewise' }),
  channels: fields.choice({
    choices: ['auto', 'last', 'first'],
    usual: 'auto',
    help: 'Where arrays have them; auto: last in images, first in frames, as SpikingJelly and tonic write them',
  }),
} as const;

export type FolderRequest = OpenRequest<OptionsOf<typeof folderOptions>>;
