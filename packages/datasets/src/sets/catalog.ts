/** What is known of each data set without opening a file. */
import { suggestion } from 'kestirme';
import type { Augment } from '../augment/usual.js';

export type DatasetName = 'builtin' | 'mnist' | 'fashion-mnist' | 'kmnist' | 'cifar10' | 'cifar100';

export interface CatalogEntry {
  name: DatasetName;
  title: string;
  channels: number;
  height: number;
  width: number;
  classNames: string[];
  /** Images in the publisher's files. */
  trainSize: number;
  testSize: number;
  /** Per channel, in units of 0-1 pixel values, over the training images. */
  mean: number[];
  std: number[];
  augment: Augment;
  licence: string;
  /** Whose images they are. */
  paper: string;
  /** Folder of the publisher's archive; a DIR may be it or its parent. Empty for `builtin`. */
  folder: string;
}

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

// MNIST's well-known .1307 and .3081 hold for 28x28. Padding with zeros to 32x32 keeps the sums and raises the count by
// 1024/784, so mean and mean square shrink by 784/1024: .1307 -> .1000, .3081 -> .2752. A digit mirrored is no digit:
// no flip; 2 pixels of crop stay within the padding.
const paddedMnist = { channels: 1, height: 32, width: 32, classNames: digits, augment: { crop: 2, flip: false } };
const mnistLicence = 'Creative Commons Attribution-Share Alike 3.0 (Yann LeCun and Corinna Cortes)';
const cifar = { channels: 3, height: 32, width: 32, augment: { crop: 4, flip: true } };
const cifarLicence = 'none stated; the authors ask to cite Krizhevsky 2009';

const cifar100Classes =
  'apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle ' +
  'caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant ' +
  'flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man ' +
  'maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree ' +
  'plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail ' +
  'snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout ' +
  'tulip turtle wardrobe whale willow_tree wolf woman worm';

export const catalog: Record<DatasetName, CatalogEntry> = {
  builtin: {
    ...paddedMnist,
    name: 'builtin',
    title: '7,000 digits of MNIST that come with the package, padded to 32x32',
    trainSize: 6000,
    testSize: 1000,
    mean: [0.1015],
    std: [0.277],
    licence: mnistLicence,
    paper: 'LeCun et al. 1998',
    folder: '',
  },
  mnist: {
    ...paddedMnist,
    name: 'mnist',
    title: 'MNIST handwritten digits, padded to 32x32',
    trainSize: 60000,
    testSize: 10000,
    mean: [0.1],
    std: [0.2752],
    licence: mnistLicence,
    paper: 'LeCun et al. 1998',
    folder: 'mnist',
  },
  'fashion-mnist': {
    ...paddedMnist,
    name: 'fashion-mnist',
    title: 'Fashion-MNIST, clothes in the format of MNIST, padded to 32x32',
    classNames: 'T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot'.split(','),
    trainSize: 60000,
    testSize: 10000,
    // .2860 and .3530 of 28x28, as others have them (not measured here), by the same rule. A shoe mirrored is a shoe.
    mean: [0.219],
    std: [0.3318],
    augment: { crop: 2, flip: true },
    licence: 'MIT (Zalando SE)',
    paper: 'Xiao et al. 2017',
    folder: 'fashion-mnist',
  },
  kmnist: {
    ...paddedMnist,
    name: 'kmnist',
    title: 'Kuzushiji-MNIST, ten cursive Japanese characters in the format of MNIST, padded to 32x32',
    classNames: 'o ki su tsu na ha ma ya re wo'.split(' '),
    trainSize: 60000,
    testSize: 10000,
    // .1918 and .3483 of 28x28, as others have them (not measured here), by the same rule.
    mean: [0.1468],
    std: [0.3154],
    licence: 'CC BY-SA 4.0 (ROIS-DS Center for Open Data in the Humanities)',
    paper: 'Clanuwat et al. 2018',
    folder: 'kmnist',
  },
  cifar10: {
    ...cifar,
    name: 'cifar10',
    title: 'CIFAR-10, 10 classes of small colour photographs',
    classNames: 'airplane automobile bird cat deer dog frog horse ship truck'.split(' '),
    trainSize: 50000,
    testSize: 10000,
    // The field's usual figures. The std is the mean of the images' own, smaller than that of all pixels (.247 .244 .262).
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.2023, 0.1994, 0.201],
    licence: cifarLicence,
    paper: 'Krizhevsky 2009',
    folder: 'cifar-10-batches-bin',
  },
  cifar100: {
    ...cifar,
    name: 'cifar100',
    title: 'CIFAR-100, 100 classes of small colour photographs (fine labels)',
    classNames: cifar100Classes.split(' '),
    trainSize: 50000,
    testSize: 10000,
    mean: [0.5071, 0.4867, 0.4408],
    std: [0.2675, 0.2565, 0.2761],
    licence: cifarLicence,
    paper: 'Krizhevsky 2009',
    folder: 'cifar-100-binary',
  },
};

export interface DatasetSummary {
  name: DatasetName;
  description: string;
  classes: number;
  /** Of one image as it is shown, in pixels. */
  channels: number;
  height: number;
  width: number;
  /** Images in the publisher's files. */
  trainSize: number;
  testSize: number;
  licence: string;
}

/** The data sets that `openDataset` knows. */
export function listDatasets(): DatasetSummary[] {
  return Object.values(catalog).map(
    ({ name, title, classNames, channels, height, width, trainSize, testSize, licence }) => ({
      name,
      description: title,
      classes: classNames.length,
      channels,
      height,
      width,
      trainSize,
      testSize,
      licence,
    }),
  );
}

/**
 * The usual changes of a data set's training images: crop within 2 pixels for MNIST, within 4 and flip for CIFAR.
 * @throws RangeError for a name that is not in the catalog: what may be mirrored only its owner knows.
 */
export function defaultAugment(info: { name: string }): Augment {
  const entry = Object.values(catalog).find(({ name }) => name === info.name);
  if (entry === undefined) {
    throw new RangeError(`no usual augmentation of '${info.name}'${suggestion(info.name, Object.keys(catalog))}`);
  }
  return { ...entry.augment };
}
