/** All runs below some folders, found and followed while somebody looks. */
import { readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { LiveEvents, RunInfo, SessionState } from '@kestirme/dashboard';
import { isComparison } from '../config/migrate.js';
import { CONFIG_FILE, NETWORK_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { WatchedRun } from './watchedRun.js';

/** Folders of comparisons lie in folders of runs: 'runs/compare/vanilla-seed0'. */
const DEEPEST = 3;
const LOOK_MILLISECONDS = 400;
/** Folders that came are found less often than their files are read. */
const LOOKS_PER_SEARCH = 5;

export type Tell = <Name extends keyof LiveEvents>(name: Name, event: LiveEvents[Name]) => void;

/** What the process of the server trains at present. */
export interface Session {
  /** Folder of the run or comparison. */
  dir: string;
  state: SessionState;
}

export interface WatchOptions {
  /** In seconds. */
  now?: () => number;
  /** Milliseconds between looks. */
  every?: number;
}

export class WatchedRuns {
  readonly #roots: string[];
  readonly #runs = new Map<string, WatchedRun>();
  readonly #listeners = new Set<Tell>();
  readonly #now: () => number;
  readonly #every: number;
  #session: Session | null = null;
  #looks = 0;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;

  constructor(
    roots: readonly string[],
    { now = () => performance.now() / 1000, every = LOOK_MILLISECONDS }: WatchOptions = {},
  ) {
    this.#roots = [...roots];
    this.#now = now;
    this.#every = every;
  }

  set session(session: Session | null) {
    this.#session = session;
    // Its folder comes into being now.
    if (session !== null && !this.#roots.includes(session.dir)) this.#roots.push(session.dir);
    this.#looks = 0;
    this.#tellRuns();
  }

  run(id: string): WatchedRun | undefined {
    return [...this.#runs.values()].find((run) => run.id === id);
  }

  /** Tells all there is, and from then on what comes. Gives the function that ends it. */
  async subscribe(tell: Tell): Promise<() => void> {
    await this.#look();
    tell('runs', this.#runsEvent());
    for (const run of this.#runs.values()) {
      const { epochs, steps } = run.points;
      tell('epochs', { id: run.id, from: 0, points: epochs });
      tell('steps', { id: run.id, replace: true, points: steps });
    }
    this.#listeners.add(tell);
    this.#schedule();
    return () => void this.#listeners.delete(tell);
  }

  close(): void {
    this.#listeners.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Nobody looks: nothing is read. */
  #schedule(): void {
    if (this.#timer !== null || this.#listeners.size === 0) return;
    this.#timer = setTimeout(async () => {
      await this.#look();
      this.#timer = null;
      this.#schedule();
    }, this.#every);
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const before = this.#runs.size;
    if (this.#looks++ % LOOKS_PER_SEARCH === 0) await this.#search();
    let isNews = this.#runs.size !== before;
    for (const run of this.#runs.values()) {
      // Of a long file, a look reads a piece.
      for (let more = true; more; ) {
        const news = await run.look();
        ({ more } = news);
        if (news.epochs !== null) this.#tell('epochs', { id: run.id, ...news.epochs });
        if (news.steps !== null) this.#tell('steps', { id: run.id, ...news.steps });
        isNews ||= news.info;
      }
    }
    if (isNews) this.#tellRuns();
  }

  async #search(): Promise<void> {
    for (const root of this.#roots) await this.#searchIn(root, 0);
  }

  async #searchIn(dir: string, depth: number): Promise<void> {
    const names = await readdir(dir, { withFileTypes: true }).catch(() => []);
    const isRun = names.some((entry) => entry.name === CONFIG_FILE) && !(await holdsComparison(dir));
    if (isRun) {
      const known = resolve(dir);
      if (!this.#runs.has(known)) this.#runs.set(known, new WatchedRun(`r${this.#runs.size}`, dir, this.#now));
      return;
    }
    if (depth === DEEPEST) return;
    const folders = names.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const name of folders.sort((a, b) => (a < b ? -1 : 1))) await this.#searchIn(join(dir, name), depth + 1);
  }

  #runsEvent(): LiveEvents['runs'] {
    const session = this.#session;
    const own = session === null ? null : resolve(session.dir);
    const isOwn = (dir: string) => own !== null && `${resolve(dir)}${sep}`.startsWith(`${own}${sep}`);
    const runs: RunInfo[] = [...this.#runs.values()].map(({ info, folder }) => ({ ...info, own: isOwn(folder.dir) }));
    return { runs, session: session?.state ?? null };
  }

  #tellRuns(): void {
    this.#tell('runs', this.#runsEvent());
  }

  #tell: Tell = (name, event) => {
    for (const listener of this.#listeners) listener(name, event);
  };
}

/** A model file's network lies beside a run's configuration alone. */
async function holdsComparison(dir: string): Promise<boolean> {
  const folder = new RunFolder(dir);
  if (await folder.has(NETWORK_FILE)) return false;
  return folder.readConfig().then(
    ({ config }) => isComparison(config),
    () => false,
  );
}
