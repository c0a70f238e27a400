/** Addresses of files that a program gives as options: see ownFiles.ts. */
import { platform } from '#platform';
import { kindOf } from '../plain/kind.js';

/** A URL; in Node a path as well, in a page an address relative to it. */
export type GivenUrl = string | URL;

/** Of a file. `option`: its name. @throws TypeError for what is no address. */
export function fileUrl(option: string, given: GivenUrl | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string') {
    try {
      return platform.urlOf(given).href;
    } catch (cause) {
      throw new TypeError(`\`${option}\` is no address: ${kindOf(given)}`, { cause });
    }
  }
  if (typeof given?.href === 'string') return given.href;
  throw new TypeError(`\`${option}\` must be a URL or a string, got ${kindOf(given)}`);
}

/** Of a folder, with the slash at its end. */
export function folderUrl(option: string, given: GivenUrl | undefined): string | undefined {
  const url = fileUrl(option, given);
  return url === undefined || url.endsWith('/') ? url : `${url}/`;
}
