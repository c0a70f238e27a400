import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type Surroundings, startedIgnoringHangup } from './hangup.js';

const posix = process.platform !== 'win32';
const nothing = openSync(posix ? '/dev/null' : 'NUL', 'r+');
afterAll(() => closeSync(nothing));

/** As when nothing speaks for nohup. */
function plain(more: Partial<Surroundings> = {}): Surroundings {
  return { env: {}, stdin: nothing, ofParent: () => '', ...more };
}

const status = (mask: string) =>
  `Name:\tbash\nSigBlk:\t0000000000010000\nSigIgn:\t${mask}\nSigCgt:\t0000000000010001\n`;

describe('startedIgnoringHangup', () => {
  it.each([
    ['/usr/bin/nohup', true],
    ['nohup', true],
    ['/usr/bin/npx', false],
    ['/home/me/nohup-log', false],
    ['/home/me/mynohup', false],
    [undefined, false],
  ])('a shell that started %s: %s', (started, expected) => {
    expect(startedIgnoringHangup(plain({ env: { _: started } }))).toBe(expected);
  });

  it.each([
    ['0000000000000001', true],
    ['0000000000001007', true],
    ['0000000000001006', false],
    ['0000000000000000', false],
  ])('a parent that ignores the signals %s: %s', (mask, expected) => {
    expect(startedIgnoringHangup(plain({ ofParent: (file) => (file === 'status' ? status(mask) : '') }))).toBe(
      expected,
    );
  });

  it.each([
    ['HOME=/home/me\0_=/usr/bin/nohup\0A=b\0', '/usr/bin/npm', true],
    ['_=/usr/bin/npx\0B_=/usr/bin/nohup\0', '/usr/bin/npm', false],
    // A shell in a multiplexer that was started under nohup long ago.
    ['_=/usr/bin/nohup\0', undefined, false],
  ])('a parent with the environment %j, npm being %s: %s', (environ, npm, expected) => {
    const ofParent = (file: string) => (file === 'environ' ? environ : '');
    expect(startedIgnoringHangup(plain({ env: { npm_execpath: npm }, ofParent }))).toBe(expected);
  });

  it.runIf(posix)('standard input as nohup leaves it in the place of a terminal, and as others do', () => {
    for (const [flags, expected] of [
      ['w', true],
      ['r', false],
      ['r+', false],
    ] as const) {
      const stdin = openSync('/dev/null', flags);
      expect(startedIgnoringHangup(plain({ stdin }))).toBe(expected);
      closeSync(stdin);
    }
    const file = openSync(import.meta.filename, 'r');
    expect(startedIgnoringHangup(plain({ stdin: file }))).toBe(false);
    closeSync(file);
    expect(startedIgnoringHangup(plain({ stdin: file }))).toBe(false);
  });

  it.runIf(process.platform === 'linux')('a shell whose trap is inherited', () => {
    const ask = `import { startedIgnoringHangup } from ${JSON.stringify(new URL('./hangup.js', import.meta.url).href)};
      console.log(startedIgnoringHangup());`;
    const run = (before: string) => {
      // A second command, so that the shell stays the parent.
      const script = `${before} "$0" --input-type=module -e "$1"; exit`;
      const { _, ...env } = process.env;
      return spawnSync('sh', ['-c', script, process.execPath, ask], { encoding: 'utf8', env }).stdout.trim();
    };
    expect([run(''), run("trap '' HUP;")]).toEqual(['false', 'true']);
  });
});
