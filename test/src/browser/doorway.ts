/** A door between a page and a server, which can be shut and opened again at the same port. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Doorway {
  readonly #to: number;
  readonly #open = new Set<Socket>();
  #server: Server | null = null;
  /** Of the page's side; 0 before the door was opened. */
  port = 0;

  /** `to`: the port of the server. */
  constructor(to: number) {
    this.#to = to;
  }

  async open(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(this.#to, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#open.add(one);
        one.pipe(other);
        one.on('error', () => {});
        one.on('close', () => {
          other.destroy();
          this.#open.delete(one);
        });
      }
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
    this.#server = server;
  }

  /** Ends what goes through it; whoever knocks is refused. */
  async shut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }
}
