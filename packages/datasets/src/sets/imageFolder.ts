/** Images of one's own: a folder for each class, in train/ and test/ or val/, or without parts. */
import { join } from 'node:path';
import { fields } from 'kestirme';
import { cacheOptions } from '../cache/options.js';
import type { ReadEntries } from '../entries.js';
import { DatasetError } from '../error.js';
import { foldersIn, type ScanOptions, scanClassFolders } from '../images/scan.js';
import { type ImageSettings, type Listed, type ListedFolders, openListed } from './classFolders.js';
import type { OpenedDataset, Skipped } from './dataset.js';
import { datasetKind, type OpenRequest } from './kind.js';
import { lastOfEachClass } from './lastOfEachClass.js';
import { partFolders, testFolders } from './partFolders.js';
import type { Part } from './parts.js';

const side = { min: 8, max: 1024 };

export const imageFolderOptions = {
  side: fields.whole({ ...side, usual: 224, help: 'Height and width of what the network sees, in pixels' }),
  testSide: fields.whole({
    ...{ min: 0, max: 1024, usual: 0 },
    help: 'Of the shorter side of test images before their middle is cut out, in pixels; 0: 8/7 of side, as 256 for 224',
  }),
  trainSide: fields.whole({
    ...{ min: 0, max: 1024, usual: 0 },
    help: 'Of the shorter side of training images before augmentation, in pixels; 0: as they are',
  }),
  filter: fields.choice({
    ...{ choices: ['bilinear', 'bicubic', 'nearest'], usual: 'bilinear' },
    help: 'How images are resized; antialiased but for nearest',
  }),
  ...cacheOptions,
};

export const imageFolder = datasetKind({
  name: 'image-folder',
  help: 'JPEG, PNG and WebP images in a folder for each class',
  paper: 'none',
  confidence: 'high',
  parity: 'torchvision ImageFolder, Pillow',
  source: 'DIR',
  options: {
    ...imageFolderOptions,
    testShare: fields.number({
      ...{ min: 0.01, max: 0.9, usual: 0.2 },
      help: 'Of each class, by names the last, where the folder has no parts',
    }),
  },
  open: (request) => openImageFolder(request),
});

/** `entries`: for a folder of which something has been read already. */
export async function openImageFolder(
  { dir, options, ...request }: OpenRequest<ImageSettings & { testShare: number }>,
  entries?: ReadEntries,
): Promise<OpenedDataset> {
  const listed = await listFolders(dir, options.testShare, { ...request, entries });
  return openListed('image-folder', listed, options, request);
}

type Request = Pick<OpenRequest<unknown>, 'skipCorrupt'> & ScanOptions;

async function listFolders(dir: string, testShare: number, request: Request): Promise<ListedFolders> {
  const folders = await foldersIn(dir, request.entries);
  const parts = partFolders(folders);
  if (parts !== null) return listParts(dir, parts, request);
  if (folders.includes('train')) {
    const place = { file: dir, offset: null };
    throw new DatasetError(place, `beside train/ a folder ${testFolders.join(', ')}`, 'none of them');
  }
  const skipped: Skipped[] = [];
  const all = await scanClassFolders(dir, unread(dir, skipped, request), request);
  const { split, positions } = lastOfEachClass(all.labels, testShare);
  const listed = (part: Part): Listed => ({
    names: positions[part].map((at) => all.names[at] as string),
    labels: positions[part].map((at) => all.labels[at] as number),
  });
  return { dir, classes: all.classes, train: listed('train'), test: listed('test'), split, skipped };
}

/** The images of two folders; the classes of the one for tests are among those of the other. */
export async function listParts(dir: string, parts: Record<Part, string>, request: Request): Promise<ListedFolders> {
  const skipped: Skipped[] = [];
  const scan = (folder: string) => scanClassFolders(folder, unread(folder, skipped, request), request);
  const [train, test] = [await scan(join(dir, parts.train)), await scan(join(dir, parts.test))];
  const { classes } = train;
  const other = test.classes.find((name) => !classes.includes(name));
  if (other !== undefined) {
    const place = { file: join(dir, parts.test, other), offset: null };
    throw new DatasetError(place, `one of the classes of ${parts.train}/`, 'another');
  }
  const labelOf = test.classes.map((name) => classes.indexOf(name));
  return {
    ...{ dir, classes, skipped },
    train: { names: train.names.map((name) => `${parts.train}/${name}`), labels: train.labels },
    test: {
      names: test.names.map((name) => `${parts.test}/${name}`),
      labels: test.labels.map((label) => labelOf[label] as number),
    },
  };
}

/** Images of formats that are not read count as those that are corrupt. */
function unread(dir: string, skipped: Skipped[], { skipCorrupt = false }: Request): (name: string) => void {
  return (name) => {
    const file = join(dir, name);
    const expected = 'a JPEG, PNG or WebP image';
    if (!skipCorrupt) throw new DatasetError({ file, offset: null }, expected, 'one that is to be converted first');
    skipped.push({ file, reason: `expected ${expected}` });
  };
}
