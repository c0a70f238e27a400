/** Options of folders of one's own: those of images, of recordings and of arrays; each is for the files that it is about. */
import { fields, type OptionsOf } from 'kestirme';
import { ownRecordings } from '../events/ownRecordings.js';
import { imageFolder } from '../imageFolder.js';
import type { OpenRequest } from '../kind.js';

export const folderOptions = {
  ...imageFolder.options,
  ...ownRecordings.options,
  channels: fields.choice({
    choices: ['auto', 'last', 'first'],
    usual: 'auto',
    help: 'Where arrays have them; auto: last in images, first in frames, as SpikingJelly and tonic write them',
  }),
} as const;

export type FolderRequest = OpenRequest<OptionsOf<typeof folderOptions>>;
