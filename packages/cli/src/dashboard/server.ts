/** The server of the live page, on this machine's loopback. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, UsageError } from '../errors.js';
import { admit, HEADERS } from './access.js';
import { LiveRuns, type LiveRunsOptions } from './liveRuns.js';
import { readPage } from './pageFiles.js';
import type { Session, Tell } from './watchedRuns.js';

/** A page that lost its server asks for it again after so many milliseconds, as often as it takes. */
const RETRY = 1000;
/** A page that does not read what it is sent is let go; it comes again, and is told anew what there is. */
const MOST_WAITING = 64 * 2 ** 20;

export interface DashboardOptions extends LiveRunsOptions {
  /** 0: a free one. */
  port?: number | undefined;
  /** Told how many pages are open, when that changes. */
  onPages?: ((open: number) => void) | undefined;
}

export class DashboardServer {
  readonly #options: DashboardOptions;
  readonly #token = randomBytes(18).toString('base64url');
  readonly #runs: LiveRuns;
  readonly #server: Server;
  #pages = 0;

  private constructor(options: DashboardOptions) {
    this.#options = options;
    this.#runs = new LiveRuns(options);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) send(response, 500, 'text/plain', messageOf(error));
        else response.destroy();
      });
    });
  }

  static async start(options: DashboardOptions): Promise<DashboardServer> {
    const one = new DashboardServer(options);
    const { port = 0 } = options;
    await new Promise<void>((resolve, reject) => {
      one.#server.once('error', (error: NodeJS.ErrnoException) => {
        const inUse =
          error.code === 'EADDRINUSE' ? `port ${port} is taken; without --port, a free one is chosen` : null;
        reject(inUse === null ? error : new UsageError(`--port: ${inUse}`));
      });
      // Loopback alone: no other machine reaches it.
      one.#server.listen(port, '127.0.0.1', resolve);
    });
    return one;
  }

  /** With the token, which is as good as a password. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${this.#token}/`;
  }

  set session(session: Session | null) {
    this.#runs.session = session;
  }

  async close(): Promise<void> {
    await this.#runs.close();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const admitted = admit(request, this.#token);
    if (typeof admitted !== 'string') return send(response, admitted.status, 'text/plain', admitted.reason);
    const { pathname, searchParams } = new URL(admitted, 'http://page');
    const name = pathname.slice(1);
    if (request.method === 'POST') return this.#wish(name, response);
    if (request.method !== 'GET') return send(response, 405, 'text/plain', 'GET and POST alone.');
    // The page's own addresses are relative to a folder.
    if (request.url === `/${this.#token}`) return void response.writeHead(307, { Location: `/${this.#token}/` }).end();
    if (name === 'events') return this.#events(response);
    const answer = await this.#runs.ask(name, Object.fromEntries(searchParams));
    if (answer !== undefined) return json(response, answer);
    const file = await readPage(name);
    if (file === null) return send(response, 404, 'text/plain', 'There is no such page.');
    send(response, 200, file.type, file.bytes);
  }

  #wish(name: string, response: ServerResponse): void {
    if (name !== 'stop' && name !== 'resume') {
      send(response, 404, 'text/plain', 'There is no such wish.');
      return;
    }
    try {
      this.#runs.wish(name);
    } catch (error) {
      send(response, 409, 'text/plain', messageOf(error));
      return;
    }
    json(response, { asked: name });
  }

  async #events(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: ${RETRY}\n\n`);
    const tell: Tell = (name, event) => {
      response.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`);
      if (response.writableLength > MOST_WAITING) response.destroy();
    };
    this.#count(1);
    let end: (() => void) | null = null;
    response.on('close', () => {
      end?.();
      this.#count(-1);
    });
    end = await this.#runs.subscribe(tell);
    if (response.destroyed) end();
  }

  #count(change: 1 | -1): void {
    this.#pages += change;
    this.#options.onPages?.(this.#pages);
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  const charset = /^text\//.test(type) ? '; charset=utf-8' : '';
  response.writeHead(status, { 'Content-Type': `${type}${charset}` }).end(body);
}

function json(response: ServerResponse, value: unknown): void {
  send(response, 200, 'application/json', JSON.stringify(value));
}
