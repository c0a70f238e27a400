/** A network of one's own, from its file through all commands; and what is said of files that are none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { Recorder } from '../terminal/recorder.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

const place = (name: string) => join(folder, name);
const json = (...path: string[]) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

function write(name: string, text: string): string {
  writeFileSync(place(name), text);
  return place(name);
}

const source = (features: number) => `
  export default ({ NetworkBuilder, width, depth = 1, ...options }) => {
    const net = new NetworkBuilder(options);
    net.conv2d({ outChannels: 4, kernel: 3, stride: 4 }).norm().lif().tap('early');
    for (let i = 0; i < depth; i++) net.linear({ outFeatures: ${features} * width }).norm().lif();
    return net;
  };`;

const small = ['--limit', '40,10', '--batch', '10', '--threads', '1', '--quiet'];
const mine = write('mine.mjs', source(12));

describe('a network that a file builds', () => {
  const train = (...argv: string[]) => run('train', ...small, ...argv);

  beforeAll(async () => {
    expect(await train('--model', mine, '--epochs', '2', '--out', place('a'))).toMatchObject({ code: 0, err: '' });
  });

  it('is kept by the run, with the file and its hash', () => {
    expect(readFileSync(place('a/model.mjs'), 'utf8')).toBe(source(12));
    expect(json('a', 'network.json')).toMatchObject({ file: 'mine.mjs', network: { name: 'mine', timeSteps: 2 } });
    const { model, networkSha256, heads } = json('a', 'config.json');
    expect([model, networkSha256, heads]).toEqual([mine, expect.stringMatching(/^[0-9a-f]{64}$/), 'all']);
    expect(json('a', 'result.json').model).toBe('mine');
  });

  it('is inspected, evaluated, drawn and compared like any other', async () => {
    const inspected = await run('inspect', mine, '--input', '1,32,32', '--threads', '1', '--quiet');
    expect(inspected.out).toMatch(/linear1 +linear +lif1 +12x1x1 +3,072 +3,072/);
    expect((await run('evaluate', place('a'), '--threads', '1', '--quiet')).out).toContain('of 10 test images');
    expect((await run('report', place('a'))).out).toContain('report.html');
    expect(readFileSync(place('a/report.html'), 'utf8')).toContain('mine on builtin, T = 2');
  });

  it('is told apart by what it computes, not by where its file lies', async () => {
    const copy = write('copy.mjs', `// the same\n${source(12)}`);
    await train('--model', copy, '--epochs', '2', '--out', place('copy'));
    expect((await run('diff', place('a'), place('copy'))).out).toMatch(
      /^same results: .* in modelFrom, which must not/,
    );
    await train('--model', mine, '--epochs', '2', '--model-options', 'depth=2', '--out', place('deep'));
    expect((await run('diff', place('a'), place('deep'))).out).toMatch(
      /^other configuration: .*modelOptions - vs depth=2/,
    );
    expect(json('deep', 'config.json').networkSha256).not.toBe(json('a', 'config.json').networkSha256);
  });

  it('goes on as it was built, though the file has changed', async () => {
    const changing = write('changing.mjs', source(12));
    await train('--model', changing, '--epochs', '2', '--out', place('changing'));
    const { weightsSha256 } = json('changing', 'result.json');
    rmSync(place('changing/result.json'));
    rmSync(place('changing/checkpoint.safetensors'));
    write('changing.mjs', source(16));
    const { code, err } = await run('train', '--resume', '--out', place('changing'), '--threads', '1', '--quiet');
    expect([code, err]).toEqual([
      0,
      expect.stringContaining(`${changing} has changed since the run began; the run goes on`),
    ]);
    expect(json('changing', 'result.json').weightsSha256).toBe(weightsSha256);
    // The copy in its folder gives the run again, and the changed file does not.
    const config = ['--config', place('changing/config.json'), '--threads', '1', '--quiet', '--out'];
    expect(await run('train', ...config, place('no'))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/changing\.mjs builds another network \(SHA-256 \w{64}\) than the run had/),
    });
    await run('train', ...config, place('again'), '--model', place('changing/model.mjs'));
    expect(json('again', 'result.json').weightsSha256).toBe(weightsSha256);
  });

  it('is compared by several methods, and new runs join with the network of then', async () => {
    const compare = (...argv: string[]) =>
      run('compare', ...small, '--epochs', '1', '--out', place('compare'), ...argv);
    const file = write('joined.mjs', source(12));
    expect((await compare('--models', file, '--methods', 'vanilla,evolution')).code).toBe(0);
    write('joined.mjs', source(16));
    expect((await compare('--resume', '--seeds', '0,1')).code).toBe(0);
    const hash = (name: string) => json('compare', name, 'config.json').networkSha256;
    expect(hash('vanilla-seed1')).toBe(hash('evolution-seed0'));
    const refused = await compare('--resume', '--T', '2,3');
    expect(refused.err).toContain('joined.mjs has changed since the comparison began');
  });
});

describe('a file that builds none is refused in words', () => {
  const given = '--model: PLACE';
  it.each([
    ['missing.mjs', null, `--model: cannot read PLACE: there is no such file`],
    ['syntax.mjs', 'export default () => {\n  const = 3;\n};', `${given} cannot be loaded at line 2: `],
    ['import.mjs', "import { NetworkBuilder } from 'kestirme';", 'so that the file need not import them'],
    [
      'nothing.mjs',
      'export const network = 3;',
      `${given} exports no function as default or 'model' (it exports network)`,
    ],
    ['throws.mjs', 'export default () => {\n  throw new Error("no");\n};', 'PLACE: its function threw at line 2: no'],
    [
      'void.mjs',
      'export const model = () => {};',
      'PLACE: its function gave nothing (is a return missing?); it has to',
    ],
    ['number.mjs', 'export default () => 3;', 'PLACE: its function gave 3; it has to give a NetworkBuilder'],
    [
      'shape.mjs',
      'export default ({ NetworkBuilder, input, ...rest }) => new NetworkBuilder({ ...rest, input: { ...input, height: 9 } }).linear({ outFeatures: 4 }).lif();',
      'PLACE: its network has input 1x9x32, this run 1x32x32: take what the function is handed',
    ],
    [
      'current.mjs',
      'export default ({ NetworkBuilder, ...rest }) => new NetworkBuilder(rest).linear({ outFeatures: 4 });',
      'PLACE: the last layer must be a LIF',
    ],
    ['spec.mjs', 'export default () => ({ layers: [] });', 'PLACE: network.name must be text, got undefined'],
  ])('%s', async (name, text, message) => {
    if (text !== null) write(name, text);
    const { code, err } = await run('train', ...small, '--model', place(name), '--out', place('refused'));
    expect(err).toContain(message.replace('PLACE', place(name)));
    expect(code).toBe(2);
  });

  it('TypeScript where Node does not read it', async () => {
    const { err, code } = await run('inspect', write('typed.ts', `${source(8)} export type None = never;`));
    const reads = Boolean(Reflect.get(process.features, 'typescript'));
    if (reads) expect(code).toBe(0);
    else expect(err).toMatch(/typed\.ts is TypeScript, which Node v[\d.]+ does not read: take Node 22\.18 or later/);
  });

  it('another ending, and options of other models', async () => {
    expect((await run('train', '--model', './net.py')).err).toContain("'./net.py' is no file that ends in .mjs, .js");
    expect((await run('train', '--model', 'mlpp')).err).toContain("did you mean 'mlp'?");
    expect((await run('train', '--model', mine, '--widths', '3')).err).toContain('--widths: they are those of mlp');
    expect((await run('train', '--model', 'resnet20', '--widths', '3')).err).toContain(
      'resnet20 has no option "widths"',
    );
    expect((await run('train', '--model', 'mlp', '--model-options', 'a=1')).err).toContain(
      '--model-options: mlp is no',
    );
  });
});
