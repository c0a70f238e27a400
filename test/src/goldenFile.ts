/** A file of test/golden, and how close numbers have to be to it. */
import { readFileSync } from 'node:fs';
import { type Batch, decodeSafetensors } from 'kestirme';
import { expect } from 'vitest';

export type Numbers = ArrayLike<number> & Iterable<number>;

export class GoldenFile {
  readonly #tensors: ReturnType<typeof decodeSafetensors>['tensors'];
  readonly batch: Batch;

  constructor(name: string) {
    const file = new URL(`../golden/${name}.safetensors`, import.meta.url);
    this.#tensors = decodeSafetensors(readFileSync(file), file.pathname).tensors;
    const labels = Int32Array.from(this.get('labels').data);
    this.batch = {
      images: Uint8Array.from(this.get('images').data),
      labels,
      indices: Uint32Array.from({ length: labels.length }, (_, i) => i),
      size: labels.length,
    };
  }

  get(name: string): { shape: number[]; data: Numbers } {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined || tensor.data instanceof BigInt64Array) throw new Error(`no numbers named ${name}`);
    return { shape: tensor.shape, data: tensor.data };
  }

  /** Names behind 'prefix.'. */
  names(prefix: string): string[] {
    const found = [...this.#tensors.keys()].filter((name) => name.startsWith(`${prefix}.`));
    return found.map((name) => name.slice(prefix.length + 1));
  }
}

export function expectClose(name: string, actual: Numbers, expected: Numbers, relative: number): void {
  expect(actual.length, name).toBe(expected.length);
  const scale = Math.max(...Array.from(expected, Math.abs));
  const differences = Array.from(expected, (value, i) => Math.abs((actual[i] as number) - value));
  const worst = differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences);
  expect(worst / scale, `${name}: largest difference over largest value`).toBeLessThan(relative);
}
