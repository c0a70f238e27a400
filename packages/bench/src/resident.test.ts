import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Resident } from './resident.js';

const hangGuard = 60;

function resident(program: string): Resident {
  const file = join(mkdtempSync(join(tmpdir(), 'kestirme-bench-')), 'program.mjs');
  writeFileSync(file, program);
  return new Resident({ command: process.execPath, args: [file] });
}

const counting = `
  import { createInterface } from 'node:readline';
  let all = 0;
  console.log('hello');
  for await (const line of createInterface({ input: process.stdin })) {
    all += Number(line);
    if (all > 9) throw new RangeError('too many');
    console.log(JSON.stringify({ all }));
  }`;

describe('a program that stays', () => {
  it('takes its turns in one process and ends with its input', async () => {
    const program = resident(counting);
    expect(await program.turn(3, hangGuard)).toBe('{"all":3}');
    expect(await program.turn(4, hangGuard)).toBe('{"all":7}');
    await program.end();
    await expect(program.turn(1, hangGuard)).rejects.toThrow('ended before its turn');
  });

  it('tells why it failed, and ends when it was killed', async () => {
    const program = resident(counting);
    await expect(program.turn(10, hangGuard)).rejects.toThrow('RangeError: too many');
    await program.end();
    const deaf = resident('setInterval(() => {}, 1000)');
    await expect(deaf.turn(1, 0.2)).rejects.toThrow('took longer than 0.2 s');
  });
});
