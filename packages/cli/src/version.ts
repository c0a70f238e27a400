import { existsSync, readFileSync } from 'node:fs';
import { ownFiles } from 'kestirme';

const here = () => import.meta.url;
const beside = () => new URL('../package.json', here());
const file = ownFiles.requireFile({ packageName: '@kestirme/cli', option: null, given: undefined, beside }, existsSync);
const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));

/** The version that package.json has. */
export const PROGRAM_VERSION =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
