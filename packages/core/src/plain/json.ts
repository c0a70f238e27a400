import { excerpt } from './excerpt.js';

/**
 * JSON.parse, except that a key that stands twice in an object is an error, where JSON.parse lets the last one win.
 * @throws SyntaxError whose message is one short line.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(excerpt(error instanceof Error ? error.message : String(error), 200));
  }
  const key = repeatedKey(text);
  if (key !== undefined) throw new SyntaxError(`the key '${excerpt(key)}' stands there twice`);
  return value;
}

/** `text` is JSON. Without recursion: any depth is fine. */
function repeatedKey(text: string): string | undefined {
  /** Keys so far of the objects and lists that are open; a list has none. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '{' || sign === '[') open.push(undefined);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === '"') {
      const end = endOfString(text, at);
      if (isKey(text, end)) {
        const key = JSON.parse(text.slice(at, end)) as string;
        const keys = open.at(-1) ?? new Set();
        if (keys.has(key)) return key;
        open[open.length - 1] = keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** The place behind the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}

/**
 * Bytes that must be UTF-8 text; without the byte order mark that some editors put in front.
 * @throws TypeError that says so.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TypeError('is not UTF-8 text');
  }
}
