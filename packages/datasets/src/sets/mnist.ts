/** Reads MNIST, its subset that comes with the package, and the sets that came after it in its format. */
import { countIdxImages, eachIdxImage, readIdxLabels } from '../formats/idx.js';
import type { Records, Wanted } from '../formats/records.js';
import { digitSide, putPaddedDigit } from './digits.js';
import type { Layout, NeededFile } from './locate.js';

/** Gzipped or not; some unpack it with a dot in its name where the publisher has a hyphen. */
function idxFile(name: string): NeededFile {
  const dotted = name.replace('-idx', '.idx');
  return { name, aliases: [dotted, `${name}.gz`, `${dotted}.gz`] };
}

const idxFiles = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
].map(idxFile);

/** The sets whose files have the same names: the folder's name tells them apart, ours or torchvision's. */
const familyFolders = {
  mnist: ['mnist'],
  'fashion-mnist': ['fashion-mnist', 'fashionmnist', 'fashion_mnist', 'fashion'],
  kmnist: ['kmnist', 'kuzushiji-mnist'],
};

export type MnistName = keyof typeof familyFolders;

export function mnistLayout(name: MnistName): Layout {
  const others = Object.entries(familyFolders).filter(([other]) => other !== name);
  return {
    name,
    files: idxFiles,
    strangers: others.flatMap(([, folders]) => folders),
    impostors: [
      { sign: 'mnist.npz', is: "Keras' version of MNIST, which npz:FILE reads" },
      { sign: 'mnist_train.csv', is: 'MNIST as text, which is not read' },
    ],
  };
}

/** `paths`: of the layout's files, by their names. The files are few and small: they are always read, and hashed, whole. */
export async function openMnistRecords(paths: ReadonlyMap<string, string>, part: 'train' | 't10k'): Promise<Records> {
  const [imageName, labelName] = [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`];
  const imageFile = paths.get(imageName) as string;
  const size = await countIdxImages(imageFile, digitSide, digitSide);
  const { labels, file } = await readIdxLabels(paths.get(labelName) as string, size, 10);
  return {
    size,
    labels: async (from, to) => labels.subarray(from, to),
    async read(wanted) {
      const places = new Map<number, Wanted[]>();
      for (const one of wanted) places.set(one.position, [...(places.get(one.position) ?? []), one]);
      const images = await eachIdxImage(imageFile, digitSide, digitSide, (position, pixels) => {
        for (const { into, at } of places.get(position) ?? []) {
          into.labels[at] = labels[position] as number;
          putPaddedDigit(pixels, into, at);
        }
      });
      // Another name makes no other data of it.
      return [
        { ...images, name: imageName },
        { ...file, name: labelName },
      ];
    },
    close: async () => {},
  };
}
