// Writes packages/native/THIRD-PARTY-LICENCES.txt: the licences of the crates that are linked into native code, whose
// texts have to come with it. The file names the Cargo.lock that it was made of, so that a test tells when it is old.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMain, output, root, runScript, ScriptError } from './process.mjs';
import { findNativeCargo } from './toolchain.mjs';

export const licencesFile = join(root, 'packages', 'native', 'THIRD-PARTY-LICENCES.txt');
const manifest = join(root, 'crates', 'native', 'Cargo.toml');

/** First lines of the file, which depend on Cargo.lock alone. */
export function heading() {
  const lock = readFileSync(join(dirname(manifest), 'Cargo.lock'), 'utf8').replaceAll('\r', '');
  const sha256 = createHash('sha256').update(lock).digest('hex');
  return (
    "The native code of @kestirme/native is linked with the crates below and with Rust's standard library, which is\n" +
    `"MIT OR Apache-2.0" as most of them are. Made by scripts/native-licences.mjs of a Cargo.lock with SHA-256\n${sha256}\n`
  );
}

/** Packages that kestirme-native links, by walking from it along what is no build or test dependency and no macro. */
export function linkedCrates({ packages, resolve }) {
  const byId = new Map(packages.map((one) => [one.id, one]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const isMacro = (id) => byId.get(id).targets.some(({ kind }) => kind.includes('proc-macro'));
  const found = new Set();
  const walk = (id) => {
    if (found.has(id) || isMacro(id)) return;
    found.add(id);
    const linked = nodes.get(id).deps.filter(({ dep_kinds }) => dep_kinds.some(({ kind }) => kind === null));
    for (const { pkg } of linked) walk(pkg);
  };
  walk(resolve.root);
  return [...found].map((id) => byId.get(id)).filter(({ source }) => source !== null);
}

/** The text of a crate's licence; of those it may be used under, the MIT licence. */
function licenceText({ name, license, authors, manifest_path }) {
  const folder = dirname(manifest_path);
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying)/i.test(file));
  const file = files.find((one) => /mit/i.test(one)) ?? files.find((one) => !/apache|unlicense/i.test(one)) ?? files[0];
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim();
  if (license !== 'MIT') throw new ScriptError(`${name} comes without a file of its licence, ${license}.`);
  const [title, , ...terms] = readFileSync(join(root, 'LICENSE'), 'utf8').trim().split('\n\n');
  return [title, `Copyright (c) ${authors.join(', ') || `the authors of ${name}`}`, ...terms].join('\n\n');
}

function licences() {
  const rust = findNativeCargo();
  if (rust === undefined) throw new ScriptError('There is no cargo; node scripts/toolchain.mjs --native brings it.');
  const options = { env: { ...process.env, ...rust.env }, maxBuffer: 100_000_000, timeout: 180_000 };
  const args = ['metadata', '--locked', '--format-version', '1', '--manifest-path', manifest];
  const text = output(rust.cargo, args, options);
  if (text === undefined) throw new ScriptError(`This command failed: cargo ${args.join(' ')}`);
  const byText = new Map();
  for (const one of linkedCrates(JSON.parse(text))) {
    const title = `${one.name} ${one.version} (${one.license})`;
    const licence = licenceText(one);
    byText.set(licence, [...(byText.get(licence) ?? []), title]);
  }
  const parts = [...byText].map(([licence, titles]) => `${titles.sort().join('\n')}\n\n${licence}\n`);
  return [heading(), ...parts.sort()].join(`\n${'-'.repeat(80)}\n\n`);
}

if (isMain(import.meta.url)) await runScript(async () => writeFileSync(licencesFile, licences()));
