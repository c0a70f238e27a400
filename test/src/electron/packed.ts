/** Packs examples/electron by the configuration of its packager, electron-builder, which needs Electron itself and is not here. */
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AsarStreamType, createPackageFromStreams, extractFile, listPackage, statFile } from '@electron/asar';
import { minimatch } from 'minimatch';

/** Tests run in the folder of the workspace. */
const example = join(process.cwd(), 'examples', 'electron');

interface Manifest {
  name: string;
  files?: string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const matches = (path: string, pattern: string) => minimatch(path, pattern, { dot: true });

/** As npm and the packager read them: the last pattern that fits decides. */
function fits(path: string, patterns: readonly string[]): boolean {
  const last = patterns.findLast((one) => matches(path, one.replace(/^!/, '')));
  return last !== undefined && !last.startsWith('!');
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    if (!entry.isDirectory()) return [entry.name];
    return filesIn(join(folder, entry.name)).map((file) => `${entry.name}/${file}`);
  });
}

/** The packages that the one in `folder` needs, and those that they need, by name. */
function modulesOf(folder: string, found = new Map<string, string>()): Map<string, string> {
  const { dependencies, optionalDependencies } = readManifest(folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const place = foundAbove(folder, name);
    if (place === null || found.has(name)) continue;
    found.set(name, place);
    modulesOf(place, found);
  }
  return found;
}

/** Of our own packages, what is published. */
function filesOf(folder: string): string[] {
  const { files } = readManifest(folder);
  const published = isOurs(folder) && files !== undefined ? ['package.json', ...files.flatMap(inFolder)] : ['**'];
  return filesIn(folder).filter((file) => fits(file, published));
}

const isOurs = (folder: string) => !folder.includes(`${sep}node_modules${sep}`);
const inFolder = (entry: string) => (/[*!]/.test(entry) ? [entry] : [entry, `${entry}/**`]);

/** Null: it is optional, and not here. */
function foundAbove(folder: string, name: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, 'node_modules', name);
    if (existsSync(place)) return realpathSync(place);
    if (dirname(at) === at) return null;
  }
}

/** The package with the native code of this machine's platform, which npm would install; none where it has not been built. */
async function nativePackage(folder: string): Promise<[name: string, folder: string][]> {
  const scripts = pathToFileURL(join(process.cwd(), 'scripts', 'native-packages.mjs')).href;
  const { layPlatformPackage, missingFiles, platformPackage, thisPlatform } = await import(scripts);
  const platform = thisPlatform();
  if (platform === undefined || missingFiles(platform).length > 0) return [];
  layPlatformPackage(platform, folder);
  return [[platformPackage(platform), folder]];
}

/**
 * Writes app.asar and app.asar.unpacked into `target`. Packages of others that are scripts alone are linked into the latter
 * and in no list: to copy them takes seconds.
 */
export async function packApplication(target: string): Promise<string> {
  const { default: config } = await import(pathToFileURL(join(example, 'electron-builder.mjs')).href);
  const { files, asarUnpack } = config as { files: string[]; asarUnpack: string[] };
  const archive = join(target, 'app.asar');
  const packed = filesIn(example).map((file): [string, string] => [file, join(example, file)]);
  for (const [name, folder] of [...modulesOf(example), ...(await nativePackage(join(target, 'native')))]) {
    const inside = filesOf(folder);
    if (isOurs(folder) || inside.some((file) => /\.(wasm|node)$/.test(file))) {
      packed.push(...inside.map((file): [string, string] => [`node_modules/${name}/${file}`, join(folder, file)]));
    } else {
      const link = join(`${archive}.unpacked`, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(folder, link, 'junction');
    }
  }
  // What is needed of node_modules comes by itself; the patterns can only take away from it.
  const streams = packed
    .filter(([path]) => fits(path, ['node_modules/**', ...files]))
    .map(([path, file]): AsarStreamType => {
      const unpacked = asarUnpack.some((pattern) => matches(path, pattern));
      return { type: 'file', path, unpacked, stat: statSync(file), streamGenerator: () => createReadStream(file) };
    });
  await createPackageFromStreams(archive, streams);
  return archive;
}

/** What is inside of the archive, and what beside it, with / between folders. */
export function contentsOf(archive: string): { inside: string[]; beside: string[] } {
  const all = listPackage(archive, { isPack: false })
    .map((path) => path.replaceAll('\\', '/').slice(1))
    .filter((path) => !('files' in statFile(archive, path)));
  const isBeside = (path: string) => (statFile(archive, path) as { unpacked?: boolean }).unpacked === true;
  return { inside: all.filter((path) => !isBeside(path)), beside: all.filter(isBeside) };
}

/** Writes what is inside of the archive into a folder: what Electron does when it reads, for a Node that cannot. */
export function unfold(archive: string, folder: string): void {
  for (const path of contentsOf(archive).inside) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, extractFile(archive, path));
  }
}
