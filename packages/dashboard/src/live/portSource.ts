/** A program that shows the page in a window of its own, as Electron does: a MessagePort in the place of a server. */
import type { FromRuns, ToRuns } from './protocol.js';
import type { LiveListener, LiveSource } from './source.js';

/** What the program has put into the page, as `kestirmeHost`. */
export interface PageHost {
  /** Asks for a port, which comes as the message 'kestirme:port' of this window. */
  connect(): void;
}

/** Until a lost connection is asked for again, in milliseconds. */
const PAUSE = 500;

type Question =
  Extract<ToRuns, { kind: 'ask' | 'wish' }> extends infer One
    ? One extends { number: number }
      ? Omit<One, 'number'>
      : never
    : never;

export function portSource(host: PageHost): LiveSource {
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let listener: LiveListener | null = null;
  let port: MessagePort | null = null;
  let asked = 0;

  const hear = (message: FromRuns) => {
    if (message.kind === 'event') {
      listener?.event(message.name, message.event as never, 0);
      return;
    }
    const question = waiting.get(message.number);
    waiting.delete(message.number);
    if (message.kind === 'answer') question?.resolve(message.answer);
    else question?.reject(new Error(message.problem));
  };

  const lose = (given: MessagePort) => {
    if (given !== port) return;
    port = null;
    for (const { reject } of waiting.values()) reject(new Error('The program that trains is out of reach.'));
    waiting.clear();
    listener?.connection('lost');
    setTimeout(() => host.connect(), PAUSE);
  };

  const take = (given: MessagePort) => {
    port = given;
    given.addEventListener('message', ({ data }: MessageEvent<FromRuns>) => hear(data));
    // Electron's ports tell of their end, which those of browsers do not.
    given.addEventListener('close', () => lose(given));
    given.start();
    listener?.connection('open');
    given.postMessage({ kind: 'listen' } satisfies ToRuns);
  };

  const say = (question: Question) =>
    new Promise<unknown>((resolve, reject) => {
      if (port === null) {
        reject(new Error('The program that trains is out of reach.'));
        return;
      }
      const number = asked++;
      waiting.set(number, { resolve, reject });
      port.postMessage({ ...question, number } as ToRuns);
    });

  return {
    listen(given) {
      listener = given;
      window.addEventListener('message', ({ source, data, ports }) => {
        if (source === window && data === 'kestirme:port' && ports[0] !== undefined) take(ports[0]);
      });
      host.connect();
    },
    ask: async <T>(question: string, words: Record<string, string | number>) =>
      (await say({ kind: 'ask', question, asked: words })) as T | null,
    wish: async (wish) => void (await say({ kind: 'wish', wish })),
  };
}
