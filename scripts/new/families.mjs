// What each family of methods is made of: which files one more method gets, and which lists one more line.
import { inPythonDictionary, inRustList, inTypeScriptList } from './edits.mjs';

const golden = 'test/golden/make_methods.py';

/**
 * `folder`: of its files, in every language; its TypeScript list has the same name. `item`: what Rust's list holds.
 * `dictionary`: of the generator of golden values. `tests`: commands in the order in which the files are written.
 */
export const families = {
  surrogate: {
    folder: 'surrogates',
    item: ({ snake }) => `&${snake}::KIND`,
    dictionary: 'SURROGATES',
    tests: {
      reference: 'cargo test -p kestirme-reference surrogate && cargo test -p kestirme-reference --test gradcheck_lif',
      kernel: 'cargo test -p kestirme-kernels --test sweep_lif',
      core: 'npx vitest run packages/core/dist/neurons packages/core/dist/fields',
    },
  },
  loss: {
    folder: 'losses',
    item: ({ snake }) => `&${snake}::KIND`,
    dictionary: 'LOSSES',
    tests: {
      reference: 'cargo test -p kestirme-reference loss',
      kernel: 'cargo test -p kestirme-kernels --test sweep_heads',
      core: 'npx vitest run packages/core/dist/losses packages/core/dist/fields',
    },
  },
};

/** New files by the part of the method that they are: path and template. */
export function filesOf(family, { snake, camel }) {
  const { folder } = families[family];
  return {
    reference: { path: `crates/reference/src/${folder}/${snake}.rs`, template: `${family}.reference.rs.txt` },
    kernel: { path: `crates/kernels/src/${folder}/${snake}.rs`, template: `${family}.kernel.rs.txt` },
    core: { path: `packages/core/src/${folder}/${camel}.ts`, template: `${family}.core.ts.txt` },
  };
}

/** Files that get a line: path, and the function from their text to the new one. */
export function editsOf(family, forms, goldenLine) {
  const { folder, item, dictionary } = families[family];
  const rust = (path) => ({
    path,
    edit: (text) => inRustList(text, { module: forms.snake, item: item(forms) }, path),
  });
  const index = `packages/core/src/${folder}/index.ts`;
  return [
    rust(`crates/reference/src/${folder}/mod.rs`),
    rust(`crates/kernels/src/${folder}/mod.rs`),
    { path: index, edit: (text) => inTypeScriptList(text, { list: folder, item: forms.camel }, index) },
    { path: golden, edit: (text) => inPythonDictionary(text, { dictionary, line: goldenLine }, golden) },
  ];
}
