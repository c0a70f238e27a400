// Archives: the input is a tar file, or a gzip file when it begins like one.
import { must, readOrRefuseLater } from '../expectations.mjs';
import { files, touched } from '../memoryDisk.mjs';

export const instruments = ['datasets/download/unpack.js'];
const memoryDisk = new URL('../memoryDisk.mjs', import.meta.url).href;
export const replaced = { 'node:fs': memoryDisk, 'node:fs/promises': memoryDisk, 'node:zlib': memoryDisk };

const archive = '/disk/set.tar.gz';
const wanted = ['set/a.bin', 'set/b.bin'];

export async function target() {
  const { unpack } = await import('../../../packages/datasets/dist/download/unpack.js');
  const { DownloadError } = await import('../../../packages/datasets/dist/download/fetchFile.js');
  return {
    mostBytes: 8192,
    words: [
      '../',
      '/etc/',
      ...wanted,
      '\0',
      'ustar\x0000',
      'ustar  \0',
      '77777777777\0',
      '\x80\0\0',
      '30 path=../evil\n',
    ],
    async run(input) {
      const isGzip = input[0] === 0x1f && input[1] === 0x8b;
      files.clear();
      touched.clear();
      files.set(archive, isGzip ? input : withChecksums(input));
      const done = await readOrRefuseLater(
        async () => (await unpack(archive, '/disk/into', wanted)) ?? true,
        [DownloadError],
        archive,
      );
      for (const path of touched) {
        must(/^\/disk\/into\/set\/[ab]\.bin(\.part)?$/.test(path), `nothing but what was asked for, wrote ${path}`);
      }
      for (const path of files.keys()) must(!path.endsWith('.part'), `nothing half-written, found ${path}`);
      if (done)
        must(
          wanted.every((name) => files.has(`/disk/into/${name}`)),
          'all that was asked for',
        );
    },
  };
}

/** Header blocks get right checksums: otherwise nearly every change of a tar file ends at the same early check. */
function withChecksums(input) {
  const tar = Buffer.from(input);
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    if (tar.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
    tar.fill(' ', at + 148, at + 156);
    const sum = tar.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  }
  return tar;
}
