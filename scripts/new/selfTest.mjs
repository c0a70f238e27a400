// Lays one method of each family into a copy of the repository and builds it: everything compiles and passes the checks,
// and each test fails with what is to be written.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mustRun, output, root, run, ScriptError } from '../process.mjs';
import { families } from './families.mjs';
import { formsOf } from './names.mjs';

/** `lay(root, family, name)` writes a method below a root. */
export async function selfTest(lay) {
  const copy = mkdtempSync(join(tmpdir(), 'kestirme-new-'));
  try {
    for (const file of output('git', ['ls-files', '--cached', '--others', '--exclude-standard']).split('\n')) {
      if (!existsSync(join(root, file))) continue;
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(root, file), join(copy, file));
    }
    for (const family of Object.keys(families)) lay(copy, family, nameIn(family));
    await checkCopy(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  console.log('One method of each family was laid down, passed every check, and its tests say what is to be written.');
}

const nameIn = (family) => `self-tested-${family}`;

async function checkCopy(copy) {
  const env = { ...process.env, CARGO_TARGET_DIR: join(root, 'target', 'new-self-test') };
  const options = { cwd: copy, env, quiet: true };
  await mustRun('git', ['init', '--quiet'], options);
  await mustRun(process.execPath, ['scripts/build.mjs'], options);
  await mustRun('npm', ['run', 'check'], options);
  await mustRun('cargo', ['fmt', '--all', '--check'], options);
  await mustRun('cargo', ['clippy', '--workspace', '--all-targets', '--locked', '--', '-D', 'warnings'], options);
  for (const family of Object.keys(families)) {
    const name = nameIn(family);
    const forms = formsOf(name);
    const { files, tests } = families[family];
    const { reference, kernel, core } = files(forms);
    const inFile = (path) => new RegExp(`${family} ${name}: write .* in ${path.replaceAll('.', '\\.')}`);
    await mustFail(tests.reference, inFile(reference), options);
    await mustFail(tests.golden, new RegExp(`${name} has (?:no )?golden values`), options);
    // Who compares with the twin first hears of the twin.
    await mustFail(tests.kernel, new RegExp(`${inFile(reference).source}|${inFile(kernel).source}`), options);
    await mustFail(tests.core, new RegExp(`the kernels have no "${name}"`), options);
    await mustFail(tests.core, new RegExp(`${name}: write these in its file`), options);
    console.log(`${family}: ${reference}, ${kernel}, ${core}`);
  }
}

/** Tests in a shell's words, which have to fail with a text. */
async function mustFail(command, expected, options) {
  const { code, text } = await run('sh', ['-c', command.replace('cargo test', 'cargo test --no-fail-fast')], options);
  if (code === 0) throw new ScriptError(`${command} should fail and does not`);
  if (!expected.test(text)) throw new ScriptError(`${command} fails without ${expected}:\n${text.slice(-4000)}`);
}
