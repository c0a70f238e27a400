// What a packed package may hold, and what its package.json has to say. Sentences about what is wrong; none when all is.
import { homedir } from 'node:os';
import { posix } from 'node:path';
import { imported, packageOf } from './check-imports.mjs';
import { nativePlatforms, platformManifest, platformPackage } from './native-packages.mjs';
import { root } from './process.mjs';

const compiled = /^dist\/(?!.*\.test\.).+\.(?:js|js\.map|d\.ts)$/;
const always = ['package.json', 'README.md', 'LICENSE'];

/** By name: which files besides package.json, README.md and LICENSE, and how many bytes, packed and unpacked. */
const contents = {
  '@kestirme/native': {
    allowed: [compiled, /^platforms\.json$/],
    most: { packed: 50_000, unpacked: 200_000 },
  },
  kestirme: {
    allowed: [
      compiled,
      /^wasm\/manifest\.json$/,
      /^wasm\/(?:threads|single)\/kestirme_wasm(?:\.js|\.d\.ts|_bg\.wasm|_bg\.wasm\.d\.ts)$/,
    ],
    // Two builds of WebAssembly, of at most 900 kB each, and the code.
    most: { packed: 1_200_000, unpacked: 3_800_000 },
  },
  '@kestirme/datasets': {
    allowed: [
      compiled,
      /^data\/README\.md$/,
      /^data\/(?:train|t10k)-(?:images-idx3|labels-idx1)-ubyte\.gz$/,
      /^wasm\/images\.wasm$/,
    ],
    most: { packed: 1_900_000, unpacked: 3_600_000 },
  },
  '@kestirme/dashboard': {
    allowed: [compiled, /^dist\/pages\/[\w/-]+\.(?:html|js|css|svg|wasm|gz)$/, /^dist\/pages\/playground\/_headers$/],
    most: { packed: 3_000_000, unpacked: 8_000_000 },
  },
  '@kestirme/cli': {
    allowed: [compiled, /^bin\/kestirme\.mjs$/],
    most: { packed: 700_000, unpacked: 2_400_000 },
  },
};

const platforms = new Map(nativePlatforms.map((platform) => [platformPackage(platform), platform]));

/** What is in the package of this name; that of a platform has what its package.json lists, each file at most 3 MB. */
function contentsOf(name) {
  const platform = platforms.get(name);
  if (platform === undefined) return contents[name];
  const { files } = platformManifest(platform);
  const allowed = files.map((file) => new RegExp(`^${file.replaceAll('.', '\\.')}$`));
  return { allowed, most: { packed: files.length * 1_500_000, unpacked: files.length * 3_000_000 } };
}

/** Scripts that a package manager runs by itself while installing or publishing. */
export const installScripts = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'prepack', 'postpack'];

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Files that do not belong into the package, that are missing, or that are too many bytes. */
export function contentProblems({ manifest: { name }, files, packedBytes }) {
  const rule = contentsOf(name);
  if (rule === undefined) return [`${name}: say in package-contents.mjs what it may hold`];
  const stranger = [...files.keys()].filter(
    (file) => !always.includes(file) && !rule.allowed.some((pattern) => pattern.test(file)),
  );
  const unpackedBytes = sum([...files.values()].map((bytes) => bytes.length));
  const tooLarge = (kind, bytes) =>
    bytes > rule.most[kind] ? [`${name}: ${bytes} bytes ${kind}; the limit is ${rule.most[kind]}`] : [];
  return [
    ...stranger.map((file) => `${name}: ${file} does not belong into the package`),
    ...always.filter((file) => !files.has(file)).map((file) => `${name}: ${file} is missing`),
    ...tooLarge('packed', packedBytes),
    ...tooLarge('unpacked', unpackedBytes),
  ];
}

const place = /\/(?:home|root|Users)\/\w|[A-Z]:\\+Users\\/;

/** Names of folders of the machine that built the package; source maps that name files it does not hold. */
export function traceProblems({ manifest: { name }, files }) {
  const problems = [];
  for (const [file, bytes] of files) {
    const text = bytes.toString('latin1');
    const trace =
      [root, homedir()].find((folder) => folder.length > 5 && text.includes(folder)) ?? place.exec(text)?.[0];
    if (trace !== undefined) problems.push(`${name}: ${file} names a folder of the machine that built it: ${trace}`);
    if (file.endsWith('.map')) {
      const { sources, sourcesContent = [], sourceRoot = '' } = JSON.parse(bytes.toString('utf8'));
      const whole = sources.every((source, i) => /^\.\.?\//.test(source) && typeof sourcesContent[i] === 'string');
      if (!whole || sourceRoot !== '') problems.push(`${name}: ${file} does not hold the sources that it names`);
    }
  }
  return problems;
}

/** Imports that lead out of the package, or to a package that it does not depend on. */
export function importProblems({ manifest, files }) {
  const problems = [];
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  const resolves = (file, specifier, isFile) => {
    if (specifier.startsWith('node:')) return true;
    if (specifier.startsWith('#')) return manifest.imports?.[specifier] !== undefined;
    if (!specifier.startsWith('.')) return dependencies.includes(packageOf(specifier));
    const target = posix.join(posix.dirname(file), specifier);
    // Sources lie in the repository only; code that reads them asks first whether they are there.
    if (isFile && target.startsWith('src/')) return true;
    if (target.endsWith('/')) return [...files.keys()].some((name) => name.startsWith(target));
    return files.has(target) || (file.endsWith('.d.ts') && files.has(target.replace(/\.js$/, '.d.ts')));
  };
  for (const [file, bytes] of files) {
    if (!/\.(?:m?js|d\.ts)$/.test(file)) continue;
    for (const match of withoutBlockComments(bytes.toString('utf8')).matchAll(imported)) {
      const specifier = match[2] ?? match[4] ?? match[6];
      if (!resolves(file, specifier, match[6] !== undefined))
        problems.push(`${manifest.name}: ${file} imports ${specifier}, which is not there`);
    }
  }
  return problems;
}

// Docstrings may show imports.
const withoutBlockComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '');

/** Every file that an `exports` or `imports` map leads to, with the conditions on the way. */
function targets(map, conditions = []) {
  if (typeof map === 'string') return [{ target: map, conditions }];
  return Object.entries(map ?? {}).flatMap(([key, value]) => targets(value, [...conditions, key]));
}

/** Conditions of an `exports` map under which a resolver would find JavaScript before it comes to `types`. */
function typesNotFirst(map, path = '') {
  if (typeof map !== 'object') return [];
  const keys = Object.keys(map);
  const before = keys.slice(0, Math.max(0, keys.indexOf('types')));
  const here = before.some((key) => typeof map[key] === 'string') ? [path] : [];
  return [...here, ...keys.flatMap((key) => typesNotFirst(map[key], path === '' ? key : `${path} > ${key}`))];
}

/** What package.json lacks, or should not have, for being published. */
export function manifestProblems({ manifest, files }, version) {
  const problems = [];
  const demand = (ok, what) => ok || problems.push(`${manifest.name}: package.json: ${what}`);
  const platform = platforms.get(manifest.name);
  const ofAll = ['version', 'description', 'license', 'type', 'engines', 'files', 'exports'];
  for (const field of [...ofAll, ...(platform === undefined ? ['sideEffects'] : ['os', 'cpu'])]) {
    demand(manifest[field] !== undefined, `'${field}' is missing`);
  }
  demand(platform?.libc === undefined || manifest.libc?.[0] === platform.libc, `'libc' is not ${platform?.libc}`);
  demand(manifest.private === undefined, `'private' forbids to publish it`);
  demand(manifest.version === version, `its version is ${manifest.version}, the others' is ${version}`);
  demand(/^>=\d/.test(manifest.engines?.node ?? ''), `'engines' names no Node`);
  demand(
    !manifest.name.startsWith('@') || manifest.publishConfig?.access === 'public',
    'a scoped package is private by default',
  );
  for (const name of Object.keys(manifest.scripts ?? {})) {
    demand(!installScripts.includes(name), `its script '${name}' would be run by a package manager`);
  }
  const dependencies = { ...manifest.dependencies, ...manifest.optionalDependencies };
  for (const [name, range] of Object.entries(dependencies)) {
    demand(/^\d+\.\d+\.\d+$/.test(range), `${name} is '${range}', not one version`);
    demand(contentsOf(name) === undefined || range === version, `${name} is ${range}, not ${version}`);
  }
  for (const name of manifest.name === '@kestirme/native' ? platforms.keys() : []) {
    demand(manifest.optionalDependencies?.[name] !== undefined, `${name} is not an optional dependency`);
  }
  for (const path of typesNotFirst(manifest.exports)) demand(false, `'types' has to stand first in exports, ${path}`);
  const named = [...targets(manifest.exports), ...targets(manifest.imports), ...targets(manifest.bin)];
  for (const { target, conditions } of named) {
    demand(files.has(posix.normalize(target)), `${conditions.join(' > ')} leads to ${target}, which is not there`);
  }
  return problems;
}
