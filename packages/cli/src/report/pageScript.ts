import { createHash } from 'node:crypto';
import { page } from './page.js';

/** The one script of a report. No text of a run is in it, so its hash is the same in every report of a version. */
export const PAGE_SCRIPT = `(${page.toString()})()`;

/** As the page's policy names it. */
export const PAGE_SCRIPT_HASH = `sha256-${createHash('sha256').update(PAGE_SCRIPT).digest('base64')}`;
