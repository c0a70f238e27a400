// Part of npm run test:package, and of npm run test:bundlers: examples/page as each bundler makes it of the packed packages,
// in Chromium. What it trains has Node's bits, nothing that it asks for is missing or lies on another server, its strict
// policy refuses nothing, and "Stop" stops.
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageBin } from './build.mjs';
import { bringChromium } from './chromium.mjs';
import { WatchedPage } from './package-page.mjs';
import { mustRun, root, ScriptError } from './process.mjs';

const example = join(root, 'examples', 'page');
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Lays the example into a project that has the packages, with this repository's bundlers: those that its package.json has, but
 * for webpack's command.
 */
function layExample(dir) {
  cpSync(example, dir, { recursive: true, filter: (file) => !/[/\\](?:node_modules|dist|package\.json)$/.test(file) });
  const { devDependencies: wanted } = readJson(join(example, 'package.json'));
  const { devDependencies: here } = readJson(join(root, 'package.json'));
  for (const [name, version] of Object.entries(wanted)) {
    if (name === 'webpack-cli') continue;
    if (here[name] !== version)
      throw new ScriptError(`examples/page has ${name} ${version}, package.json ${here[name]}`);
    const link = join(dir, 'node_modules', name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(root, 'node_modules', name)), link, 'junction');
  }
}

const node = (dir, args) => mustRun(process.execPath, args, { cwd: dir, quiet: true, timeout: 180_000 });
const program = (dir, text) => node(dir, ['--input-type=module', '-e', text]);

const webpack = `
import webpack from 'webpack';
import config from './webpack.config.js';
webpack({ ...config, optimization: { minimize: MINIMIZE } }, (error, stats) => {
  if (error) throw error;
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'));
});`;

/** By the names of their folders: as the example's package.json has them. */
const bundlers = {
  vite: (dir) => node(dir, [packageBin('vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error']),
  // What is left out where time counts takes most of it, and works on scripts that are complete by then.
  webpack: (dir, inFull) => program(dir, webpack.replace('MINIMIZE', inFull)),
  esbuild: (dir) => node(dir, ['esbuild.config.js']),
  rollup: (dir) => node(dir, [packageBin('rollup', 'dist', 'bin', 'rollup'), '-c', '--silent']),
};

/** Of the trained weights, in Node, with the same packages. */
async function hashInNode(dir) {
  const text = "import { trainDigits } from './training.js';\nconsole.log((await trainDigits({})).weights);";
  return (await program(dir, text)).text.trim();
}

/** `address`: of a folder for each bundler. `asConfigured`: with the headers of the example's configuration, or none. */
async function serveBuilt(dir, asConfigured) {
  const { preview } = await import('vite');
  const server = await preview({
    ...{ root: dir, logLevel: 'error', build: { outDir: 'dist' }, ...(asConfigured ? {} : { configFile: false }) },
    preview: { host: '127.0.0.1', port: 0 },
  });
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}

async function serveSources(dir) {
  const { createServer } = await import('vite');
  // The other servers have made it 'production', for which nothing warns.
  process.env.NODE_ENV = 'development';
  const server = await createServer({ root: dir, logLevel: 'error', server: { host: '127.0.0.1', port: 0 } });
  await server.listen();
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}

const finished = (threads, hash) => `Finished. Threads: ${threads}. SHA-256 of the weights: ${hash}`;

/** Trains to the end. */
async function tryIsolated(browser, address, hash) {
  const page = await WatchedPage.open(browser, address);
  await page.click('Train');
  const said = await page.end();
  page.demandNothingWrong(said);
  if (said !== finished(2, hash)) throw new ScriptError(`${said}\nIn Node: ${hash}`);
  // The engine's, the other of its pool, the loader's.
  if (page.workers !== 3) throw new ScriptError(`The page has made ${page.workers} workers.`);
  const chart = await page.firstChart();
  if (!/^Training loss over steps: now all heads \d/.test(chart)) throw new ScriptError(`The chart says: ${chart}`);
  await page.close();
}

/** Has one thread, after a warning, and is stopped. */
async function tryPlain(browser, address) {
  const page = await WatchedPage.open(browser, address);
  await page.click('Train');
  await page.says(/^Step /);
  await page.click('Stop');
  const said = await page.end();
  if (!/one thread: .*not cross-origin isolated/.test(page.problems.shift())) throw new ScriptError('It did not warn.');
  page.demandNothingWrong(said);
  if (!said.startsWith('Stopped. Threads: 1.')) throw new ScriptError(said);
  await page.close();
}

/** Where Chromium is not served the scripts of the workers. */
async function tryWithoutWorkers(browser, address) {
  const page = await WatchedPage.open(browser, address);
  await page.refuse(/\/\d+\.js$/);
  await page.click('Train');
  const said = await page.end();
  if (!/^Failed: .*worker's script could not be loaded: http:.*\/\d+\.js; /.test(said)) throw new ScriptError(said);
  await page.close();
}

async function launch(checks) {
  const executablePath = await bringChromium();
  if (executablePath === undefined) return checks.skip('examples/page in Chromium', 'there is none');
  const { chromium } = await import('playwright-core');
  // Chromium's sandbox does not work for root, whom containers have; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/**
 * `dir`: a project with the packages. `inFull`: with rollup, all that webpack does, and Vite's development server, which
 * together take half a minute.
 */
export async function tryPages(checks, dir, { inFull = false } = {}) {
  layExample(dir);
  const browser = await launch(checks);
  const names = Object.keys(bundlers).filter((name) => inFull || name !== 'rollup');
  const build = (name) => checks.run(`examples/page built by ${name}`, () => bundlers[name](dir, inFull));
  const [hash] = await Promise.all([checks.run('examples/page in Node', () => hashInNode(dir)), ...names.map(build)]);
  if (browser === undefined) return;
  const isolated = await serveBuilt(dir, true);
  const plain = await serveBuilt(dir, false);
  for (const name of names) {
    const page = `${name}/index.html`;
    await checks.run(`examples/page of ${name}: threads, bits, policy`, () =>
      tryIsolated(browser, isolated.address + page, hash),
    );
    await checks.run(`examples/page of ${name}: not isolated, stopped`, () => tryPlain(browser, plain.address + page));
  }
  await checks.run('examples/page of webpack: told what is missing', () =>
    tryWithoutWorkers(browser, `${isolated.address}webpack/index.html`),
  );
  await Promise.all([isolated.close(), plain.close()]);
  if (inFull) {
    await checks.run("examples/page on Vite's development server", async () => {
      const sources = await serveSources(dir);
      await tryIsolated(browser, sources.address, hash).finally(sources.close);
    });
  }
  await browser.close();
}
