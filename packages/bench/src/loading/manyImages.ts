/** A folder of as many images as are wanted, made of a few. */
import { appendFileSync, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `count` images into DIR/train, and one of each class into DIR/val, out of the class folders of `source`. Each
 * gets bytes of its own behind its end, which no decoder reads: no cache may take two of them for one.
 */
export function makeManyImages(source: string, dir: string, count: number): void {
  const found = readdirSync(source, { withFileTypes: true })
    .filter((one) => one.isDirectory())
    .flatMap(({ name }) => readdirSync(join(source, name)).map((file) => ({ label: name, file })))
    .filter(({ file }) => /\.jpe?g$/i.test(file));
  if (found.length === 0) throw new Error(`${source} has no class folders with JPEG images`);
  const put = (part: string, label: string, file: string, name: string, own: string) => {
    const folder = join(dir, part, label);
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(source, label, file), join(folder, name));
    appendFileSync(join(folder, name), own);
  };
  for (let i = 0; i < count; i++) {
    const { label, file } = found[i % found.length] as (typeof found)[number];
    put('train', label, file, `${i}.jpg`, `image ${i}`);
  }
  for (const [i, { label, file }] of found.entries()) put('val', label, file, `${i}.jpg`, 'test');
}
