// npm run new -- FAMILY NAME: lays down the files of a new surrogate, neuron, norm or loss, its lines in the registries,
// and with them tests that fail until it is written. npm run new -- --self-test builds one of each in a copy.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editsOf, families, filesOf } from './new/families.mjs';
import { fill, formsOf } from './new/names.mjs';
import { selfTest } from './new/selfTest.mjs';
import { isMain, root as repository, runScript, ScriptError } from './process.mjs';
import { withoutComments, withoutRustComments } from './source-text.mjs';

const templates = join(dirname(fileURLToPath(import.meta.url)), 'new', 'templates');
const usage = `npm run new -- ${Object.keys(families).join('|')} NAME, e.g. npm run new -- surrogate leaky-ramp`;

/** What a new method of a family changes below `root`: files by their new text. Nothing is written. */
export function plan(root, family, given) {
  if (!Object.hasOwn(families, family)) {
    throw new ScriptError(`'${family}' is not one of ${Object.keys(families).join(', ')}; ${usage}`);
  }
  const forms = formsOf(given);
  const template = (name) => fill(readFileSync(join(templates, name), 'utf8'), forms);
  const files = Object.values(filesOf(family, forms)).map(({ path, template: name }) => ({
    path,
    text: template(name),
  }));
  for (const { path } of files) requireFree(root, path, given);
  requireUnused(root, family, forms);
  const edits = editsOf(family, forms, template(`${family}.golden.py.txt`)).map(({ path, edit }) => {
    const before = readFileSync(join(root, path), 'utf8');
    return { path, before, text: edit(before) };
  });
  return { forms, files, edits };
}

/** No file of that name, also where letters of both cases are one. */
function requireFree(root, path, given) {
  const stem = (file) => file.replace(/\..*$/, '').replaceAll('_', '').toLowerCase();
  const [folder, name] = [dirname(path), path.slice(dirname(path).length + 1)];
  const taken = readdirSync(join(root, folder)).find((file) => stem(file) === stem(name));
  if (taken !== undefined) throw new ScriptError(`'${given}' is taken: ${folder}/${taken} is there`);
}

/** No method of the family has the name, and what will stand beside it has no other use for the word. */
function requireUnused(root, family, { kebab, snake, camel }) {
  const { folder } = families[family];
  const inCore = `packages/core/src/${folder}`;
  for (const file of readdirSync(join(root, inCore)).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(join(root, inCore, file), 'utf8');
    if (text.includes(`name: '${kebab}'`)) throw new ScriptError(`'${kebab}' is taken: ${inCore}/${file} has it`);
  }
  const scripts = [`${inCore}/index.ts`].map((path) => [path, withoutComments(readFileSync(join(root, path), 'utf8'))]);
  const rust = ['reference', 'kernels']
    .map((crate) => `crates/${crate}/src/${folder}/mod.rs`)
    .map((path) => [path, withoutRustComments(readFileSync(join(root, path), 'utf8'))]);
  const own = readdirSync(templates)
    .filter((name) => name.startsWith(`${family}.`))
    .map((name) => [`scripts/new/templates/${name}`, readFileSync(join(templates, name), 'utf8')]);
  for (const [path, text] of [...scripts, ...rust, ...own]) {
    const word = [camel, snake].find((one) => new RegExp(`\\b${one}\\b`).test(text));
    if (word !== undefined) throw new ScriptError(`'${kebab}' cannot be: ${path} has another use for the word ${word}`);
  }
}

/** Writes everything or, when something cannot be written, nothing. */
export function write(root, { files, edits }) {
  const undo = [];
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { flag: 'wx' });
      undo.push(() => rmSync(join(root, path)));
    }
    for (const { path, before, text } of edits) {
      undo.push(() => writeFileSync(join(root, path), before));
      writeFileSync(join(root, path), text);
    }
  } catch (cause) {
    for (const step of undo.reverse()) step();
    throw new ScriptError(`nothing was written: ${cause.message}`);
  }
}

/** Plans and writes a method; gives the plan. */
export function lay(root, family, name) {
  const planned = plan(root, family, name);
  write(root, planned);
  return planned;
}

/** What to do next, in the order in which it is done. */
export function nextSteps(family, { forms, files, edits }) {
  const { tests, dictionary } = families[family];
  const parts = filesOf(family, forms);
  const lines = [
    `${family} ${forms.kebab}: ${files.length} new files, a line in each of`,
    ...edits.map(({ path }) => `  ${path}`),
    '',
    'Now write, each until its tests pass; they say what is missing:',
    `1. ${parts.reference.path}: the mathematics, in f64`,
    `   ${tests.reference}`,
    `2. its line of ${dictionary} in test/golden/make_methods.py: values of somebody else's code`,
    '   cd test/golden && python make_methods.py        (pip install -r requirements-methods.txt)',
    '   cargo test -p kestirme-reference --test golden',
    `3. ${parts.kernel.path}: its fast twin`,
    `   ${tests.kernel}`,
    `4. ${parts.core.path}: what it is, whose, its options`,
    `   npm run build:wasm && npm run build && ${tests.core}`,
    '5. npm run check && npm run operations && npm test, and a line in CHANGELOG.md',
    'docs/adding-a-method.md walks through one.',
  ];
  return lines.join('\n');
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const args = process.argv.slice(2);
    if (args.length === 1 && args[0] === '--self-test') return selfTest(lay);
    if (args.length !== 2) throw new ScriptError(usage);
    const [family, name] = args;
    console.log(nextSteps(family, lay(repository, family, name)));
  });
}
