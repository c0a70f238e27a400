/** Who may see the page: whoever knows its address, on this machine, from the page itself. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Names of this machine. A page of elsewhere whose name is made to lead here comes with its own. */
const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

export type Refusal = { status: 403 | 404; reason: string };

/**
 * Why a request is refused; else the path behind the token, '/...'. The port of Host may be any: a tunnel from another
 * machine, which its owner made, has its own.
 */
export function admit(
  { headers, method, url = '/' }: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  token: string,
): string | Refusal {
  const { host = '', origin } = headers;
  if (!OWN_NAMES.includes(host.replace(/:\d+$/, ''))) {
    return { status: 403, reason: 'This page is served to its own machine alone: open it as 127.0.0.1.' };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, reason: 'Another site may not ask for this.' };
  }
  // A form of another site sends neither, in old browsers.
  if (method !== 'GET' && origin === undefined) return { status: 403, reason: 'Who asks does not say from where.' };
  const [, given = '', path = ''] = /^\/([^/?]*)(.*)$/s.exec(url) ?? [];
  if (!isSame(given, token)) {
    return { status: 404, reason: 'The address lacks its token: take the whole one that the program printed.' };
  }
  return path.startsWith('/') ? path : `/${path}`;
}

/** Takes equally long wherever they differ. */
function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one as Buffer, other as Buffer);
}

/** Nothing of elsewhere, no script or style in the page's text, in no frame. */
export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  // The address has the token.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};
