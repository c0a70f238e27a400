// npm run new -- FAMILY NAME: lays down the files of a new surrogate, neuron, norm or loss, its lines in the registries,
// and with them tests that fail until it is written. npm run new -- --self-test builds one of each in a copy.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { families, languageOf } from './new/families.mjs';
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
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const templateOf = (name) => readFileSync(join(templates, `${family}.${name}.txt`), 'utf8');
  const template = (name) => fill(templateOf(name), forms);
  const paths = Object.entries(families[family].files(forms));
  const lists = families[family].edits(forms, template);
  for (const [, path] of paths) requireFree(root, path, given);
  const beside = [
    ...lists.map(({ path }) => [path, withoutAnyComments(path, read(path))]),
    ...paths.map(([part]) => [`the template of its ${part}`, templateOf(`${part}.${languageOf(part)}`)]),
  ];
  for (const [where, text] of beside) requireUnused(where, text, forms);
  const files = paths.map(([part, path]) => ({ path, text: template(`${part}.${languageOf(part)}`) }));
  const edits = lists.map(({ path, edit }) => ({ path, before: read(path), text: edit(read(path)) }));
  return { forms, files, edits };
}

/** No file of that name, also where letters of both cases are one. */
function requireFree(root, path, given) {
  const stem = (file) => file.replace(/\..*$/, '').replaceAll(/[_-]/g, '').toLowerCase();
  const [folder, name] = [dirname(path), basename(path)];
  const taken = readdirSync(join(root, folder)).find((file) => stem(file) === stem(name));
  if (taken !== undefined) throw new ScriptError(`'${given}' is taken: ${folder}/${taken} is there`);
}

function withoutAnyComments(path, text) {
  if (path.endsWith('.ts')) return withoutComments(text);
  // A Python dictionary has names in quotes only.
  return path.endsWith('.rs') ? withoutRustComments(text) : (text.match(/"[\w-]+":/g) ?? []).join(' ');
}

/** What will stand beside the method has no other use for its name: `text`, in which a word is a name. */
function requireUnused(where, text, { kebab, camel, snake }) {
  const used = [camel, snake, kebab].find((word) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text));
  if (used !== undefined) throw new ScriptError(`'${kebab}' cannot be: ${where} has another use for the word ${used}`);
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
  const { golden, tests, files: filesOf } = families[family];
  const parts = filesOf(forms);
  const { place, program } = golden(forms);
  return [
    `${family} ${forms.kebab}: these files are new`,
    ...files.map(({ path }) => `  ${path}`),
    'and these have a line more',
    ...edits.map(({ path }) => `  ${path}`),
    '',
    'Now write, each until its tests pass; they say what is missing:',
    `1. ${parts.reference}: the mathematics, in f64`,
    `   ${tests.reference}`,
    `2. ${place}: values of somebody else's code`,
    `   cd test/golden && python ${program}        (pip install -r requirements-methods.txt)`,
    `   ${tests.golden}`,
    `3. ${parts.kernel}: its fast twin`,
    `   ${tests.kernel}`,
    `4. ${parts.core}: what it is, whose, its options`,
    `   npm run build:wasm && npm run build && ${tests.core}`,
    '5. npm run check && npm run operations && npm test, and a line in CHANGELOG.md',
    'docs/adding-a-method.md walks through one.',
  ].join('\n');
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
