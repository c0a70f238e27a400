/** Where the browser is. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's name first; the others are the same engine. */
const names = ['chromium', 'google-chrome', 'google-chrome-stable'];

/** KESTIRME_CHROMIUM, else the first on PATH; undefined when there is none, or when KESTIRME_SKIP_CHROMIUM is 1. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.KESTIRME_SKIP_CHROMIUM === '1') return undefined;
  const named = environment.KESTIRME_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`KESTIRME_CHROMIUM is '${named}', but there is no such file`);
    return named;
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

export const howToGetChromium =
  'install it (on Debian, as root: apt-get install -y --no-install-recommends chromium) or name its file in KESTIRME_CHROMIUM';
