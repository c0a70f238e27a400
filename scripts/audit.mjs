// npm run audit: known weaknesses and licences of everything that comes from others, as far as the data can be reached.
// What could not be asked is said plainly at the end; only a finding makes it fail. Not part of npm test.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, networkErrors, pnpmVersion } from './bootstrap.mjs';
import { allowedLicences, licenceProblems } from './licences.mjs';
import { npmEnv } from './node-versions.mjs';
import { installedPackages } from './package-consumer.mjs';
import { installScripts } from './package-contents.mjs';
import { isMain, output, root, run, runScript, windows } from './process.mjs';
import { findNativeCargo } from './toolchain.mjs';

/** Folders with a Cargo.lock. */
const cargoFolders = () =>
  ['.', ...readdirSync(join(root, 'crates')).map((name) => `crates/${name}`)].filter((folder) =>
    existsSync(join(root, folder, 'Cargo.lock')),
  );

const unreachable = new RegExp(
  `${networkErrors.source}|failed to fetch|couldn't fetch|could not resolve host|does(?:n't| not) support|` +
    'endpoint.*(?:not|404|405|410)|ERR_PNPM_AUDIT_(?:BAD_RESPONSE|ENDPOINT)|unable to (?:fetch|update)|connection',
  'i',
);

/** Runs one tool; 'ok', 'finding', or a sentence about why it could not be asked. */
async function ask(command, args, options = {}) {
  console.log(`\n$ ${[command.split(/[\\/]/).at(-1), ...args].join(' ')}`);
  const { code, text, timedOut } = await run(command, args, { timeout: 180_000, ...options });
  if (code === 0) return 'ok';
  if (timedOut) return 'no answer within three minutes';
  return unreachable.test(text) ? 'its data could not be reached' : 'finding';
}

async function pnpmAudit() {
  const env = { ...npmEnv, ...process.env, CI: 'true' };
  return ask('npx', ['--yes', '--prefer-offline', `pnpm@${pnpmVersion}`, 'audit'], { env, shell: windows });
}

/** Licences of all crates; `cargo deny` and `cargo audit`, where they are installed. */
async function cargoTools() {
  const rust = findNativeCargo();
  if (rust === undefined) return [['licences of crates, cargo deny, cargo audit', 'there is no cargo']];
  const env = { ...process.env, ...rust.env };
  const has = (tool) => output(rust.cargo, [tool, '--version'], { env }) !== undefined;
  const results = cargoFolders().map((folder) => [`licences of crates, ${folder}`, crateLicences(rust, folder)]);
  const howTo = (tool) => `not installed; cargo install --locked ${tool}`;
  if (!has('deny')) results.push(['cargo deny', howTo('cargo-deny')]);
  if (!has('audit')) results.push(['cargo audit', howTo('cargo-audit')]);
  for (const folder of cargoFolders()) {
    const manifest = ['--manifest-path', join(folder, 'Cargo.toml')];
    const deny = ['deny', '--locked', ...manifest, '--config', 'deny.toml', 'check'];
    if (has('deny')) {
      const offline = ['licenses', 'bans', 'sources'];
      results.push([
        `cargo deny ${offline.join(' ')}, ${folder}`,
        await ask(rust.cargo, [...deny, ...offline], { env }),
      ]);
      results.push([`cargo deny advisories, ${folder}`, await ask(rust.cargo, [...deny, 'advisories'], { env })]);
    }
    if (has('audit')) {
      const args = ['audit', '--file', join(folder, 'Cargo.lock'), '--deny', 'warnings'];
      results.push([`cargo audit, ${folder}`, await ask(rust.cargo, args, { env })]);
    }
  }
  return results;
}

/** Licences of the crates that a folder's Cargo.lock names, as they state them. */
function crateLicences(rust, folder) {
  const manifest = ['--manifest-path', join(folder, 'Cargo.toml')];
  const options = { env: { ...process.env, ...rust.env }, maxBuffer: 100_000_000, timeout: 180_000 };
  const text = output(rust.cargo, ['metadata', '--locked', '--format-version', '1', ...manifest], options);
  if (text === undefined) return 'the crates could not be fetched';
  const crates = JSON.parse(text).packages.filter(({ source }) => source !== null);
  console.log(`\nLicences of ${crates.length} crates of ${folder}`);
  // Old crates write a slash for OR.
  const stated = crates.map((crate) => ({ ...crate, license: crate.license?.replaceAll('/', ' OR ') }));
  const problems = licenceProblems(stated, allowedLicences());
  for (const problem of problems) console.log(problem);
  return problems.length === 0 ? 'ok' : 'finding';
}

/** Licences of all packages of this checkout, tools included, and the scripts that they would run while installing. */
function installed() {
  const everything = installedPackages(join(root, 'node_modules')).map(({ manifest }) => manifest);
  const packages = new Map(
    everything
      .filter(({ name, version }) => name !== undefined && version !== undefined && !name.includes('kestirme'))
      .map((manifest) => [`${manifest.name} ${manifest.version}`, manifest]),
  );
  console.log(`\nLicences and install scripts of ${packages.size} packages in node_modules`);
  const forbidden = scriptsForbidden();
  const scripted = [...packages.values()]
    .filter(({ name }) => !forbidden.includes(name))
    .flatMap(({ name, scripts = {} }) =>
      installScripts.slice(0, 3).flatMap((script) => (scripts[script] === undefined ? [] : [`${name}: ${script}`])),
    );
  const toolLicences = [...allowedLicences(), ...licencesOfTools];
  const problems = [...licenceProblems([...packages.values()], toolLicences), ...scripted];
  for (const problem of problems) console.log(problem);
  return problems.length === 0 ? 'ok' : 'finding';
}

/** Packages whose scripts pnpm-workspace.yaml forbids by name. */
function scriptsForbidden() {
  const list = /^allowBuilds:\n((?: {2}.+\n)*)/m.exec(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))?.[1];
  return [...(list ?? '').matchAll(/^ {2}(.+): false$/gm)].map((match) => match[1]);
}

/** Licences that a tool may have, but nothing that is installed with what we publish. */
const licencesOfTools = ['MPL-2.0', 'CC0-1.0', 'CC-BY-4.0', 'Python-2.0'];

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await bootstrap();
    const results = [['npm packages: licences and scripts', installed()]];
    results.push(['pnpm audit', await pnpmAudit()]);
    results.push(...(await cargoTools()));
    console.log('');
    for (const [name, result] of results) {
      console.log(
        `${{ ok: 'ok       ', finding: 'FINDING  ' }[result] ?? 'NOT ASKED'}  ${name}${
          result === 'ok' || result === 'finding' ? '' : `: ${result}`
        }`,
      );
    }
    return results.some(([, result]) => result === 'finding') ? 1 : 0;
  });
}
