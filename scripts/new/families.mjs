// What each family of methods is made of: which files one more method gets, and which lists one more line.
import { inPythonDictionary, inRustList, inTypeScriptList } from './edits.mjs';

const generator = 'test/golden/make_methods.py';

const kindOf = ({ snake }) => `&${snake}::KIND`;

const rustList = (path, forms, item = kindOf) => ({
  path,
  edit: (text) => inRustList(text, { module: forms.snake, item: item(forms) }, path),
});

const typeScriptList = (folder, { camel }) => {
  const path = `packages/core/src/${folder}/index.ts`;
  return { path, edit: (text) => inTypeScriptList(text, { list: folder, item: camel }, path) };
};

const pythonDictionary = (dictionary, line) => ({
  path: generator,
  edit: (text) => inPythonDictionary(text, { dictionary, line }, generator),
});

/** The registries of a family are a folder of one name in each language. */
const filesIn = (folder, { snake, camel }) => ({
  reference: `crates/reference/src/${folder}/${snake}.rs`,
  kernel: `crates/kernels/src/${folder}/${snake}.rs`,
  core: `packages/core/src/${folder}/${camel}.ts`,
});

const listsIn = (folder, forms, item) => [
  rustList(`crates/reference/src/${folder}/mod.rs`, forms, item),
  rustList(`crates/kernels/src/${folder}/mod.rs`, forms, item),
  typeScriptList(folder, forms),
];

/** A family whose golden values come from a line each of a dictionary in the generator. */
const withGoldenLine = (folder, dictionary) => ({
  files: (forms) => filesIn(folder, forms),
  edits: (forms, template) => [...listsIn(folder, forms), pythonDictionary(dictionary, template('golden.py'))],
  golden: () => ({ place: `its line of ${dictionary} in ${generator}`, program: 'make_methods.py' }),
});

/** A family whose golden values come from a generator file each, by way of `program`. */
const withGoldenFile = (folder, program, item = kindOf) => {
  const place = ({ kebab }) => `test/golden/${folder}/${kebab}.py`;
  return {
    files: (forms) => ({ ...filesIn(folder, forms), golden: place(forms) }),
    edits: (forms) => listsIn(folder, forms, item),
    golden: (forms) => ({ place: place(forms), program }),
  };
};

/**
 * `files`: new files by the part of the method that they are, each of a template of that name. `edits`: files that get a
 * line, and the function from their text to the new one. `golden`: where values of others' code come from. `tests`:
 * commands, part by part, that fail until it is written.
 */
export const families = {
  surrogate: {
    ...withGoldenLine('surrogates', 'SURROGATES'),
    tests: {
      reference: 'cargo test -p kestirme-reference surrogate',
      golden: 'cargo test -p kestirme-reference --test golden',
      kernel: 'cargo test -p kestirme-kernels --test sweep_lif',
      core: 'npx vitest run packages/core/dist/neurons packages/core/dist/fields',
    },
  },
  neuron: {
    ...withGoldenFile('neurons', 'make_neurons.py'),
    tests: {
      reference: 'cargo test -p kestirme-reference --test gradcheck_neurons',
      golden: 'cargo test -p kestirme-reference --test golden',
      kernel: 'cargo test -p kestirme-kernels --test sweep_neurons',
      core: 'npx vitest run packages/core/dist/neurons packages/core/dist/fields',
    },
  },
  norm: {
    ...withGoldenFile('norms', 'make_norms.py', ({ snake, pascal }) => `&${snake}::${pascal}`),
    tests: {
      reference: 'cargo test -p kestirme-reference --test gradcheck_norms',
      golden: 'cargo test -p kestirme-reference --test golden',
      kernel: 'cargo test -p kestirme-kernels --test fused',
      core: 'npx vitest run packages/core/dist/norms packages/core/dist/neurons packages/core/dist/fields',
    },
  },
  loss: {
    ...withGoldenLine('losses', 'LOSSES'),
    tests: {
      reference: 'cargo test -p kestirme-reference loss',
      golden: 'cargo test -p kestirme-reference --test golden',
      kernel: 'cargo test -p kestirme-kernels --test sweep_heads',
      core: 'npx vitest run packages/core/dist/losses packages/core/dist/fields',
    },
  },
};

/** The ending of a part's template, which says its language. */
export const languageOf = (part) => ({ core: 'ts', golden: 'py' })[part] ?? 'rs';
