import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ChildError, endChildren, runChild } from './child.js';

const node = (code: string, more = {}) => runChild({ command: process.execPath, args: ['-e', code], ...more });

afterEach(endChildren);

describe('child', () => {
  it('gives what the program printed, line by line and whole', async () => {
    const lines: string[] = [];
    const text = await node("console.log('one\\ntwo'); process.stdout.write('three')", {
      onLine: (line: string) => lines.push(line),
    });
    expect(text).toBe('one\ntwo\nthree');
    expect(lines).toEqual(['one', 'two']);
  });

  it('fails with the reason that the program named', async () => {
    await expect(node("throw new TypeError('no such layer')")).rejects.toThrow(
      'ended with code 1: TypeError: no such layer',
    );
    const python =
      "console.error('Traceback\\n  File x\\nModuleNotFoundError: No module named torch'); process.exit(1)";
    await expect(node(python)).rejects.toThrow('ended with code 1: ModuleNotFoundError: No module named torch');
    await expect(node("console.error('alas'); process.exit(3)")).rejects.toThrow('ended with code 3: alas');
    await expect(runChild({ command: '/no/such/program', args: [] })).rejects.toThrow(/cannot be started.*ENOENT/);
  });

  it('is ended when it takes too long', async () => {
    await expect(node('setInterval(() => {}, 1000)', { timeoutSeconds: 0.2 })).rejects.toThrow(
      'took longer than 0.2 s',
    );
  });

  it.skipIf(process.platform === 'win32')('is ended with all that it started', async () => {
    const grandchild = "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])";
    const code = `console.log(${grandchild}.pid); setInterval(() => {}, 1000)`;
    let pid = 0;
    const onLine = (line: string) => {
      pid = Number(line);
      endChildren();
    };
    await expect(node(code, { onLine })).rejects.toThrow(ChildError);
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => alive(pid), { timeout: 5000 }).toBe(false);
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Killed, but nobody has asked for its exit code yet: where the first process of a container does not.
    const stat = `/proc/${pid}/stat`;
    return !(existsSync(stat) && /\) Z /.test(readFileSync(stat, 'utf8')));
  } catch {
    return false;
  }
}
