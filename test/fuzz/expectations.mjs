// What every parser owes: a value that holds together, or a refusal of its own kind that says which file.
import { isDeepStrictEqual } from 'node:util';

/** Longest message that anyone wants to read, without the name of the file. */
const longestMessage = 1000;
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export function must(holds, what) {
  if (!holds) throw new Error(`broken promise: ${what}`);
}

/** Passes when `error` is of one of `kinds` and its message is fit to be shown; else throws, which is a finding. */
export function checkRefusal(error, kinds, mentions) {
  if (!kinds.some((kind) => error instanceof kind)) throw error;
  const { message } = error;
  must(message.includes(mentions), `the message does not mention '${mentions}': ${message.slice(0, 500)}`);
  must(message.length <= longestMessage, `the message has ${message.length} characters: ${message.slice(0, 500)}`);
  must(!unprintable.test(message), `the message holds control characters: ${JSON.stringify(message)}`);
}

/** What `read` gives; undefined after a proper refusal. */
export function readOrRefuse(read, kinds, mentions) {
  try {
    return read();
  } catch (error) {
    checkRefusal(error, kinds, mentions);
    return undefined;
  }
}

/** The same for what is awaited. */
export async function readOrRefuseLater(read, kinds, mentions) {
  try {
    return await read();
  } catch (error) {
    checkRefusal(error, kinds, mentions);
    return undefined;
  }
}

/** Apart from minus zero, which JSON is not written with. */
export function mustSurviveJson(value, read) {
  const text = JSON.stringify(value);
  must(JSON.stringify(read(text)) === text, 'the same after writing and reading');
}

export function mustEqual(a, b, what) {
  must(isDeepStrictEqual(a, b), what);
}
