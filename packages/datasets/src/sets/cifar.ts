/** Which files of the publisher's archives hold what. */
import { type CifarFile, openCifarFile } from '../formats/cifar.js';
import { openCifarPythonFile } from '../formats/cifarPythonFile.js';
import { type Records, wantedIn } from '../formats/records.js';
import type { Layout } from './locate.js';

export interface CifarLayout extends Layout {
  train: CifarPart;
  test: CifarPart;
}

interface CifarPart {
  files: string[];
  recordsPerFile: number;
  open(path: string): Promise<CifarFile>;
}

interface Version {
  train: { files: string[]; recordsPerFile: number };
  test: { files: string[]; recordsPerFile: number };
}

function layout(
  name: 'cifar10' | 'cifar100',
  { train, test }: Version,
  open: (path: string, recordsPerFile: number) => Promise<CifarFile>,
): CifarLayout {
  const part = (of: Version['train']): CifarPart => ({ ...of, open: (path) => open(path, of.recordsPerFile) });
  return {
    name,
    files: [...train.files, ...test.files].map((file) => ({ name: file })),
    strangers: [],
    impostors: impostors[name],
    train: part(train),
    test: part(test),
  };
}

const matlab = 'the Matlab version, where the binary or the Python version is needed';
const packed = (archive: string) => ({ sign: archive, is: `the archive as it came: tar xzf ${archive} unpacks it` });
const ofMatlab = (...signs: string[]) => signs.map((sign) => ({ sign, is: matlab }));
const impostors = {
  cifar10: [
    ...ofMatlab('cifar-10-batches-mat/', 'cifar-10-matlab.tar.gz', 'data_batch_1.mat'),
    ...['cifar-10-python.tar.gz', 'cifar-10-binary.tar.gz'].map(packed),
  ],
  cifar100: [
    ...ofMatlab('cifar-100-matlab/', 'cifar-100-matlab.tar.gz', 'train.mat'),
    ...['cifar-100-python.tar.gz', 'cifar-100-binary.tar.gz'].map(packed),
  ],
};

/** The publisher's versions of each set; where a folder has both, the first is read. */
export const cifarLayouts: Record<'cifar10' | 'cifar100', readonly [CifarLayout, ...CifarLayout[]]> = {
  cifar10: [
    layout(
      'cifar10',
      {
        train: { files: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), recordsPerFile: 10000 },
        test: { files: ['test_batch.bin'], recordsPerFile: 10000 },
      },
      (path, recordsPerFile) => openCifarFile(path, { labels: [{ meaning: 'label', classes: 10 }], recordsPerFile }),
    ),
    layout(
      'cifar10',
      {
        train: { files: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}`), recordsPerFile: 10000 },
        test: { files: ['test_batch'], recordsPerFile: 10000 },
      },
      (path, count) => openCifarPythonFile(path, { key: 'labels', classes: 10, count }),
    ),
  ],
  cifar100: [
    layout(
      'cifar100',
      {
        train: { files: ['train.bin'], recordsPerFile: 50000 },
        test: { files: ['test.bin'], recordsPerFile: 10000 },
      },
      (path, recordsPerFile) =>
        openCifarFile(path, {
          labels: [
            { meaning: 'coarse label', classes: 20 },
            { meaning: 'fine label', classes: 100 },
          ],
          recordsPerFile,
        }),
    ),
    layout(
      'cifar100',
      { train: { files: ['train'], recordsPerFile: 50000 }, test: { files: ['test'], recordsPerFile: 10000 } },
      (path, count) => openCifarPythonFile(path, { key: 'fine_labels', classes: 100, count }),
    ),
  ],
};

/** `paths`: of the layout's files, by their names. A file is opened when something in it is asked for. */
export function openCifarRecords(
  paths: ReadonlyMap<string, string>,
  { files, recordsPerFile, open }: CifarPart,
): Records {
  const opened = new Map<number, Promise<CifarFile>>();
  const fileOf = (index: number): Promise<CifarFile> => {
    const there = opened.get(index) ?? open(paths.get(files[index] as string) as string);
    opened.set(index, there);
    return there;
  };
  return {
    size: files.length * recordsPerFile,
    async labels(from, to) {
      const found = new Uint8Array(to - from);
      for (let at = from; at < to; ) {
        const index = Math.floor(at / recordsPerFile);
        const first = index * recordsPerFile;
        const end = Math.min(to, first + recordsPerFile);
        found.set(await (await fileOf(index)).labels(at - first, end - first), at - from);
        at = end;
      }
      return found;
    },
    async read(wanted, whole) {
      const read = [];
      for (const [index, name] of files.entries()) {
        const here = wantedIn(wanted, index * recordsPerFile, recordsPerFile);
        if (here.length === 0 && !whole) continue;
        const hash = await (await fileOf(index)).read(here, whole);
        const isPart = !whole && here.length < recordsPerFile;
        read.push({
          ...hash.finish(name),
          ...(isPart ? { part: { images: here.length, of: recordsPerFile } } : {}),
        });
      }
      return read;
    },
    async close() {
      for (const file of opened.values()) await file.then((one) => one.close()).catch(() => {});
    },
  };
}
