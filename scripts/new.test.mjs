import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inRustList, inTypeScriptList } from './new/edits.mjs';
import { families } from './new/families.mjs';
import { formsOf } from './new/names.mjs';
import { lay, nextSteps, plan, write } from './new.mjs';
import { root as repository } from './process.mjs';
import { filesBelow } from './source-text.mjs';

const folders = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with the parts that have registries, and nothing else. */
function copyOfRegistries() {
  const root = mkdtempSync(join(tmpdir(), 'kestirme-new-'));
  folders.push(root);
  for (const path of [
    'crates/reference',
    'crates/kernels',
    'packages/core/src',
    'test/golden/neurons',
    'test/golden/norms',
    'test/golden/make_methods.py',
  ]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(repository, path), join(root, path), { recursive: true });
  }
  return root;
}

const contents = (root) => new Map(filesBelow(root, '').map((file) => [file, readFileSync(join(root, file), 'utf8')]));

describe('names', () => {
  for (const given of ['leaky-ramp', 'leakyRamp', 'leaky_ramp', 'LeakyRamp']) {
    test(`${given} in the form of each language`, () => {
      const forms = { kebab: 'leaky-ramp', snake: 'leaky_ramp', camel: 'leakyRamp', pascal: 'LeakyRamp' };
      assert.deepEqual(formsOf(given), forms);
    });
  }

  for (const given of ['', '-a', 'a-', 'a--b', '2d', 'ä', 'a b', '../a', 'a/b', 'a'.repeat(41), "a'b"]) {
    test(`${JSON.stringify(given)} is refused`, () => assert.throws(() => formsOf(given), /is not a name/));
  }

  for (const given of ['if', 'loop', 'new', 'Self', 'mod', 'index', 'kinds']) {
    test(`${given}, a word of a language, is refused`, () => assert.throws(() => formsOf(given), /is a word of/));
  }
});

for (const family of Object.keys(families)) {
  describe(family, () => {
    const name = `a-new-${family}`;

    test('has its new files, and a line in each registry', () => {
      const root = copyOfRegistries();
      const before = contents(root);
      const planned = lay(root, family, name);
      const now = contents(root);
      const added = [...now.keys()].filter((file) => !before.has(file));
      const changed = [...now.keys()].filter((file) => before.has(file) && before.get(file) !== now.get(file));
      const forms = formsOf(name);
      const paths = Object.values(families[family].files(forms));
      assert.deepEqual(added.toSorted(), paths.toSorted());
      assert.deepEqual(changed.toSorted(), planned.edits.map(({ path }) => path).toSorted());
      for (const file of added) {
        assert.doesNotMatch(now.get(file), /__\w+__/, file);
      }
      for (const file of changed)
        assert.match(now.get(file), new RegExp(`${name}|${forms.snake}|${forms.camel}`), file);
      const steps = nextSteps(family, planned);
      for (const path of [...added, ...changed]) assert.ok(steps.includes(path), path);
    });

    test('twice, or under a name that somebody has, is refused', () => {
      const root = copyOfRegistries();
      lay(root, family, name);
      const before = contents(root);
      for (const taken of [name, formsOf(name).camel, name.replaceAll('-', ''), 'name', 'kind']) {
        assert.throws(() => lay(root, family, taken), /is taken|cannot be|is a word/, taken);
      }
      assert.deepEqual(contents(root), before);
    });

    test('is written as a whole or not at all', () => {
      const root = copyOfRegistries();
      const before = contents(root);
      const planned = plan(root, family, name);
      assert.deepEqual(contents(root), before);
      writeFileSync(join(root, planned.files[2].path), 'somebody else was quicker');
      assert.throws(() => write(root, planned), /nothing was written/);
      rmSync(join(root, planned.files[2].path));
      assert.deepEqual(contents(root), before);
    });

    test('writes nothing where a registry is not as it was', () => {
      const root = copyOfRegistries();
      const [, { path: file }] = plan(root, family, name).edits;
      writeFileSync(join(root, file), 'nothing of it');
      const before = contents(root);
      assert.throws(() => lay(root, family, name), new RegExp(`${file} has no`));
      assert.deepEqual(contents(root), before);
      assert.ok(!existsSync(join(root, families[family].files(formsOf(name)).reference)));
    });
  });
}

test('an unknown family is refused with those that there are', () => {
  assert.throws(() => plan(repository, 'layer', 'a'), /'layer' is not one of surrogate, /);
});

test('lists stay on one line while they fit', () => {
  const rust = (items) => `mod a;\n\npub const KINDS: [&Kind; ${items.length}] = [${items.join(', ')}];\n`;
  const add = (text) => inRustList(text, { module: 'b', item: '&b::KIND' }, 'f');
  assert.equal(add(rust(['&a::KIND'])), 'mod a;\nmod b;\n\npub const KINDS: [&Kind; 2] = [&a::KIND, &b::KIND];\n');
  const long = Array.from({ length: 8 }, (_, i) => `&kind_${i}::KIND`);
  assert.match(
    add(rust(long)),
    /\[&Kind; 9\] = \[\n {4}&kind_0::KIND,\n(?: {4}&kind_\d::KIND,\n){7} {4}&b::KIND,\n\];/,
  );
  const script = "import { a } from './a.js';\nimport { c } from './c.js';\n\nexport const all = [a, c] as const;\n";
  assert.equal(
    inTypeScriptList(script, { list: 'all', item: 'b' }, 'f'),
    "import { a } from './a.js';\nimport { b } from './b.js';\nimport { c } from './c.js';\n\nexport const all = [a, c, b] as const;\n",
  );
});
