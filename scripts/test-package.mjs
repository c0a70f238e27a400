// npm run test:package: packs what is published and tries it as a user has it: what is in the packages, whether types
// resolve, and whether an empty project that installed them trains to the same bits under each Node.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, packageBin } from './build.mjs';
import { Checks } from './checks.mjs';
import { allowedLicences, licenceProblems } from './licences.mjs';
import { platformPackage, thisPlatform } from './native-packages.mjs';
import { nodeVersions } from './node-versions.mjs';
import { pack } from './pack.mjs';
import { tryBundlers } from './package-bundlers.mjs';
import { installedPackages, makeConsumer } from './package-consumer.mjs';
import {
  contentProblems,
  importProblems,
  installScripts,
  manifestProblems,
  traceProblems,
} from './package-contents.mjs';
import { tryNative } from './package-native.mjs';
import { tryPages } from './package-pages.mjs';
import { isMain, mustRun, root, run, runScript, ScriptError, windows } from './process.mjs';

const none = (problems) => {
  if (problems.length > 0) throw new ScriptError(problems.join('\n'));
};

/** What is wrong with one packed package by itself. */
async function checkPacked(packed, version) {
  const packedBytes = statSync(packed.tarball).size;
  none([
    ...contentProblems({ ...packed, packedBytes }),
    ...traceProblems(packed),
    ...importProblems(packed),
    ...manifestProblems(packed, version),
  ]);
}

// publint and attw are imported late: before the packages of the repository are installed they are not there.
async function checkPublint({ tarball, manifest }) {
  const { publint } = await import('publint');
  const { formatMessage } = await import('publint/utils');
  const { messages } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer }, strict: true });
  none(messages.map((message) => `${manifest.name}: ${formatMessage(message, manifest, { color: false })}`));
}

/** The packages are ES modules alone: how older resolutions see them is not asked. */
async function checkTypes({ tarball, manifest }) {
  const { checkPackage, createPackageFromTarballData } = await import('@arethetypeswrong/core');
  const { problems = [] } = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  const asked = problems.filter(({ resolutionKind }) => !['node10', 'node16-cjs'].includes(resolutionKind));
  none(asked.map((problem) => `${manifest.name}: ${JSON.stringify(problem)}`));
}

const commonJs = `
const { buildModel } = require('kestirme');
const { listDatasets } = require('@kestirme/datasets');
import('@kestirme/cli').then((cli) => console.log(typeof buildModel, typeof listDatasets, typeof cli.runProgram));
`;

const typedCommonJs = `
import kestirme = require('kestirme');
const input = { channels: 3, height: 32, width: 32 };
export const network: kestirme.NetworkSpec = kestirme.buildModel('resnet20', { input, classes: 10 });
`;

const compilerOptions = { strict: true, skipLibCheck: false, noEmit: true, target: 'es2023', types: [] };
const tsconfigs = {
  nodenext: { module: 'nodenext', lib: ['es2023', 'dom', 'dom.asynciterable', 'esnext.disposable'] },
  bundler: {
    module: 'esnext',
    moduleResolution: 'bundler',
    customConditions: ['browser'],
    lib: ['es2023', 'dom', 'dom.asynciterable', 'esnext.disposable'],
  },
};

/** Of the README, in its order: built-in data and a model, arrays and a network of one's own, the commands as functions. */
const examples = ['example', 'own-arrays', 'program'];

/** Writes the README's examples into the project, as TypeScript and as the JavaScript that they already are. */
function writeExamples(dir) {
  const found = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)];
  if (found.length !== examples.length) {
    throw new ScriptError(`README.md has ${found.length} examples in TypeScript, not ${examples.length}.`);
  }
  examples.forEach((name, i) => {
    writeFileSync(join(dir, `${name}.ts`), found[i][1]);
    writeFileSync(join(dir, `${name}.mjs`), found[i][1]);
  });
  writeFileSync(join(dir, 'common.cjs'), commonJs);
  writeFileSync(join(dir, 'common.cts'), typedCommonJs);
  for (const [name, options] of Object.entries(tsconfigs)) {
    const files = [...examples.map((example) => `${example}.ts`), ...(name === 'nodenext' ? ['common.cts'] : [])];
    const config = { compilerOptions: { ...compilerOptions, ...options }, files };
    writeFileSync(join(dir, `tsconfig.${name}.json`), JSON.stringify(config, null, 2));
  }
}

/** Runs a program of the project under `node`; gives what it printed. */
async function runIn(dir, node, args, env = {}) {
  const options = { cwd: dir, quiet: true, timeout: 180_000, env: { ...process.env, ...env } };
  const { text } = await mustRun(node, args, options);
  return text.trim();
}

/** An example of the README under one Node; gives the accuracies that it prints, and must print nothing else. */
async function runExample(dir, file, name) {
  const printed = await runIn(dir, file, [`${name}.mjs`]);
  if (!/^(?:[01](?:\.\d+)?\n){1}[01](?:\.\d+)?$/.test(printed)) {
    throw new ScriptError(`README.md's ${name} was to print two accuracies and printed:\n${printed}`);
  }
  return printed;
}

/** The README's examples, the commands and CommonJS under one Node; gives what has to be the same under all. */
async function tryNode(dir, { version, file }) {
  const accuracies = [];
  for (const example of examples) accuracies.push(await runExample(dir, file, example));
  if (!accuracies[1].endsWith('\n1')) {
    throw new ScriptError(`README.md's own-arrays is learnt in two epochs, but it printed:\n${accuracies[1]}`);
  }
  const cli = join(dir, 'node_modules', '@kestirme', 'cli');
  const manifest = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));
  const bin = join(cli, manifest.bin.kestirme);
  const told = await runIn(dir, file, [bin, '--version']);
  if (told !== manifest.version)
    throw new ScriptError(`kestirme --version printed '${told}', not ${manifest.version}.`);
  const size = ['--model', 'resnet18', '--width', '0.125', '--threads', '2', '--limit', '100,50'];
  // Lambda moves within the one epoch: a run that gives reason for warnings would print more than its result.
  const epoch = ['--epochs', '1', '--lambda', 'evo-rise,linear,iteration'];
  const out = ['--out', `run-${version}`, '--quiet', '--json'];
  const result = JSON.parse(await runIn(dir, file, [bin, 'train', '--data', 'builtin', ...size, ...epoch, ...out]));
  if (!/^[0-9a-f]{64}$/.test(result.weightsSha256))
    throw new ScriptError('kestirme train gave no hash of its weights.');
  // The bits that are expected everywhere; a difference ends the program with 1.
  await runIn(dir, file, [bin, 'verify', '--builds', 'threads', '--threads', '2', '--workers', '1', '--quiet']);
  // Node 20 and 22 call require() of an ES module experimental on standard error.
  const common = await runIn(dir, file, ['common.cjs'], { NODE_NO_WARNINGS: '1' });
  if (common !== 'function function function') throw new ScriptError(`CommonJS was given: ${common}`);
  return { accuracies: accuracies.join('\n'), weights: result.weightsSha256 };
}

/** Packages that were installed with ours: no scripts that run by themselves, and licences that are allowed. */
function checkInstalled(dir, packed) {
  const own = new Set(packed.map(({ manifest }) => manifest.name));
  const others = installedPackages(join(dir, 'node_modules')).map(({ manifest }) => manifest);
  const foreign = others.filter(({ name }) => name !== undefined && !own.has(name));
  // 'prepare' and the scripts of publishing run in a package's own checkout only.
  const atInstall = installScripts.slice(0, 3);
  const scripted = foreign.flatMap(({ name, scripts = {}, gypfile }) => [
    ...atInstall.filter((script) => scripts[script] !== undefined).map((script) => `${name} has a script '${script}'`),
    ...(gypfile === true ? [`${name} is compiled while installing`] : []),
  ]);
  none([...scripted, ...licenceProblems(foreign, allowedLicences())]);
  console.log(`   with them: ${foreign.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
}

async function tryConsumer(checks, packed, dir) {
  writeExamples(dir);
  await checks.run('nothing that is installed with the packages runs a script; licences', () =>
    checkInstalled(dir, packed),
  );
  const tsc = packageBin('typescript', 'bin', 'tsc');
  for (const name of Object.keys(tsconfigs)) {
    const args = [tsc, '-p', `tsconfig.${name}.json`];
    await checks.run(`types, moduleResolution ${name}`, () => runIn(dir, process.execPath, args));
  }
  const results = [];
  const nodes = await nodeVersions();
  for (const node of nodes) {
    const name = `example, commands and CommonJS under Node ${node.version}`;
    if (node.file === undefined) checks.skip(name, node.missing);
    else {
      const result = await checks.run(name, () => tryNode(dir, node));
      if (result !== undefined) results.push({ ...result, version: node.version });
    }
  }
  await checks.run(`the same accuracies and weights under ${results.map(({ version }) => version).join(', ')}`, () => {
    const differing = results.filter(({ weights, accuracies }) => {
      return weights !== results[0].weights || accuracies !== results[0].accuracies;
    });
    none(
      differing.map((one) => `Node ${one.version}: ${one.weights}, Node ${results[0].version}: ${results[0].weights}`),
    );
  });
  const platform = packed.find((one) => one.platform)?.manifest;
  if (platform !== undefined) await tryNative(checks, { dir, nodes: nodes.filter(({ file }) => file), platform });
  else checks.skip('training on native code', 'none was built for this machine; npm run build:native does that');
}

/** What is installed here: no native code of other machines. */
function forThisMachine(packed) {
  const own = thisPlatform();
  return packed.filter(({ platform, manifest }) => !platform || (own && manifest.name === platformPackage(own)));
}

/** All checks of the packages; dist has to be up to date. */
export async function testPackages() {
  const checks = new Checks();
  const packed = await checks.run('packing', pack);
  if (packed === undefined) return checks.counts;
  const { version } = packed[0].manifest;
  for (const one of packed) {
    const { name } = one.manifest;
    await checks.run(`${name}: contents, imports, package.json`, () => checkPacked(one, version));
    await checks.run(`${name}: publint`, () => checkPublint(one));
    if (!one.platform) await checks.run(`${name}: are the types wrong`, () => checkTypes(one));
  }
  const here = forThisMachine(packed);
  const consumer = await checks.run('installing into an empty project', () => makeConsumer(here));
  if (consumer === undefined) return checks.counts;
  const { dir, how } = consumer;
  try {
    if (how === 'npm') {
      await checks.run('npx kestirme', async () => {
        const { code, text } = await run('npx', ['--no-install', 'kestirme', '--version'], {
          cwd: dir,
          quiet: true,
          shell: windows,
        });
        if (code !== 0 || text.trim() !== version) throw new ScriptError(`it printed: ${text.trim()}`);
      });
    } else
      checks.skip('npm install, npx kestirme', 'the npm registry does not answer; dependencies were copied from here');
    await tryConsumer(checks, here, dir);
    await tryBundlers(checks, dir);
    await tryPages(checks, dir);
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
  return checks.counts;
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    const { passed, failed, skipped } = await testPackages();
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    return failed > 0 ? 1 : 0;
  });
}
