import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { addItem, openResults, remaining, writeResults } from './results.js';
import { sampleItem, sampleResult, sampleResults } from './sample.test.support.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kestirme-bench-'));
});

describe('results', () => {
  it('go on where they were interrupted, failed items anew', () => {
    const old = sampleResults([sampleResult('start', []), sampleResult('waiting', [], { failed: 'no engine' })]);
    writeResults(folder, old);
    const resumed = openResults(folder, sampleResults([]), true);
    expect(resumed).toEqual(JSON.parse(JSON.stringify(old)));
    const items = ['r20-train', 'start', 'waiting'].map(sampleItem);
    expect(remaining(items, resumed).map(({ name }) => name)).toEqual(['r20-train', 'waiting']);
    addItem(resumed, sampleResult('waiting', []));
    addItem(resumed, sampleResult('r20-train', []));
    expect(resumed.items.map(({ item, failed }) => [item.name, failed])).toEqual([
      ['start', undefined],
      ['waiting', undefined],
      ['r20-train', undefined],
    ]);
  });

  it('are moved aside by a run that does not resume', () => {
    writeResults(folder, sampleResults([sampleResult('start', [])]));
    expect(openResults(folder, sampleResults([]), false).items).toEqual([]);
    expect(readdirSync(folder)).toEqual(['results.2026-01-01T00-00-00-000Z.json']);
  });

  it('refuse to be mixed with other settings or another machine', () => {
    writeResults(folder, sampleResults([]));
    expect(() => openResults(folder, sampleResults([], { pairs: 3 }), true)).toThrow('with pairs 5, not 3');
    expect(() => openResults(folder, sampleResults([], { steps: 7 }), true)).toThrow('with steps by item, not 7');
    const other = sampleResults([]);
    other.machine.cpu = 'another';
    expect(() => openResults(folder, other, true)).toThrow('was measured on a processor with 2 cores');
  });

  it('refuse to resume nothing, and replace the file whole', () => {
    expect(() => openResults(folder, sampleResults([]), true)).toThrow('no results.json');
    writeResults(folder, sampleResults([]));
    writeResults(folder, sampleResults([sampleResult('start', [])]));
    expect(readdirSync(folder)).toEqual(['results.json']);
    expect(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')).items).toHaveLength(1);
  });
});
