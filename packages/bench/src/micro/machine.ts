import type { Need } from './roof.js';

/** Whatever can run the kernels' WebAssembly file: this process, or an interpreter that counts. */
export interface Machine {
  /** Calls an export; gives its results. */
  call(name: string, args: readonly number[]): Promise<number[]>;
  word(address: number): Promise<number>;
  /** Fills with pseudo-random numbers from -0.5 to 0.5. */
  floats(address: number, length: number, seed: number): Promise<void>;
  /** Fills rows of channel bits, [rows, words(channels)], each bit one with the probability `rate`. */
  bits(address: number, rows: number, channels: number, rate: number, seed: number): Promise<void>;
}

/** One call of a kernel in a step. */
export interface KernelCall {
  kernel: string;
  /** The sizes that it depends on, in words. */
  shape: string;
  /** How often the step makes this call. */
  count: number;
  /** The export, and what it is called with. */
  name: string;
  args: number[];
  /** Multiply-accumulates were every number dense; 0: none. */
  macs: number;
  /** Those that spikes and surrogates ask for. */
  additions: number;
  /** What it has to do at least. */
  need: Need;
}

/** Memory in a machine for one set of calls. */
export class Memory {
  readonly machine: Machine;
  readonly #given: [address: number, bytes: number][] = [];
  #seed = 1;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Zeros: that many floats or words. */
  async zeros(length: number): Promise<number> {
    const bytes = 4 * Math.max(length, 16);
    const [address = 0] = await this.machine.call('reserve', [bytes]);
    if (address === 0) throw new Error(`the machine gives no ${bytes} bytes`);
    this.#given.push([address, bytes]);
    return address;
  }

  async floats(length: number): Promise<number> {
    const address = await this.zeros(length);
    await this.machine.floats(address, length, this.#seed++);
    return address;
  }

  async bits(rows: number, channels: number, rate: number): Promise<number> {
    const address = await this.zeros(rows * Math.ceil(channels / 32));
    await this.machine.bits(address, rows, channels, rate, this.#seed++);
    return address;
  }

  /** A number that an export gives for the object at `self`. */
  async property(name: string, self: number): Promise<number> {
    return (await this.machine.call(name, [self]))[0] as number;
  }

  async release(): Promise<void> {
    for (const [address, bytes] of this.#given.splice(0)) await this.machine.call('release', [address, bytes]);
  }
}
