/** A bundler's page, served in several ways. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundler, bundlers, pageFile } from './bundlers.js';
import { type Change, serveFolder } from './server.js';

/** With the headers of cross-origin isolation, or without; `strict`: isolated, under the policy that docs/bundling.md has. */
export type SiteKind = 'isolated' | 'plain' | 'strict';

/** The images are the page's empty icon. */
const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:";

export interface Site {
  pageUrl(kind: SiteKind): string;
  /** Where its files lie. */
  readonly folder: string;
  /** See FolderServer. */
  alter(change: Change | null): void;
  close(): Promise<void>;
}

/** `script`: of the page, see bundlers; the usual one without it. */
export async function makeSite(bundler: Bundler, script?: string): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'kestirme-page-'));
  try {
    await bundlers[bundler](folder, script);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  const servers = {
    isolated: await serveFolder(folder, true),
    plain: await serveFolder(folder, false),
    strict: await serveFolder(folder, true, { 'Content-Security-Policy': policy }),
  };
  return {
    folder,
    pageUrl: (kind) => `${servers[kind].origin}/${pageFile}`,
    alter(change) {
      for (const server of Object.values(servers)) server.alter(change);
    },
    async close() {
      await Promise.all(Object.values(servers).map((server) => server.close()));
      await rm(folder, { recursive: true });
    },
  };
}
