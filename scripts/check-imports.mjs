// Part of npm run check: imports run one way only and in no circle, files stay small.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkCircles } from './import-circles.mjs';
import { isMain, root as repository, runScript, ScriptError } from './process.mjs';
import { filesBelow, lineOf, withoutComments, withoutRustComments } from './source-text.mjs';

const lineLimits = { rs: 400, ts: 300, tsx: 300, mjs: 300 };

/** Who may depend on whom. `tests`, `build`: what only tests and build scripts may use. `only`: the package may import nothing else at all. */
const crates = {
  reference: { allowed: [], tests: ['serde_json'] },
  kernels: { allowed: ['libm', 'rayon'], tests: ['kestirme-reference', 'rayon'] },
  door: { allowed: ['proc-macro2', 'quote', 'syn'], tests: [] },
  edge: { allowed: ['kestirme-door', 'kestirme-kernels'], tests: [] },
  wasm: {
    allowed: ['kestirme-edge', 'kestirme-kernels', 'rayon', 'wasm-bindgen', 'wasm-bindgen-rayon'],
    tests: [],
  },
  bench: { allowed: ['kestirme-kernels'], tests: [] },
  native: {
    allowed: ['kestirme-edge', 'kestirme-kernels', 'napi', 'napi-derive'],
    tests: [],
    build: ['napi-build'],
  },
  opcount: { allowed: ['wasmi'], tests: [] },
  images: { allowed: [], tests: [] },
};
const packages = {
  'packages/native': { name: '@kestirme/native', allowed: [] },
  'packages/core': {
    name: 'kestirme',
    allowed: ['@kestirme/native'],
    only: ['comlink', '#platform', '@kestirme/native'],
  },
  'packages/datasets': { name: '@kestirme/datasets', allowed: ['kestirme'] },
  'packages/cli': { name: '@kestirme/cli', allowed: ['kestirme', '@kestirme/datasets', '@kestirme/dashboard'] },
  'packages/bench': { name: '@kestirme/bench', allowed: ['kestirme', '@kestirme/datasets'] },
  'packages/dashboard': { name: '@kestirme/dashboard', allowed: ['kestirme', '@kestirme/datasets'] },
  test: { name: '@kestirme/test', allowed: ['kestirme', '@kestirme/datasets', '@kestirme/dashboard', '@kestirme/cli'] },
};

const generated = 'packages/core/wasm/';
/** Made from crates/edge; as long as the door has functions. */
const madeFromRust = 'packages/core/src/kernels/api.ts';
/** What runs the kernels as WebAssembly; everything else, but for tests, has them as Kernels. */
const webAssemblyFiles = ['packages/core/src/kernels/backends/wasm.ts', 'packages/core/src/threads/poolThread.ts'];
const nodeFile = 'packages/core/src/platform/node.ts';
const browserFile = 'packages/core/src/platform/browser.ts';
const page =
  /(?<![.\w$])(?:typeof\s+|globalThis\.)?(?:window|document)\s*(?:\?\.|\.|\[)|\btypeof\s+(?:window|document)\b/g;
/** Import and export declarations, import() and require() of a literal, and files named beside this one. */
export const imported =
  /\b(?:from|import)\s*(['"])([^'"\n]+)\1|\b(?:import|require)\s*\(\s*(['"])([^'"\n]+)\3|\bnew\s+URL\(\s*(['"])(\.[^'"\n]+)\5\s*,\s*import\.meta\.url/g;

const isTest = (file) => /\.test(\.support)?\.tsx?$/.test(file);
export const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

function checkSize(file, text) {
  const limit = lineLimits[/\.(\w+)$/.exec(file)?.[1]];
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (limit === undefined || lines <= limit || file === madeFromRust) return [];
  return [`${file}: ${lines} lines; the limit is ${limit}. Divide it by what its parts do.`];
}

function checkName(file) {
  const part = file.split('/').find((name) => /^utils?(\.|$)/i.test(name));
  return part === undefined ? [] : [`${file}: '${part}' says nothing about its contents. Name it after them.`];
}

/** [section, name] of every dependency that a Cargo.toml declares. */
function cargoDependencies(text) {
  const found = [];
  let section = '';
  for (const line of text.split('\n')) {
    const header = /^\s*\[(.+)\]\s*(?:#.*)?$/.exec(line)?.[1];
    const table = header && /^(?:target\..+\.)?((?:dev-|build-)?dependencies)(?:\.(.+))?$/.exec(header);
    if (header !== undefined) section = table ? table[1] : '';
    if (table?.[2]) {
      found.push([section, table[2]]);
      section = '';
    }
    const name = /^\s*"?([\w-]+)"?\s*(?:\.\w+\s*)?=/.exec(line)?.[1];
    if (section !== '' && name !== undefined) found.push([section, name]);
  }
  return found;
}

function checkManifestOfCrate(file, text, rule) {
  return cargoDependencies(text)
    .filter(([section, name]) => {
      const more = { 'dev-dependencies': rule.tests, 'build-dependencies': rule.build ?? [] }[section];
      const ok = section === 'build-dependencies' ? more : [...rule.allowed, ...(more ?? [])];
      return !ok.includes(name);
    })
    .map(([section, name]) => `${file}: '${name}' in [${section}] is not a dependency this crate may have.`);
}

function checkRust(file, text, crate) {
  const rule = crates[crate];
  const code = withoutRustComments(text);
  const asPath = (names) => names.map((name) => name.replaceAll('-', '_'));
  const watched = new Set(asPath(Object.values(crates).flatMap(({ allowed }) => allowed)));
  for (const other of Object.keys(crates)) watched.add(`kestirme_${other}`);
  // A crate's own tests name it as others do.
  watched.delete(`kestirme_${crate}`);
  const testsBegin = /\/(tests|benches|examples)(\/|\.rs$)/.test(file) ? 0 : code.search(/#\[cfg\(test\)\]/);
  const problems = [];
  for (const match of code.matchAll(/(?<![\w:])(?:::)?([a-z]\w*)(?=::)|\b(?:use|extern crate)\s+([a-z]\w*)\b/g)) {
    const name = match[1] ?? match[2];
    if (!watched.has(name) || asPath(rule.allowed).includes(name)) continue;
    const inTest = testsBegin >= 0 && match.index >= testsBegin;
    if (inTest && asPath(rule.tests).includes(name)) continue;
    problems.push(`${file}:${lineOf(code, match.index)}: this crate may not use ${name}${inTest ? '' : ' here'}.`);
  }
  return problems;
}

function checkManifestOfPackage(file, text, rule) {
  const manifest = JSON.parse(text);
  const declared = ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((section) =>
    Object.keys(manifest[section] ?? {}).map((name) => [section, name]),
  );
  return [...declared, ...Object.keys(manifest.devDependencies ?? {}).map((name) => ['devDependencies', name])]
    .filter(([section, name]) => {
      if (Object.values(packages).some((other) => other.name === name)) return !rule.allowed.includes(name);
      return rule.only !== undefined && section !== 'devDependencies' && !rule.only.includes(name);
    })
    .map(([section, name]) => `${file}: '${name}' in ${section} is not a dependency this package may have.`);
}

/** Why `file` of the package in `folder` may not import `specifier`; undefined when it may. */
function whyNotImport(file, folder, rule, specifier) {
  if (specifier.startsWith('.')) {
    const path = join(dirname(file), specifier).replaceAll('\\', '/');
    if (!path.startsWith(`${folder}/`)) return `'${specifier}' leaves the package; import it by its name`;
    if (!path.startsWith(generated) || !/\.js$/.test(path)) return undefined;
    if (isTest(file) || webAssemblyFiles.includes(file)) return undefined;
    return `'${specifier}': only ${webAssemblyFiles.join(' and ')} know WebAssembly; use kernels/kernels.ts`;
  }
  if (specifier.startsWith('node:')) {
    if (folder === 'packages/dashboard' && !isTest(file)) return `'${specifier}': a page has nothing of Node`;
    if (rule.only === undefined || isTest(file) || file === nodeFile) return undefined;
    return `'${specifier}': only ${nodeFile} may use what Node has`;
  }
  const name = packageOf(specifier);
  const inWorkspace = Object.values(packages).some((other) => other.name === name);
  if (inWorkspace && !rule.allowed.includes(name) && name !== rule.name) {
    return `'${specifier}': imports go from cli and bench to datasets to core, never back`;
  }
  if (rule.only === undefined || inWorkspace || rule.only.includes(name) || isTest(file)) return undefined;
  return `'${specifier}': this package may import nothing but ${rule.only.join(', ')} and its own files`;
}

function checkTypeScript(file, text, folder, rule) {
  const problems = [];
  const code = withoutComments(text);
  for (const match of code.matchAll(imported)) {
    const why = whyNotImport(file, folder, rule, match[2] ?? match[4] ?? match[6]);
    if (why !== undefined) problems.push(`${file}:${lineOf(code, match.index)}: ${why}.`);
  }
  const bare = withoutComments(text, { strings: false });
  const say = (match, why) => problems.push(`${file}:${lineOf(bare, match.index)}: '${match[0].trim()}' ${why}.`);
  if (folder === 'packages/core' && file !== browserFile && !isTest(file)) {
    for (const match of bare.matchAll(page)) say(match, `belongs to the page; only ${browserFile} may use it`);
  }
  return problems;
}

/** All violations in the repository at `root`, one sentence each. */
export function checkRepository(root) {
  const read = (file) => readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n');
  const problems = [];
  for (const folder of ['crates', 'packages', 'examples', 'test', 'scripts']) {
    for (const file of filesBelow(root, folder)) {
      if (file.startsWith(generated)) continue;
      problems.push(...checkName(file));
      if (/\.(rs|tsx?|mjs)$/.test(file)) problems.push(...checkSize(file, read(file)));
    }
  }
  for (const [crate, rule] of Object.entries(crates)) {
    const folder = `crates/${crate}`;
    if (!existsSync(join(root, folder))) continue;
    problems.push(...checkManifestOfCrate(`${folder}/Cargo.toml`, read(`${folder}/Cargo.toml`), rule));
    for (const file of filesBelow(root, folder).filter((name) => name.endsWith('.rs'))) {
      problems.push(...checkRust(file, read(file), crate));
    }
  }
  for (const [folder, rule] of Object.entries(packages)) {
    if (!existsSync(join(root, folder, 'package.json'))) continue;
    problems.push(...checkManifestOfPackage(`${folder}/package.json`, read(`${folder}/package.json`), rule));
    for (const file of filesBelow(root, `${folder}/src`).filter((name) => /\.tsx?$/.test(name))) {
      problems.push(...checkTypeScript(file, read(file), folder, rule));
    }
  }
  const sources = ['packages', 'examples', 'test', 'scripts'].flatMap((folder) => filesBelow(root, folder));
  const imports = sources.filter((file) => /\.(tsx?|mjs)$/.test(file) && !file.startsWith(generated));
  problems.push(...checkCircles(imports, read, { '#platform': [nodeFile, browserFile] }));
  for (const unknown of filesBelow(root, 'packages').filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))) {
    if (packages[dirname(unknown)] === undefined)
      problems.push(`${unknown}: say in check-imports.mjs what it may import.`);
  }
  return problems;
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const problems = checkRepository(repository);
    if (problems.length > 0) throw new ScriptError(`${problems.join('\n')}\n${problems.length} violations.`);
    console.log('Imports, names and sizes are as they should be.');
  });
}
