/** Ports as Electron's main process has them, and how they go to another process: over its one channel of messages. */
import { EventEmitter } from 'node:events';

export class Port extends EventEmitter<{ message: [{ data: unknown; ports: Port[] }]; close: [] }> {
  other: Port | null = null;
  #queue: unknown[] | null = [];

  postMessage(data: unknown): void {
    const { other } = this;
    // As between processes: later, and a copy.
    if (other !== null) setImmediate((copy) => other.#take(copy), structuredClone(data));
  }

  start(): void {
    const queue = this.#queue ?? [];
    this.#queue = null;
    for (const data of queue) this.#take(data);
  }

  close(): void {
    const { other } = this;
    if (other === null) return;
    this.other = null;
    other.other = null;
    setImmediate(() => {
      for (const port of [this, other]) port.emit('close');
    });
  }

  #take(data: unknown): void {
    if (this.#queue === null) this.emit('message', { data, ports: [] });
    else this.#queue.push(data);
  }
}

export class Channel {
  readonly port1 = new Port();
  readonly port2 = new Port();

  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

/** `port`: null is the process itself. */
export type Relayed = { port: number | null; data?: unknown; ports?: number[]; close?: true };

/** One side of a channel between two processes. */
export class Relay {
  readonly #send: (relayed: Relayed) => void;
  readonly #hear: (event: { data: unknown; ports: Port[] }) => void;
  readonly #ports = new Map<number, Port>();

  constructor(send: (relayed: Relayed) => void, hear: (event: { data: unknown; ports: Port[] }) => void) {
    this.#send = send;
    this.#hear = hear;
  }

  post(data: unknown, transfer: Port[] = []): void {
    const ports = transfer.map((port) => this.#keep(this.#ports.size, port));
    this.#send({ port: null, data, ports });
  }

  take({ port, data, ports = [], close }: Relayed): void {
    if (port === null) {
      const made = ports.map((id) => {
        const { port1, port2 } = new Channel();
        this.#keep(id, port1);
        return port2;
      });
      this.#hear({ data, ports: made });
    } else if (close) this.#ports.get(port)?.close();
    else this.#ports.get(port)?.postMessage(data);
  }

  /** The other process has ended. */
  end(): void {
    for (const port of this.#ports.values()) port.close();
  }

  #keep(id: number, port: Port): number {
    this.#ports.set(id, port);
    port.on('message', ({ data }) => this.#send({ port: id, data }));
    port.on('close', () => this.#send({ port: id, close: true }));
    port.start();
    return id;
  }
}
