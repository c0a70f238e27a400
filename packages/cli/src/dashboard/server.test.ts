import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveEvents, Wish } from '@kestirme/dashboard';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sampleConfig, sampleMetrics } from '../run/sample.test.support.js';
import { DashboardServer } from './server.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-dashboard-'));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (value: object) => `${JSON.stringify(value)}\n`;
const step = (number: number) =>
  line({ step: number, epoch: 0, perEpoch: 4, loss: 2, accuracy: 0.5, accuracyMain: 0.25, lr: 0.1, lambda: 0.25 });

/** The folder of a run with so many epochs. */
function runIn(dir: string, epochs: number): string {
  mkdirSync(join(folder, dir), { recursive: true });
  writeFileSync(join(folder, dir, 'config.json'), JSON.stringify(sampleConfig({ epochs: 9, batch: 10 })));
  const metrics = Array.from({ length: epochs }, (_, epoch) => line(sampleMetrics(epoch)));
  writeFileSync(join(folder, dir, 'metrics.jsonl'), metrics.join(''));
  writeFileSync(join(folder, dir, 'steps.jsonl'), step(0) + step(1));
  return join(folder, dir);
}

function ask(url: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  return new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const asked = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    asked.on('error', reject).end();
  });
}

/** Reads the events of a page as they come. */
function listen(url: string) {
  const events: { [Name in keyof LiveEvents]: [Name, LiveEvents[Name]] }[keyof LiveEvents][] = [];
  const asked = request(`${url}events`, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part) => {
      const pieces = (text + part).split('\n\n');
      text = pieces.pop() ?? '';
      for (const piece of pieces) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(piece) ?? [];
        if (data !== undefined) events.push([name as 'runs', JSON.parse(data)]);
      }
    });
    response.on('error', () => {});
  });
  asked.on('error', () => {}).end();
  const of = <Name extends keyof LiveEvents>(name: Name) =>
    events.flatMap(([one, event]) => (one === name ? [event as LiveEvents[Name]] : []));
  return { of, close: () => asked.destroy() };
}

describe('who may see it', () => {
  let server: DashboardServer;
  const wishes: Wish[] = [];
  beforeAll(async () => {
    server = await DashboardServer.start({ roots: [runIn('alone', 1)], onWish: (wish) => wishes.push(wish) });
  });
  afterAll(() => server.close());

  it('whoever has the address, and is told to keep everything of elsewhere out', async () => {
    const { status, text, headers } = await ask(server.url);
    expect([status, text]).toEqual([200, expect.stringContaining('<main id="page">')]);
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it.each([
    ['no token', '/', {}, 404],
    ['a wrong token', '/0123456789abcdefghijklmn/', {}, 404],
    ['a wrong token before events', '/0123456789abcdefghijklmn/events', {}, 404],
    ['a foreign Host', null, { host: 'evil.example' }, 403],
    ['a foreign Host with the port', null, { host: 'evil.example:80' }, 403],
    ['a Host that begins as ours', null, { host: '127.0.0.1.evil.example' }, 403],
    ['a foreign Origin', null, { origin: 'http://evil.example' }, 403],
    ['an Origin of another port', null, { origin: 'http://127.0.0.1:1' }, 403],
    ['the Origin of a sandboxed frame', null, { origin: 'null' }, 403],
  ])('not %s', async (_, path, headers, status) => {
    const url = path === null ? server.url : new URL(path, server.url).href;
    const answer = await ask(url, { headers });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('<main');
  });

  it('a tunnel of its owner, whose port is another', async () => {
    expect((await ask(server.url, { headers: { host: 'localhost:8080' } })).status).toBe(200);
  });

  it('wishes come from the page alone', async () => {
    const { origin } = new URL(server.url);
    expect((await ask(`${server.url}stop`, { method: 'POST' })).status).toBe(403);
    expect(
      (await ask(`${server.url}stop`, { method: 'POST', headers: { origin: 'http://evil.example' } })).status,
    ).toBe(403);
    expect((await ask(`${server.url}stop`)).status).toBe(404);
    expect(wishes).toEqual([]);
    expect((await ask(`${server.url}stop`, { method: 'POST', headers: { origin } })).status).toBe(200);
    expect((await ask(`${server.url}leap`, { method: 'POST', headers: { origin } })).status).toBe(404);
    expect(wishes).toEqual(['stop']);
  });

  it.each(['../package.json', '..%2f..%2fpackage.json', '%2e%2e/package.json', 'assets/../../x.js', 'index.html.map'])(
    'no file but those of the page: %s',
    async (path) => {
      expect((await ask(server.url + path)).status).toBe(404);
    },
  );
});

describe('runs as they grow', () => {
  let server: DashboardServer | undefined;
  let close = () => {};
  afterEach(async () => {
    close();
    await server?.close();
  });

  async function look(...roots: string[]) {
    server = await DashboardServer.start({ roots, every: 20 });
    const events = listen(server.url);
    close = events.close;
    await vi.waitFor(() => expect(events.of('steps').length).toBeGreaterThan(0), 20_000);
    return { events, url: server.url };
  }

  it('tells what there is, and what comes, of this and other processes', async () => {
    const dir = runIn('growing/one', 2);
    const { events, url } = await look(join(folder, 'growing'));
    expect(events.of('runs')[0]).toMatchObject({
      session: null,
      runs: [{ name: dir, state: 'stopped', own: false, epochsDone: 2, stepsDone: 2, stepsPerEpoch: 4, problem: null }],
    });
    expect(events.of('epochs')).toMatchObject([{ from: 0, points: [{ epoch: 0, testAccuracy: 0.6 }, { epoch: 1 }] }]);
    expect(events.of('steps')).toEqual([
      { id: 'r0', replace: true, points: [0, 1].map((number) => [number, 2, 0.5, 0.25, 0.1, 0.25, null]) },
    ]);
    // Half a line is none.
    const half = line(sampleMetrics(2)).slice(0, 40);
    appendFileSync(join(dir, 'metrics.jsonl'), half);
    appendFileSync(join(dir, 'steps.jsonl'), step(2));
    await vi.waitFor(
      () =>
        expect(events.of('steps').at(-1)).toMatchObject({
          replace: false,
          points: [[2, 2, 0.5, 0.25, 0.1, 0.25, null]],
        }),
      20_000,
    );
    expect(events.of('epochs')).toHaveLength(1);
    appendFileSync(join(dir, 'metrics.jsonl'), line(sampleMetrics(2)).slice(40));
    await vi.waitFor(
      () => expect(events.of('epochs').at(-1)).toMatchObject({ from: 2, points: [{ epoch: 2 }] }),
      20_000,
    );
    // A run that comes later.
    runIn('growing/two', 1);
    await vi.waitFor(() => expect(events.of('runs').at(-1)?.runs).toHaveLength(2), 20_000);
    const layers = JSON.parse((await ask(`${url}layers?run=r0&from=1`)).text);
    expect(layers).toMatchObject({
      from: 1,
      parameters: ['stem.conv.weight', 'stage1.conv.weight'],
      neurons: ['stem.lif'],
    });
    expect(layers.epochs).toEqual([
      { norms: [2, 1], zeroShares: [0, 0], rates: [0.1] },
      { norms: [3, 1], zeroShares: [0, 0], rates: [0.1] },
    ]);
    const histograms = JSON.parse((await ask(`${url}histograms?run=r0&layer=stem.conv.weight`)).text);
    expect(histograms.epochs[2]).toEqual({ epoch: 2, positive: [1], negative: [3], zeros: 0 });
    for (const question of ['histograms?run=r0&layer=__proto__', 'layers?run=none', 'answers?run=r0']) {
      expect((await ask(url + question)).text).toBe('null');
    }
  });

  it('a run that is cut back, as one that goes on from a checkpoint', async () => {
    const dir = runIn('cut', 3);
    const { events } = await look(dir);
    truncateSync(join(dir, 'metrics.jsonl'), line(sampleMetrics(0)).length);
    writeFileSync(join(dir, 'steps.jsonl'), step(0));
    await vi.waitFor(
      () => expect(events.of('epochs').at(-1)).toMatchObject({ from: 0, points: [{ epoch: 0 }] }),
      20_000,
    );
    await vi.waitFor(
      () => expect(events.of('runs').at(-1)?.runs).toMatchObject([{ epochsDone: 1, stepsDone: 1 }]),
      20_000,
    );
  });

  it('a run with a damaged line says so, and the others stay', async () => {
    const dir = runIn('damaged/one', 1);
    runIn('damaged/two', 1);
    const { events } = await look(join(folder, 'damaged'));
    appendFileSync(join(dir, 'metrics.jsonl'), 'nonsense\n');
    await vi.waitFor(() => {
      const [one, two] = events.of('runs').at(-1)?.runs ?? [];
      expect([one?.problem, two?.problem]).toEqual([expect.stringContaining('metrics.jsonl, byte'), null]);
    }, 20_000);
  });
});
