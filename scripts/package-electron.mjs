// npm run package:electron: packages examples/electron with electron-builder, as it is installed from the packed packages and from
// the registry, over a stand-in for Electron's own files, and trains from what came out. Types are checked against Electron's.
// Linux alone: the stand-in has the layout that Electron has there. Takes some minutes and a registry.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { pack } from './pack.mjs';
import { isMain, mustRun, root, runScript, ScriptError } from './process.mjs';

/** What @electron/fuses looks for in the program: this, the version, how many there are, and each as a digit. */
const fuses = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.from('111111111'),
]);
/** Places of `runAsNode` and `grantFileProtocolExtraPrivileges`. */
const turnedOff = [0, 7];

/** The files of Electron that electron-builder wants to find. */
async function layElectron(dir) {
  mkdirSync(join(dir, 'resources'), { recursive: true });
  mkdirSync(join(dir, 'locales'));
  writeFileSync(join(dir, 'electron'), Buffer.concat([Buffer.alloc(4096), fuses]), { mode: 0o755 });
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak'])
    writeFileSync(join(dir, name), '');
  const { createPackage } = await import('@electron/asar');
  await createPackage(join(dir, 'locales'), join(dir, 'resources', 'default_app.asar'));
}

/** Lays the example and the packed packages out as an application of one's own, and installs it. */
async function layApplication(dir) {
  cpSync(join(root, 'examples', 'electron'), dir, {
    recursive: true,
    filter: (file) => !/\/(dist|node_modules|out)$|\.tsbuildinfo$/.test(file),
  });
  const tarballs = (await pack()).map(({ tarball }) => {
    cpSync(tarball, join(dir, basename(tarball)));
    return `./${basename(tarball)}`;
  });
  // Vite, which has built the pages, has made this process one of production.
  const args = ['install', '--include=dev', '--ignore-scripts', '--no-audit', ...tarballs];
  await mustRun('npm', args, { cwd: dir, quiet: true });
}

/** Trains in the packaged application, by its main part over the tests' stand-in for Electron. */
async function trainPackaged(resources, work) {
  const { FakeElectron } = await import('../test/dist/electron/fakeElectron.js');
  const { unfold } = await import('../test/dist/electron/packed.js');
  const inside = join(work, 'app.asar');
  unfold(join(resources, 'app.asar'), inside);
  cpSync(join(resources, 'app.asar.unpacked'), `${inside}.unpacked`, { recursive: true });
  const { startApplication } = await import(pathToFileURL(join(inside, 'dist', 'main', 'application.js')).href);
  const electron = new FakeElectron(join(work, 'user'));
  const recipe = { limit: '40,10', batch: 10, model: 'mlp', widths: '12,8', timeSteps: 1, epochs: 3 };
  startApplication(electron, { recipe, patience: 10_000 });
  for (let looks = 0; electron.windows.length === 0 && looks < 100; looks++) await setTimeout(50);
  electron.choose('new run');
  const result = join(work, 'user', 'runs', 'run-0001', 'result.json');
  for (let looks = 0; !existsSync(result) && looks < 1200; looks++) await setTimeout(100);
  await electron.quit();
  if (!existsSync(result))
    throw new ScriptError(`It has not trained: ${electron.errors.join('; ') || 'no reason given'}`);
  return JSON.parse(readFileSync(result, 'utf8'));
}

export async function packageElectron() {
  if (process.platform !== 'linux')
    throw new ScriptError('This is for Linux; .github/workflows/electron.yml has the others.');
  await build();
  const work = mkdtempSync(join(tmpdir(), 'kestirme-electron-'));
  try {
    const [application, electron] = [join(work, 'application'), join(work, 'electron')];
    await layElectron(electron);
    await layApplication(application);
    const quiet = { cwd: application, quiet: true };
    await mustRun('npm', ['run', 'check:electron'], quiet);
    console.log("ok  the types of Electron's own package");
    await mustRun('npm', ['run', 'package', '--', `--config.electronDist=${electron}`], quiet);
    const made = join(application, 'out', 'linux-unpacked');
    const program = readFileSync(join(made, 'kestirme-electron-example'));
    const wire = program.subarray(program.indexOf(fuses.subarray(0, 32)) + 34).toString('latin1', 0, 9);
    if (turnedOff.some((place) => wire[place] !== '0')) throw new ScriptError(`The fuses are ${wire}.`);
    console.log('ok  electron-builder packages it, and turns two fuses off');
    const { weightsSha256 } = await trainPackaged(join(made, 'resources'), work);
    console.log(`ok  it trains from the package: ${weightsSha256.slice(0, 12)}`);
  } finally {
    rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

if (isMain(import.meta.url)) await runScript(packageElectron);
