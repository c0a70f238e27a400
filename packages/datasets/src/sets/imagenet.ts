/** ImageNet as it is unpacked for torchvision: train/ and val/ with a folder for each of the 1,000 classes. */
import { join } from 'node:path';
import { DatasetError } from '../error.js';
import { foldersIn } from '../images/scan.js';
import { openListed } from './classFolders.js';
import { imageFolderOptions, listParts } from './imageFolder.js';
import { datasetKind } from './kind.js';

/** Where train/ and val/ may lie below the folder that was named: beside it, and as Kaggle's archive has them. */
const places = ['', 'imagenet', 'ILSVRC2012', 'ILSVRC/Data/CLS-LOC'];

export const imagenet = datasetKind({
  name: 'imagenet',
  help: 'ImageNet (ILSVRC 2012), 1,000 classes of photographs, in class folders',
  paper: 'Russakovsky et al. 2015',
  confidence: 'high',
  parity: 'torchvision ImageFolder, Pillow',
  source: 'DIR',
  options: imageFolderOptions,
  async open({ dir, options, ...request }) {
    const listed = await listParts(await placeOf(dir), { train: 'train', test: 'val' }, request);
    return openListed('imagenet', listed, options, request);
  },
});

async function placeOf(dir: string): Promise<string> {
  // What is wrong with the folder itself is told first.
  await foldersIn(dir);
  for (const place of places) {
    const folders: string[] = await foldersIn(join(dir, place)).catch(() => []);
    if (!folders.includes('train') || !folders.includes('val')) continue;
    const isSorted = (await foldersIn(join(dir, place, 'val'))).length > 0;
    if (isSorted) return join(dir, place);
    throw new DatasetError(
      { file: join(dir, place, 'val'), offset: null },
      "a folder for each class (PyTorch's examples have a script valprep.sh, which makes them)",
      'none',
    );
  }
  throw new DatasetError({ file: dir, offset: null }, 'the folders train/ and val/', 'not both');
}
