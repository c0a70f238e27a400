/** A machine that counts instructions: crates/opcount in a process of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Machine } from './machine.js';

export class Interpreter implements Machine {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  #errors = '';

  /** `program`: the built crates/opcount. */
  constructor(program: string, wasmFile: string) {
    this.#process = spawn(program, [wasmFile]);
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#lines.on('line', (line) => this.#waiting.shift()?.resolve(line));
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    const fail = (error: Error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    this.#process.on('error', fail);
    this.#process.on('close', (code) => fail(new Error(this.#errors.trim() || `${program} ended with code ${code}`)));
  }

  async #ask(command: string, ...numbers: readonly (string | number)[]): Promise<number[]> {
    if (this.#process.exitCode !== null) throw new Error(this.#errors.trim() || 'the interpreter has ended');
    const answer = new Promise<string>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#process.stdin.write(`${[command, ...numbers].join(' ')}\n`);
    return (await answer).split(' ').filter(Boolean).map(Number);
  }

  async call(name: string, args: readonly number[]): Promise<number[]> {
    return (await this.#ask('call', name, ...args)).slice(1);
  }

  /** Instructions that a call executes. */
  async count(name: string, args: readonly number[]): Promise<number> {
    return (await this.#ask('call', name, ...args))[0] as number;
  }

  async word(address: number): Promise<number> {
    return (await this.#ask('word', address))[0] as number;
  }

  /** Makes the bytes of a file the memory's. */
  async load(file: string): Promise<void> {
    await this.#ask('load', file);
  }

  async floats(address: number, length: number, seed: number): Promise<void> {
    await this.#ask('floats', address, length, seed);
  }

  async bits(address: number, rows: number, channels: number, rate: number, seed: number): Promise<void> {
    await this.#ask('bits', address, rows, channels, rate, seed);
  }

  close(): void {
    this.#process.stdin.end();
  }
}
