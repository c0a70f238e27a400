/** Where the publishers keep their files, and what these must be. */
import type { Matching } from './unpack.js';

export interface RemoteFile {
  /** In the publisher's folder and in a mirror's. */
  name: string;
  url: string;
  /** Other places that have the same bytes, tried in this order. */
  mirrors?: string[];
  /** Null: not known; the checksum decides. */
  bytes: number | null;
  md5: string;
  /** Whether it is a tar.gz or a zip that is unpacked, or data as it is; recordings are read in their zip archives. */
  archive: boolean;
  /** Why no program can get it; `url` is then for a browser. */
  byHand?: string;
}

export interface RemoteSet {
  files: RemoteFile[];
  /** Files that an archive must hold, by path inside it; nothing else is written. */
  contents: string[];
  /** The same, where they are too many to be named. */
  matching?: Matching;
}

/** The four files of MNIST's format, by their checksums in this order; the first of the folders is the publisher's. */
function idxSet(folders: [string, ...string[]], sums: [number | null, string][]): RemoteSet {
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const files = names.map((start, i) => {
    const name = `${start}-ubyte.gz`;
    const [bytes, md5] = sums[i] as [number | null, string];
    const [url, ...mirrors] = folders.map((folder) => `${folder}/${name}`) as [string, ...string[]];
    return { name, url, mirrors, bytes, md5, archive: false };
  });
  return { files, contents: [] };
}

const cifar = (name: string, bytes: number, md5: string): RemoteFile => ({
  name,
  url: `https://www.cs.toronto.edu/~kriz/${name}`,
  bytes,
  md5,
  archive: true,
});

const mendeley = 'https://data.mendeley.com/public-files/datasets/468j46mzdv/files';

const nmnist = (name: string, file: string, md5: string): RemoteFile => ({
  ...{ name, url: `${mendeley}/${file}/file_downloaded`, bytes: null, md5, archive: false },
});

/** One zip of a thousand recordings for each class. Its host also has an interface for programs, without the guard. */
const cifar10Dvs = (name: string, id: number, md5: string): RemoteFile => ({
  ...{ name: `${name}.zip`, url: `https://ndownloader.figshare.com/files/${id}` },
  mirrors: [`https://api.figshare.com/v2/file/download/${id}`],
  ...{ bytes: null, md5, archive: false },
});

export type RemoteName =
  | 'mnist'
  | 'fashion-mnist'
  | 'kmnist'
  | 'cifar10'
  | 'cifar100'
  | 'nmnist'
  | 'cifar10-dvs'
  | 'dvs-gesture'
  | 'n-cars'
  | 'st-mnist';

export const remoteSets: Readonly<Record<RemoteName, RemoteSet>> = {
  mnist: idxSet(
    ['https://ossci-datasets.s3.amazonaws.com/mnist', 'https://storage.googleapis.com/cvdf-datasets/mnist'],
    [
      [9912422, 'f68b3c2dcbeaaa9fbdd348bbdeb94873'],
      [28881, 'd53e105ee54ea40749a09fcbcd1e9432'],
      [1648877, '9fb629c4189551a2d022fa330f9573f3'],
      [4542, 'ec29112dd5afa0611ce80d1b7f02629c'],
    ],
  ),
  'fashion-mnist': idxSet(
    [
      'https://fashion-mnist.s3.eu-central-1.amazonaws.com',
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion',
    ],
    [
      [null, '8d4fb7e6c68d591d4c3dfef9ec88bf0d'],
      [null, '25c81989df183df01b3e8a0aad5dffbe'],
      [null, 'bef4ecab320f06d8554ea6380940ec79'],
      [null, 'bb300cfdad3c16e7a12a480ee83cd310'],
    ],
  ),
  kmnist: idxSet(
    ['https://codh.rois.ac.jp/kmnist/dataset/kmnist', 'http://codh.rois.ac.jp/kmnist/dataset/kmnist'],
    [
      [null, 'bdb82020997e1d708af4cf47b453dcf7'],
      [null, 'e144d726b3acfaa3e44228e80efcd344'],
      [null, '5c965bf0a639b31b8f53240b1b52f4d7'],
      [null, '7320c461ea6c1c855c0b718fb2a4b134'],
    ],
  ),
  cifar10: {
    files: [cifar('cifar-10-binary.tar.gz', 170052171, 'c32a1d4ab5d03f1284b67883e8d87530')],
    contents: [1, 2, 3, 4, 5]
      .map((i) => `cifar-10-batches-bin/data_batch_${i}.bin`)
      .concat('cifar-10-batches-bin/test_batch.bin', 'cifar-10-batches-bin/batches.meta.txt'),
  },
  cifar100: {
    files: [cifar('cifar-100-binary.tar.gz', 168513733, '03b5dce01913d631647c71ecec9e9cb8')],
    contents: ['train.bin', 'test.bin', 'fine_label_names.txt', 'coarse_label_names.txt'].map(
      (name) => `cifar-100-binary/${name}`,
    ),
  },
  nmnist: {
    files: [
      nmnist('Train.zip', '39c25547-014b-4137-a934-9d29fa53c7a0', '20959b8e626244a1b502305a9e6e2031'),
      nmnist('Test.zip', '05a4d654-7e03-4c15-bdfa-9bb2bcbea494', '69ca8762b2fe404d9b9bad1103e97832'),
    ],
    contents: [],
  },
  'cifar10-dvs': {
    files: [
      cifar10Dvs('airplane', 7712788, '0afd5c4bf9ae06af762a77b180354fdd'),
      cifar10Dvs('automobile', 7712791, '8438dfeba3bc970c94962d995b1b9bdd'),
      cifar10Dvs('bird', 7712794, 'a9c207c91c55b9dc2002dc21c684d785'),
      cifar10Dvs('cat', 7712812, '52c63c677c2b15fa5146a8daf4d56687'),
      cifar10Dvs('deer', 7712815, 'b6bf21f6c04d21ba4e23fc3e36c8a4a3'),
      cifar10Dvs('dog', 7712818, 'f379ebdf6703d16e0a690782e62639c3'),
      cifar10Dvs('frog', 7712842, 'cad6ed91214b1c7388a5f6ee56d08803'),
      cifar10Dvs('horse', 7712851, 'e7cbbf77bec584ffbf913f00e682782a'),
      cifar10Dvs('ship', 7712836, '41c7bd7d6b251be82557c6cce9a7d5c9'),
      cifar10Dvs('truck', 7712839, '89f3922fd147d9aeff89e76a2b0b70a7'),
    ],
    contents: [],
  },
  'dvs-gesture': {
    files: [
      {
        name: 'DvsGesture.tar.gz',
        url: 'https://ibm.ent.box.com/s/3hiq58ww1pbbjrinh367ykfdf60xsfm8/folder/50167556794',
        bytes: null,
        md5: '8a5c71fb11e24e5ca5b11866ca6c00a1',
        archive: true,
        byHand: 'its publisher gives it to browsers only, with terms to agree to',
      },
    ],
    contents: [],
    // Recordings and their labels of 29 people in up to 5 lights, and the two lists of trials.
    matching: { pattern: /^DvsGesture\/\w[\w.]*\.(aedat|csv|txt)$/, least: 200, mostBytes: 8_000_000_000 },
  },
  'n-cars': {
    files: [
      {
        name: 'Prophesee_Dataset_n_cars.zip',
        url: 'https://www.prophesee.ai/dataset-n-cars-download/',
        bytes: null,
        md5: '553ce464d6e5e617b3c21ce27c19368e',
        archive: true,
        byHand: 'its publisher gives it to browsers only, behind a form',
      },
    ],
    contents: [],
    // Two archives, in which the recordings are read.
    matching: { pattern: /^(?:\w+\/)?n-cars_(?:train|test)\.zip$/, least: 2, mostBytes: 4_000_000_000 },
  },
  'st-mnist': {
    files: [
      {
        name: 'STMNIST dataset NUS Tee Research Group.zip',
        url: 'https://scholarbank.nus.edu.sg/handle/10635/168106',
        bytes: null,
        md5: '2eef16be7356bc1a8f540bb3698c4e0e',
        archive: false,
        byHand: 'its publisher gives it to browsers only, behind a form',
      },
    ],
    contents: [],
  },
};
