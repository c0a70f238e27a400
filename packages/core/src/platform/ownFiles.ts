/**
 * Files of these packages that are found while a program runs, beside the code that needs them: workers' scripts,
 * WebAssembly, data. A bundler moves the code, and not every one takes such files along. `find` gives an address as
 * `new URL('./file', import.meta.url)` does; it is a function, since in some bundles that throws.
 */

const inNode =
  "a bundle for Node lacks kestirme's workers, WebAssembly and data: keep kestirme and the @kestirme packages out of it " +
  '(external of esbuild and rollup, externals of webpack) and installed where it runs';

const inPage =
  "bundle pages with Vite or webpack 5, which take kestirme's workers, WebAssembly and data along (esbuild and rollup " +
  'leave them behind), and serve all files that they make, with the headers of the page';

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const explained = (problem: string, help: string, cause?: unknown) => new Error(`${problem}; ${help}`, { cause });

function addressOf(find: () => URL, help: string): URL {
  try {
    return find();
  } catch (cause) {
    throw explained(`the code of kestirme cannot tell where it lies (${wordsOf(cause)})`, help, cause);
  }
}

/** In Node: the file that `find` gives. @throws when there is none, with a remedy. */
export function requireFile(find: () => URL, exists: (file: URL) => boolean): URL {
  const file = addressOf(find, inNode);
  if (!exists(file)) throw explained(`${file.href}: no such file`, inNode);
  return file;
}

/** @throws where code that was bundled for pages is run by Node. */
export function requirePage(): void {
  const node = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
  // Pages of Electron may have both.
  if (node === undefined || typeof Worker !== 'undefined') return;
  throw explained('this code was bundled for pages, and Node runs it', inNode);
}

/** In a page: the file's content. */
export async function fetchFile(find: () => URL): Promise<Uint8Array<ArrayBuffer>> {
  requirePage();
  const { href } = addressOf(find, inPage);
  const response = await fetch(href).catch((cause: unknown) => {
    throw explained(`${href}: ${wordsOf(cause)}`, inPage, cause);
  });
  if (!response.ok) throw explained(`${href}: HTTP ${response.status}`, inPage);
  // Some servers answer every address with the site's first page.
  if (response.headers.get('Content-Type')?.startsWith('text/html')) {
    throw explained(`${href}: the server sent a page in place of this file`, inPage);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * In a page: the worker that `start` makes, in the words that bundlers follow:
 * `new Worker(new URL('./file.js', import.meta.url))`. `unloaded`: what to say when its script could not be loaded, of
 * which the worker tells nothing but that.
 */
export function startPageWorker(start: () => Worker): { worker: Worker; unloaded: string } {
  requirePage();
  const problem = "a worker's script could not be loaded";
  let address = '';
  try {
    const worker = withAddress(start, (href) => {
      address = `: ${href}`;
    });
    return { worker, unloaded: `${problem}${address}; ${inPage}` };
  } catch (cause) {
    throw explained(`${problem}${address} (${wordsOf(cause)})`, inPage, cause);
  }
}

/** Calls `start` and tells every address that is made meanwhile: a worker does not know its own. */
function withAddress<T>(start: () => T, tell: (href: string) => void): T {
  const Original = globalThis.URL;
  class Watched extends Original {
    constructor(url: string | URL, base?: string | URL) {
      super(url, base);
      tell(this.href);
    }
  }
  // Where globals are frozen, addresses are not told.
  Reflect.set(globalThis, 'URL', Watched);
  try {
    return start();
  } finally {
    Reflect.set(globalThis, 'URL', Original);
  }
}
