import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lockFolder } from './lock.js';

// The file system as it is, but for what a test makes a call give.
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return { ...real, readFileSync: vi.fn(real.readFileSync) };
});
const { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } = fs;

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A process that tries to take the folder, says 'taken' or why not, and then waits until it is killed. */
function contender() {
  const code =
    `import { lockFolder } from ${JSON.stringify(new URL('./lock.js', import.meta.url).href)};` +
    `lockFolder(${JSON.stringify(dir)}).then(() => console.log('taken'), (error) => console.log(error.message));` +
    'setInterval(() => {}, 1000);';
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const answer = once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => String(text).trim());
  const kill = async () => {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  };
  return { pid: child.pid, answer, kill };
}

it('keeps others out until it is released', async () => {
  const lock = await lockFolder(dir);
  expect(lock.takenFrom).toBeNull();
  const other = contender();
  expect(await other.answer).toMatch(`${dir} is in use by process ${process.pid}; wait for it`);
  await other.kill();
  lock.release();
  (await lockFolder(dir)).release();
  expect(existsSync(join(dir, 'run.lock'))).toBe(false);
}, 60_000);

it('is taken over from a process that was killed, by exactly one of several', async () => {
  const first = contender();
  expect(await first.answer).toBe('taken');
  await expect(lockFolder(dir)).rejects.toThrow(`in use by process ${first.pid}`);
  await first.kill();
  const others = Array.from({ length: 4 }, contender);
  const answers = await Promise.all(others.map(({ answer }) => answer));
  expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
  const winner = others[answers.indexOf('taken')];
  for (const answer of answers.filter((one) => one !== 'taken')) {
    expect(answer).toContain(`in use by process ${winner?.pid}`);
  }
  for (const { kill } of others) await kill();
  const lock = await lockFolder(dir);
  expect(lock.takenFrom).toBe(winner?.pid);
  lock.release();
}, 60_000);

it.each(['process.exit(3)', 'throw new Error()', 'return'])(
  'is released when its process ends by %s',
  async (end) => {
    const code =
      `import { lockFolder } from ${JSON.stringify(new URL('./lock.js', import.meta.url).href)};` +
      `await lockFolder(${JSON.stringify(dir)}).then(() => { ${end}; });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
    await once(child, 'close');
    expect(existsSync(join(dir, 'run.lock'))).toBe(false);
  },
  60_000,
);

it('tells a process from a later one with its number', async () => {
  const owner = { pid: process.pid, host: hostname(), born: 'another start of this computer' };
  writeFileSync(join(dir, 'run.lock'), JSON.stringify(owner));
  (await lockFolder(dir)).release();
});

it('leaves a lock alone that somebody else took over a moment before', async () => {
  const lock = await lockFolder(dir);
  const dead = JSON.stringify({ pid: process.pid, host: hostname(), born: 'another start of this computer' });
  let reads = 0;
  const real = (await vi.importActual<typeof fs>('node:fs')).readFileSync;
  vi.mocked(readFileSync).mockImplementation(((file: string, encoding: 'utf8') => {
    const isFirst = file.endsWith('run.lock') && reads++ === 0;
    return isFirst ? dead : real(file, encoding);
  }) as typeof readFileSync);
  await expect(lockFolder(dir)).rejects.toThrow(`in use by process ${process.pid}`);
  vi.mocked(readFileSync).mockReset();
  expect(existsSync(join(dir, 'run.lock'))).toBe(true);
  lock.release();
});

it('leaves the lock of another computer alone', async () => {
  writeFileSync(join(dir, 'run.lock'), JSON.stringify({ pid: 1, host: 'elsewhere.example', born: null }));
  await expect(lockFolder(dir)).rejects.toThrow(
    /by process 1 on elsewhere.example; if that is over, remove .*run.lock/,
  );
  expect(readFileSync(join(dir, 'run.lock'), 'utf8')).toContain('elsewhere');
});

it.each(['', '{"pid":0,"host":"a"}', '{"pid":"1"}', '[]', '{'])(
  'takes over a lock that says %j, once it is old',
  async (text) => {
    const file = join(dir, 'run.lock');
    writeFileSync(file, text);
    utimesSync(file, 1, 1);
    writeFileSync(`${file}.takeover`, '');
    utimesSync(`${file}.takeover`, 1, 1);
    const lock = await lockFolder(dir);
    expect(lock.takenFrom).toBeNull();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
  },
);
