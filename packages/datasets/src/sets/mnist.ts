/** Reads MNIST and its subset that comes with the package. */
import type { OnDataFile } from '../formats/fileHash.js';
import { readIdxImages, readIdxLabels } from '../formats/idx.js';
import type { Split } from './dataset.js';
import { digitSide, paddedDigits } from './digits.js';
import type { Layout, NeededFile } from './locate.js';

/** Gzipped or not; some unpack it with a dot in its name where the publisher has a hyphen. */
function idxFile(name: string): NeededFile {
  const dotted = name.replace('-idx', '.idx');
  return { name, aliases: [dotted, `${name}.gz`, `${dotted}.gz`] };
}

export const mnistLayout: Layout = {
  name: 'mnist',
  files: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'].map(
    idxFile,
  ),
  // What `kestirme data get` makes of a parent, and torchvision's.
  folders: ['mnist', 'MNIST/raw', 'raw'],
  impostors: [
    { sign: 'mnist.npz', is: "Keras' version of MNIST, which is not read" },
    { sign: 'mnist_train.csv', is: 'MNIST as text, which is not read' },
  ],
};

/** `paths`: of the layout's files, by their names. */
export async function readMnistSplit(
  paths: ReadonlyMap<string, string>,
  part: 'train' | 't10k',
  onFile?: OnDataFile,
): Promise<Split> {
  const [imageName, labelName] = [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`];
  // Another name makes no other data of it.
  const tell = (name: string): OnDataFile => {
    return (file) => onFile?.({ ...file, name });
  };
  const images = await readIdxImages(paths.get(imageName) as string, digitSide, digitSide, tell(imageName));
  const labels = await readIdxLabels(paths.get(labelName) as string, images.count, 10, tell(labelName));
  return paddedDigits(images, labels);
}
