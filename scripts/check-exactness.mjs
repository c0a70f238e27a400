// Part of npm run check: nothing on a path to a weight or a reported number may differ between hosts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root as repository, runScript, ScriptError } from './process.mjs';
import { filesBelow, lineOf, withoutComments, withoutRustComments } from './source-text.mjs';

const typeScriptFolders = ['packages/core/src', 'packages/datasets/src', 'packages/cli/src'];
const rustFolders = ['crates/kernels/src', 'crates/edge/src', 'crates/wasm/src'];

// IEEE 754 or plain counting decides what these give; all else of Math is the engine's own approximation, or chance.
const exactMath =
  'abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|E|LN2|LN10|LOG2E|LOG10E|PI|SQRT1_2|SQRT2';

const typeScriptRules = {
  math: {
    // Whatever is not a call of an exact member: Math[name], const { exp } = Math, Math.exp.
    pattern: new RegExp(`\\bMath\\b(?!\\s*(?:\\?\\.|\\.)\\s*(?:${exactMath})\\b)(?:\\s*(?:\\?\\.|\\.)\\s*\\w+)?`, 'g'),
    why: 'gives other bits in other engines; use the functions of the WebAssembly core',
  },
  power: {
    // Whole powers of whole numbers, as literals, are constants.
    pattern: /\*\*=|(?<!(?<![\w.])\d+\s*)\*\*|\*\*(?!\s*\d+(?![\w.]))/g,
    why: 'gives other bits in other engines, unless it is between two whole numbers',
  },
  chance: {
    pattern: /\b(?:getRandomValues|randomUUID|randomBytes|randomInt)\b/g,
    why: 'draws numbers that no seed decides; use RandomStream',
  },
  clock: {
    pattern: /\bDate\b|\bperformance\s*(?:\?\.|\.)\s*now\b|\bhrtime\b/g,
    why: 'reads the clock, which no result may depend on',
  },
  order: {
    pattern: /\.\s*(?:sort|toSorted)\s*\(\s*\)/g,
    why: 'sorts numbers as text; give it a comparison',
  },
  language: {
    pattern: /\btoLocale\w*|\blocaleCompare\b|\bIntl\b/g,
    why: "depends on the host's language",
  },
};

const rustRules = {
  math: {
    pattern:
      /\.(?:exp|exp2|exp_m1|ln|ln_1p|log|log2|log10|pow[if]|sin|cos|sin_cos|tan|a(?:sin|cos|tan)h?|atan2|sinh|cosh|tanh|cbrt|hypot)\s*\(/g,
    why: 'comes from the host in native builds; use crate::exact',
  },
  fused: {
    pattern: /\bmul_add\b|\bfmaf?\b|\w*relaxed_\w+/g,
    why: 'rounds once where other hosts round twice',
  },
  order: {
    pattern: /\bpar_iter\w*\s*\([^;]*?\.\s*(?:sum|product|reduce)\b/g,
    why: 'adds in an order that depends on the threads',
  },
};

/** Where a rule does not hold, and why. An entry that nothing needs any more is an error, too. */
export const exceptions = [
  ['packages/core/src/profile/calibrate.ts', 'clock', 'measures time'],
  ['packages/core/src/profile/kernelTimer.ts', 'clock', 'measures time'],
  ['packages/core/src/train/trainer.ts', 'clock', 'images per second'],
  ['packages/datasets/src/cache/room.ts', 'clock', 'what nobody has read for long'],
  ['packages/cli/src/program/evaluate.ts', 'clock', 'images per second'],
  ['packages/cli/src/terminal/progress.ts', 'clock', 'time left'],
  ['packages/cli/src/report/axes.ts', 'math', 'places the marks of a drawn axis'],
  ['packages/cli/src/report/axes.ts', 'power', 'labels the marks of a drawn axis'],
  ['packages/cli/src/report/layers.ts', 'math', 'places points in a drawing'],
  ['packages/cli/src/report/curves.ts', 'math', 'places the line for guessing in a drawing'],
  ['packages/cli/src/report/colourScale.ts', 'math', 'chooses the colours of a drawing'],
  ['packages/cli/src/report/colourScale.ts', 'power', 'labels the colours of a drawing'],
  ['packages/cli/src/run/liveReport.ts', 'clock', 'how often the report is written'],
  ['packages/cli/src/tensorboard/eventFile.ts', 'clock', 'TensorBoard shows when things were'],
  ['packages/cli/src/dashboard/server.ts', 'chance', 'the word that lets a page in, which nobody may guess'],
  ['packages/cli/src/dashboard/watchedRuns.ts', 'clock', 'images per second and time left of a page'],
  ['packages/cli/src/run/stepLog.ts', 'clock', 'how often steps are written'],
  ['packages/cli/src/verify/matrix.ts', 'clock', 'seconds of a repetition'],
  ['packages/cli/src/run/pace.ts', 'clock', 'time left'],
  ['packages/cli/src/run/interrupt.ts', 'clock', 'tells a repeated signal from a second wish'],
  ['packages/cli/src/run/lock.ts', 'clock', 'waits for other processes'],
  ['packages/cli/src/run/readRuns.ts', 'order', 'names of folders'],
  ['packages/cli/src/diff/side.ts', 'order', 'names of folders'],
];

const isTest = (file) => /\.test\.(?:support\.)?tsx?$/.test(file);

function violations(file, code, rules) {
  return Object.entries(rules).flatMap(([rule, { pattern, why }]) =>
    [...code.matchAll(pattern)].map((match) => ({
      file,
      rule,
      text: `${file}:${lineOf(code, match.index)}: '${match[0].trim()}' ${why}.`,
    })),
  );
}

/** Everything inexact in the repository at `root` that `allowed` does not name, one sentence each. */
export function checkExactness(root, allowed = exceptions) {
  const read = (file) => readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n');
  const below = (folders, ending) =>
    folders.flatMap((folder) => filesBelow(root, folder)).filter((f) => ending.test(f));
  const found = [
    ...below(typeScriptFolders, /\.tsx?$/)
      .filter((file) => !isTest(file))
      .flatMap((file) => violations(file, withoutComments(read(file), { strings: false }), typeScriptRules)),
    ...below(rustFolders, /\.rs$/).flatMap((file) => violations(file, withoutRustComments(read(file)), rustRules)),
  ];
  const covers =
    ([file, rule]) =>
    (one) =>
      one.file === file && one.rule === rule;
  const idle = allowed.filter((exception) => !found.some(covers(exception)));
  return [
    ...found.filter((one) => !allowed.some((exception) => covers(exception)(one))).map(({ text }) => text),
    ...idle.map(
      ([file, rule]) => `scripts/check-exactness.mjs: the exception '${rule}' of ${file} has no use any more.`,
    ),
  ];
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const problems = checkExactness(repository);
    if (problems.length > 0) throw new ScriptError(`${problems.join('\n')}\n${problems.length} violations.`);
    console.log('Results depend on no clock, chance, language or approximation of the host.');
  });
}
