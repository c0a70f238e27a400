/** Where the publishers keep their files, and what these must be. */

export interface RemoteFile {
  /** In the publisher's folder and in a mirror's. */
  name: string;
  url: string;
  bytes: number;
  md5: string;
  /** Whether it is an archive that is unpacked, or data as it is. */
  archive: boolean;
}

export interface RemoteSet {
  files: RemoteFile[];
  /** Files that an archive must hold, by path inside it; nothing else is written. */
  contents: string[];
}

const mnist = (name: string, bytes: number, md5: string): RemoteFile => ({
  name,
  url: `https://ossci-datasets.s3.amazonaws.com/mnist/${name}`,
  bytes,
  md5,
  archive: false,
});

const cifar = (name: string, bytes: number, md5: string): RemoteFile => ({
  name,
  url: `https://www.cs.toronto.edu/~kriz/${name}`,
  bytes,
  md5,
  archive: true,
});

export const remoteSets: Readonly<Record<'mnist' | 'cifar10' | 'cifar100', RemoteSet>> = {
  mnist: {
    files: [
      mnist('train-images-idx3-ubyte.gz', 9912422, 'f68b3c2dcbeaaa9fbdd348bbdeb94873'),
      mnist('train-labels-idx1-ubyte.gz', 28881, 'd53e105ee54ea40749a09fcbcd1e9432'),
      mnist('t10k-images-idx3-ubyte.gz', 1648877, '9fb629c4189551a2d022fa330f9573f3'),
      mnist('t10k-labels-idx1-ubyte.gz', 4542, 'ec29112dd5afa0611ce80d1b7f02629c'),
    ],
    contents: [],
  },
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
};
