/** A program's own module that gives a data set. */
import { pathToFileURL } from 'node:url';
import { DatasetError } from '../error.js';

const form = 'a default export: a data set, or a function ({ timeSteps }) that gives one, or a promise of one';

/** What the module in `file` exports, or what its function gives. @throws DatasetError naming the file */
export async function importModule(file: string, sha256: string, request: Record<string, unknown>): Promise<object> {
  let module: Record<string, unknown>;
  try {
    // Its hash makes a changed file another module.
    module = await import(`${pathToFileURL(file).href}?sha256=${sha256}`);
  } catch (error) {
    throw refusal(file, `an error: ${messageOf(error)}`, error);
  }
  const fallback = module.default as { default?: unknown } | undefined;
  // A CommonJS module is the default export, whatever it exports.
  const exported = fallback?.default ?? module.default ?? module.dataset;
  let made: unknown;
  try {
    made = typeof exported === 'function' ? await exported(request) : exported;
  } catch (error) {
    throw refusal(file, `a function that threw: ${messageOf(error)}`, error);
  }
  if (typeof made === 'object' && made !== null) return made;
  const names = Object.keys(module).join(', ') || 'nothing';
  throw refusal(file, made === undefined ? `exports of ${names}` : `${typeof made} '${made}'`);
}

function refusal(file: string, found: string, cause?: unknown): DatasetError {
  return new DatasetError({ file, offset: null }, form, found, { cause });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
