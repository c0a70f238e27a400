/** How the machine's cores are divided: one is left to the page, so that it stays fluent. */

export interface Threads {
  /** Of each engine. */
  threads: number;
  /** Networks that train at the same time; the others wait for their turn. */
  atOnce: number;
  build: 'threads' | 'single';
}

/** For two networks. */
export function divideCores(cores: number, isolated: boolean): Threads {
  const free = Math.max(1, cores - 1);
  const atOnce = Math.min(2, free);
  // A network this small gains nothing from more.
  const threads = isolated ? Math.min(4, Math.max(1, Math.floor(free / atOnce))) : 1;
  return { threads, atOnce, build: isolated ? 'threads' : 'single' };
}
