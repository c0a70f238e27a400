import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { DownloadError } from './fetchFile.js';

/** No file of a data set here is larger. */
const largestEntry = 400_000_000;

/**
 * Writes the files named in `contents` from a tar.gz into `dir`, each whole or not at all. Names are compared, never
 * joined from what the archive says, so a path that leads elsewhere, a link or a stranger is skipped.
 */
export async function unpack(archive: string, dir: string, contents: readonly string[]): Promise<void> {
  const missing = new Set(contents);
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  // The loop below ends with the stream's error; this keeps it from being unhandled meanwhile.
  reading.catch(() => {});
  try {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header;
      if (!missing.has(name) || type !== 'file') {
        entry.resume();
        continue;
      }
      if (size > largestEntry)
        throw new DownloadError(`${archive}: ${name} claims ${size} bytes, at most ${largestEntry} are sane`, false);
      const file = join(dir, name);
      await mkdir(dirname(file), { recursive: true });
      await pipeline(entry, createWriteStream(`${file}.part`));
      await rename(`${file}.part`, file);
      missing.delete(name);
    }
    await reading;
  } catch (error) {
    for (const name of missing) await rm(join(dir, `${name}.part`), { force: true });
    if (error instanceof DownloadError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DownloadError(`${archive} is no sound tar.gz: ${reason}; delete it and download it again`, false, {
      cause: error,
    });
  }
  if (missing.size > 0) throw new DownloadError(`${archive} lacks ${[...missing].join(', ')}`, false);
}
