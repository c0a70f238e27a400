/** The server that the page came from; addresses are relative to the page's, which has the token. */
import type { LiveEvents } from './protocol.js';
import type { LiveSource } from './source.js';

export function serverSource(): LiveSource {
  return {
    listen(listener) {
      const source = new EventSource('events');
      const on = <Name extends keyof LiveEvents>(name: Name) =>
        source.addEventListener(name, ({ data }: MessageEvent<string>) =>
          listener.event(name, JSON.parse(data), data.length),
        );
      on('runs');
      on('epochs');
      on('steps');
      source.addEventListener('open', () => listener.connection('open'));
      source.addEventListener('error', () => listener.connection('lost'));
    },

    async ask(question, asked) {
      const words = Object.entries(asked).map(([name, value]) => [name, String(value)]);
      return (await answered(`${question}?${new URLSearchParams(words)}`)).json();
    },

    async wish(wish) {
      await answered(wish, { method: 'POST' });
    },
  };
}

async function answered(address: string, options?: RequestInit): Promise<Response> {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error(await response.text());
  return response;
}
