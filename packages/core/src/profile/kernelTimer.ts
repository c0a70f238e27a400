/** Times every kernel call while it is installed, and adds the time to the layer that the pass is at. */
import type { Api } from '../kernels/kernels.js';
import { isKernel } from './kernelNames.js';

type Callable = (this: unknown, ...values: unknown[]) => unknown;

export interface KernelTime {
  layer: string;
  /** 'Conv2d.forward', or the function's name. */
  key: string;
  calls: number;
  milliseconds: number;
}

export class KernelTimer {
  readonly #api: Record<string, unknown>;
  readonly #restore: (() => void)[] = [];
  #layer = '';
  #times = new Map<string, KernelTime>();

  constructor(api: Api) {
    this.#api = api as unknown as Record<string, unknown>;
  }

  layer(name: string): void {
    this.#layer = name;
  }

  /**
   * Runs `work`, which must not wait for anything: others would be timed, too. Returns the calls in it, and how long it took.
   */
  time(work: () => void): { times: Map<string, KernelTime>; milliseconds: number } {
    this.#times = new Map();
    this.#install();
    try {
      const begin = performance.now();
      work();
      return { milliseconds: performance.now() - begin, times: this.#times };
    } finally {
      for (const restore of this.#restore.splice(0)) restore();
    }
  }

  #install(): void {
    for (const [name, exported] of Object.entries(this.#api)) {
      if (typeof exported !== 'function' || !isKernel(name)) continue;
      const prototype = exported.prototype as Record<string, unknown> | undefined;
      const methods = prototype === undefined ? [] : kernelMethods(prototype);
      if (methods.length === 0) this.#wrap(this.#api, name, name);
      for (const method of methods) this.#wrap(prototype as Record<string, unknown>, method, `${name}.${method}`);
    }
  }

  #wrap(owner: Record<string, unknown>, property: string, key: string): void {
    const original = owner[property] as Callable;
    const timer = this;
    owner[property] = function (this: unknown, ...values: unknown[]): unknown {
      const begin = performance.now();
      const result = original.apply(this, values);
      timer.#add(key, performance.now() - begin);
      return result;
    };
    this.#restore.push(() => {
      owner[property] = original;
    });
  }

  #add(key: string, milliseconds: number): void {
    const id = `${this.#layer} ${key}`;
    const time = this.#times.get(id) ?? { layer: this.#layer, key, calls: 0, milliseconds: 0 };
    time.calls++;
    time.milliseconds += milliseconds;
    this.#times.set(id, time);
  }
}

/** Methods of a class that compute: not its getters or its constructor. */
function kernelMethods(prototype: Record<string, unknown>): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name]) => name);
}
