/**
 * Files of these packages that are found while a program runs, beside the code that needs them: workers' scripts,
 * WebAssembly, data. A bundler moves the code, and not every one takes such files along.
 */

/** Who brings one of them, and what may tell where it lies. */
export interface FileOrigin {
  packageName: string;
  /** Such as 'createEngine({ workerUrl })'; null: nothing may. */
  option: string | null;
  /** The address that the option tells; undefined: it does not, and the file is looked for beside the code. */
  given: string | undefined;
}

/** The address of a file in a folder that a program gave; undefined: it gave none. */
export const inFolder = (folder: string | undefined, file: string) =>
  folder === undefined ? undefined : new URL(file, folder).href;

export interface OwnFile extends FileOrigin {
  /** As `new URL('./file', import.meta.url)` gives it; a function, since in some bundles that throws. */
  beside(): URL;
}

const leaveOut =
  'keep kestirme and the @kestirme packages out of it (external of esbuild and rollup, externals of webpack) and ' +
  'installed where it runs';

/** What to do about a file that is not there. */
function inNode(origin: FileOrigin): string {
  if (origin.given !== undefined) return wrong(origin);
  const { packageName, option } = origin;
  const tell = option === null ? '' : `say by ${option} where a copy lies (docs/bundling.md), or `;
  return `${packageName} brings it, and a bundle for Node lacks it: ${tell}${leaveOut}`;
}

function inPage(origin: FileOrigin): string {
  if (origin.given !== undefined) return wrong(origin);
  const { packageName, option } = origin;
  return (
    `bundle pages with Vite or webpack 5, which take the workers, WebAssembly and data of ${packageName} along (esbuild and ` +
    `rollup leave them behind), or say by ${option} where a copy lies (docs/bundling.md); and serve all files that they ` +
    'make, with the headers of the page, whose policy has to let them'
  );
}

const wrong = ({ option }: FileOrigin) => `${option} says that it lies there; what has to is told in docs/bundling.md`;

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const explained = (problem: string, help: string, cause?: unknown) => new Error(`${problem}; ${help}`, { cause });

/** @throws when the code cannot tell it, with a remedy. */
function addressOf({ given, beside, packageName }: OwnFile, help: string): URL {
  try {
    return given === undefined ? beside() : new URL(given);
  } catch (cause) {
    throw explained(`the code of ${packageName} cannot tell where its files lie (${wordsOf(cause)})`, help, cause);
  }
}

/** In Node: where the file lies. @throws when it does not, with a remedy. */
export function requireFile(file: OwnFile, exists: (file: URL) => boolean): URL {
  const help = inNode(file);
  const address = addressOf(file, help);
  if (!exists(address)) throw explained(`${address.href}: no such file`, help);
  return address;
}

/** @throws where code that was bundled for pages is run by Node. */
export function requirePage(): void {
  const node = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
  // Pages of Electron may have both.
  if (node === undefined || typeof Worker !== 'undefined') return;
  const help = `bundle for Node (platform of esbuild, target of webpack; docs/bundling.md), or ${leaveOut}`;
  throw explained('this code was bundled for pages, and Node runs it', help);
}

/** In a page: the file's content. */
export async function fetchFile(file: OwnFile): Promise<Uint8Array<ArrayBuffer>> {
  requirePage();
  const help = inPage(file);
  const { href } = addressOf(file, help);
  const inlined = bytesInAddress(href);
  if (inlined !== null) return inlined;
  const response = await fetch(href).catch((cause: unknown) => {
    throw explained(`${href}: ${wordsOf(cause)}`, help, cause);
  });
  if (!response.ok) throw explained(`${href}: HTTP ${response.status}`, help);
  // Some servers answer every address with the site's first page.
  if (response.headers.get('Content-Type')?.startsWith('text/html')) {
    throw explained(`${href}: the server sent a page in place of this file`, help);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Of a file that somebody has put into its address, as Vite does with small ones; null: nobody has. Not by `fetch`: a page
 * whose Content-Security-Policy lets it fetch from its own server only may not fetch these either.
 */
export function bytesInAddress(href: string): Uint8Array<ArrayBuffer> | null {
  const encoded = /^data:[^,]*;base64,(.*)$/s.exec(href)?.[1];
  return encoded === undefined ? null : Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

/**
 * In a page: the worker that `start` makes, in the words that bundlers follow:
 * `new Worker(new URL('./file.js', import.meta.url))`. `unloaded`: what to say when its script could not be loaded, of
 * which the worker tells nothing but that. Where its script's address is given, `start` is not asked.
 */
export function startPageWorker(start: () => Worker, script: FileOrigin): { worker: Worker; unloaded: string } {
  requirePage();
  const problem = "a worker's script could not be loaded";
  const help = inPage(script);
  const { given } = script;
  const make = given === undefined ? start : () => new Worker(new URL(given), { type: 'module' });
  let address = '';
  try {
    const worker = withAddress(make, (href) => {
      address = `: ${href}`;
    });
    return { worker, unloaded: `${problem}${address}; ${help}` };
  } catch (cause) {
    throw explained(`${problem}${address} (${wordsOf(cause)})`, help, cause);
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
