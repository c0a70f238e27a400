import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { checkRepository } from './check-imports.mjs';
import { withoutComments } from './source-text.mjs';

const made = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

const clean = {
  'crates/reference/Cargo.toml': '[package]\nname = "kestirme-reference"\n',
  'crates/reference/src/lib.rs': '//! No rayon:: here.\npub mod lif;\n',
  'crates/reference/tests/network.rs': 'use kestirme_reference::lif;\n',
  'crates/kernels/Cargo.toml':
    '[dependencies]\nlibm = "0.2"\nrayon = { version = "1.12", optional = true }\n' +
    '[dev-dependencies]\nkestirme-reference = { path = "../reference" }\n',
  'crates/kernels/src/lif.rs':
    'use rayon::prelude::*;\n#[cfg(test)]\nmod tests {\n    use kestirme_reference::lif;\n}\n',
  'crates/wasm/Cargo.toml': '[dependencies]\nkestirme-kernels = { path = "../kernels" }\nwasm-bindgen = "0.2"\n',
  'crates/wasm/src/lib.rs': 'use wasm_bindgen::prelude::*;\nuse kestirme_kernels::lif;\n',
  'packages/core/package.json': '{"name":"kestirme","dependencies":{"comlink":"4.4.2"}}',
  'packages/core/src/index.ts':
    "import { wrap } from 'comlink';\nimport { fork } from '#platform';\nimport { a } from './a.js';\n" +
    'export const root = Math.sqrt(a.window.height);\n',
  'packages/core/src/a.test.ts': "import { readFileSync } from 'node:fs';\nimport { test } from 'vitest';\n",
  'packages/core/src/platform/node.ts': "import { Worker } from 'node:worker_threads';\n",
  'packages/core/src/platform/browser.ts': 'export const isolated = window.crossOriginIsolated;\n',
  'packages/datasets/package.json': '{"name":"@kestirme/datasets","dependencies":{"kestirme":"workspace:*"}}',
  'packages/datasets/src/index.ts': "import { x } from 'kestirme';\nimport { open } from 'node:fs/promises';\n",
  'packages/dashboard/package.json': '{"name":"@kestirme/dashboard","dependencies":{"kestirme":"workspace:*"}}',
  'packages/cli/package.json': '{"name":"@kestirme/cli","dependencies":{"@kestirme/datasets":"workspace:*"}}',
  'packages/cli/src/index.ts': "import { x } from '@kestirme/datasets';\nexport const y = x;\n",
};

/** What the check says of the clean repository with some files replaced or added. */
function problemsWith(files) {
  const root = mkdtempSync(join(tmpdir(), 'kestirme-check-'));
  made.push(root);
  for (const [name, text] of Object.entries({ ...clean, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return checkRepository(root);
}

test('a clean repository passes', () => {
  assert.deepEqual(problemsWith({}), []);
});

const core = 'packages/core/src/layers/lif.ts';
const violations = [
  ['core imports node:', { [core]: "import { readFileSync } from 'node:fs';\n" }, /lif\.ts:1: 'node:fs'/],
  ['core imports node: late', { [core]: "const fs = await import('node:fs');\n" }, /'node:fs'/],
  ['core imports datasets', { [core]: "\nimport type { D } from '@kestirme/datasets';\n" }, /lif\.ts:2: '@kestirme/],
  ['core re-exports another package', { [core]: "export * from 'lodash';\n" }, /'lodash'/],
  ['core imports for effect', { [core]: "import 'lodash/fp';\n" }, /'lodash\/fp'/],
  ['core leaves its folder', { [core]: "import { x } from '../../../datasets/src/index.js';\n" }, /leaves the package/],
  [
    'core knows WebAssembly',
    { [core]: "import type { Lif } from '../../wasm/threads/kestirme_wasm.js';\n" },
    /lif\.ts:1: .*know WebAssembly/,
  ],
  [
    'core starts a foreign worker',
    { [core]: "new URL('../../../cli/w.js', import.meta.url);\n" },
    /leaves the package/,
  ],
  ['a multi-line import', { [core]: "import {\n  a,\n  b,\n} from 'left-pad';\n" }, /'left-pad'/],
  ['a core test imports the cli', { 'packages/core/src/b.test.ts': "import '@kestirme/cli';\n" }, /never back/],
  ['core touches the page', { [core]: 'export const w = window.innerWidth;\n' }, /belongs to the page/],
  ['core asks for a document', { [core]: "if (typeof document === 'object') run();\n" }, /belongs to the page/],
  ['a page imports Node', { 'packages/dashboard/src/b.ts': "import 'node:fs';\n" }, /a page has nothing of Node/],
  ['datasets imports the cli', { 'packages/datasets/src/a.ts': "import '@kestirme/cli';\n" }, /never back/],
  ['core depends on more', { 'packages/core/package.json': '{"dependencies":{"rxjs":"1"}}' }, /'rxjs'/],
  ['datasets depends on cli', { 'packages/datasets/package.json': '{"devDependencies":{"@kestirme/cli":"1"}}' }, /cli/],
  ['an unknown package', { 'packages/extra/package.json': '{}' }, /packages\/extra/],
  ['reference depends on rayon', { 'crates/reference/Cargo.toml': '[dependencies]\nrayon = "1"\n' }, /'rayon'/],
  ['a table of its own', { 'crates/reference/Cargo.toml': '[dependencies.rayon]\nversion = "1"\n' }, /'rayon'/],
  ['a build dependency', { 'crates/wasm/Cargo.toml': '[build-dependencies]\nrayon = "1"\n' }, /build-dependencies/],
  ['reference uses rayon', { 'crates/reference/src/a.rs': 'fn f() { rayon::join(a, b); }\n' }, /a\.rs:1: .*rayon/],
  ['kernels know wasm-bindgen', { 'crates/kernels/src/a.rs': 'use wasm_bindgen::JsValue;\n' }, /wasm_bindgen/],
  ['kernels use reference', { 'crates/kernels/src/a.rs': 'use kestirme_reference::lif;\n' }, /kestirme_reference/],
  ['a long Rust file', { 'crates/kernels/src/a.rs': '\n'.repeat(401) }, /401 lines; the limit is 400/],
  ['a long TypeScript file', { [core]: '\n'.repeat(301) }, /301 lines; the limit is 300/],
  [
    'a circle of two files',
    { [core]: "import { b } from './b.js';\n", 'packages/core/src/layers/b.ts': "export { a } from './lif.js';\n" },
    /layers\/b\.ts: imports go in a circle, packages\/core\/src\/layers\/lif\.ts -> packages\/core\/src\/layers\/b\.ts\./,
  ],
  [
    'a circle of types, through three folders',
    {
      'packages/cli/src/a/a.ts': "import type { B } from '../b/b.js';\n",
      'packages/cli/src/b/b.ts': "export type {\n  C,\n} from '../c/c.js';\n",
      'packages/cli/src/c/c.ts': "export type A = import('../a/a.js').A;\n",
    },
    /a\/a\.ts: imports go in a circle, .*b\/b\.ts -> .*c\/c\.ts -> .*a\/a\.ts/,
  ],
  [
    'a circle through the name of a file for each platform',
    {
      'packages/core/src/platform/node.ts': "import { a } from '../a.js';\n",
      'packages/core/src/a.ts': "import { b } from '#platform';\n",
    },
    /circle, .*platform\/node\.ts -> /,
  ],
  [
    'a file that imports itself',
    { 'packages/core/src/a.ts': "export * from './a.js';\n" },
    /a\.ts: imports go in a circle, packages\/core\/src\/a\.ts\./,
  ],
  [
    'a circle of scripts',
    { 'scripts/a.mjs': "import { b } from './b.mjs';\n", 'scripts/b.mjs': "const a = await import('./a.mjs');\n" },
    /scripts\/a\.mjs: imports go in a circle, scripts\/b\.mjs -> scripts\/a\.mjs/,
  ],
  ['a file called utils', { 'packages/core/src/utils.ts': '' }, /'utils\.ts'/],
  ['a folder called utils', { 'packages/cli/src/utils/a.ts': '' }, /'utils'/],
];

for (const [name, files, expected] of violations) {
  test(name, () => {
    const problems = problemsWith(files);
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0], expected);
  });
}

test('files at the limit pass', () => {
  assert.deepEqual(problemsWith({ 'crates/kernels/src/a.rs': '\n'.repeat(400), [core]: '\n'.repeat(300) }), []);
});

test('comments, strings and regular expressions are told apart', () => {
  const source = "a = /['\"`]/; b = 'x // y'; c = 1 / 2; // it's\nd = `t $" + "{e('}')} u`; /* ** */ f";
  const bare = withoutComments(source, { strings: false });
  assert.match(bare, /c = 1 \/ 2;/);
  assert.match(bare, /e\( +\)\}/);
  assert.match(bare, / f$/);
  assert.doesNotMatch(bare, /it's|x \/\/|\*\*| u`/);
  assert.equal(bare.length, source.length);
});

test('no circle: two ways to one file, a worker that knows who starts it, code in a string', () => {
  const files = {
    'packages/core/src/a.ts':
      "import './b.js';\nimport './c.js';\nexport const w = new URL('./w.js', import.meta.url);\n" +
      "export const code = `import { a } from './a.js';`;\n// import './a.js';\n",
    'packages/core/src/b.ts': "import './d.js';\n",
    'packages/core/src/c.ts': "import './d.js';\n",
    'packages/core/src/d.ts': '',
    'packages/core/src/w.ts': "import './a.js';\n",
  };
  assert.deepEqual(problemsWith(files), []);
});
