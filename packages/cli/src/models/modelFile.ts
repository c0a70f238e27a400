/** Networks of one's own: a file whose function builds them. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildModel, type ModelOptions, NetworkBuilder, type NetworkSpec, plain } from 'kestirme';
import { messageOf, UsageError } from '../errors.js';
import { sha256Of } from '../run/canonicalJson.js';
import { networkFrom } from './networkFrom.js';

/** What the function of a model file is handed, beside what `--model-options` says. */
export interface ModelArguments extends Required<Pick<ModelOptions, 'input' | 'timeSteps' | 'classes'>> {
  /** The file's name, for the network. */
  name: string;
  width: number;
  neuron: NonNullable<ModelOptions['neuron']>;
  norm: NonNullable<ModelOptions['norm']>;
  /** Applied to what the function gives, too: it need not be passed on. */
  heads: NonNullable<ModelOptions['heads']>;
  /** So that a file needs no packages beside it. */
  NetworkBuilder: typeof NetworkBuilder;
  buildModel: typeof buildModel;
}

/** The function's arguments as a run has them, with options of the function's own. */
type Given = Omit<ModelArguments, 'name' | 'NetworkBuilder' | 'buildModel'> & Record<string, unknown>;

export interface ModelFile {
  path: string;
  /** Of its content. */
  sha256: string;
  content: Uint8Array;
  /** @throws UsageError naming the file */
  build(options: Given): Promise<NetworkSpec>;
}

const FORM = 'export default ({ NetworkBuilder, ...options }) => new NetworkBuilder(options) and its layers';

/** @throws UsageError naming the file, and what is to be done */
export async function openModelFile(path: string): Promise<ModelFile> {
  const content = await readFile(path).catch((error: unknown) => {
    throw new UsageError(`--model: cannot read ${path}: ${messageOf(error)}`);
  });
  const sha256 = sha256Of(content);
  const isJson = extname(path).toLowerCase() === '.json';
  const build = isJson ? parseNetwork(content, path) : await importFunction(path, sha256);
  return { path, sha256, content, build: callerOf(build, path) };
}

/** A function of the program that trains, as the file that keeps what it builds. */
export function modelOfFunction(build: ModelFunction, path: string): ModelFile {
  const content = new TextEncoder().encode(String(build));
  return { path, sha256: sha256Of(content), content, build: callerOf(build, path) };
}

function callerOf(build: ModelFunction, path: string): ModelFile['build'] {
  return async (options) => {
    const name = basename(path, extname(path));
    let made: unknown;
    try {
      made = await build({ ...options, name, NetworkBuilder, buildModel });
    } catch (error) {
      throw new UsageError(`${path}: its function threw${placeOf(error, path)}: ${messageOf(error)}`, { cause: error });
    }
    return networkFrom(made, options, path);
  };
}

/** Gives a NetworkBuilder, what its build() gives, or a promise of these. */
export type ModelFunction = (options: ModelArguments) => unknown;

/** A network as JSON, such as the network.json of a run. */
function parseNetwork(content: Uint8Array, path: string): ModelFunction {
  let value: unknown;
  try {
    value = plain.parseJson(plain.decodeUtf8(content));
  } catch (error) {
    throw new UsageError(`--model: ${path} is not JSON: ${messageOf(error)}`);
  }
  const network = typeof value === 'object' && value !== null && 'network' in value ? value.network : value;
  return () => network;
}

async function importFunction(path: string, sha256: string): Promise<ModelFunction> {
  requireTypes(path);
  let module: Record<string, unknown>;
  try {
    // Its hash makes a changed file another module.
    module = await import(`${pathToFileURL(path).href}?sha256=${sha256}`);
  } catch (error) {
    throw new UsageError(
      `--model: ${path} cannot be loaded${placeOf(error, path)}: ${messageOf(error)}${advice(error)}`,
      {
        cause: error,
      },
    );
  }
  const exported = functionOf(module);
  if (exported !== null) return exported;
  const names = Object.keys(module).join(', ') || 'nothing';
  throw new UsageError(`--model: ${path} exports no function as default or 'model' (it exports ${names}): ${FORM}`);
}

function functionOf(module: Record<string, unknown>): ModelFunction | null {
  const fallback = module.default as { default?: unknown; model?: unknown } | undefined;
  // A CommonJS module is the default export, whatever it exports.
  const found = [module.default, module.model, fallback?.default, fallback?.model];
  return (found.find((one) => typeof one === 'function') as ModelFunction | undefined) ?? null;
}

/** Node reads TypeScript from 22.18 and 23.6 on, without what is more than types. */
function requireTypes(path: string): void {
  if (!/\.[mc]?ts$/i.test(path) || Reflect.get(process.features, 'typescript')) return;
  throw new UsageError(
    `--model: ${path} is TypeScript, which Node ${process.version} does not read: take Node 22.18 or later, or compile ` +
      'it to .mjs',
  );
}

/** ' at line 7' where the stack of an error tells it. */
function placeOf(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(basename(path));
  const [, line] = at < 0 ? [] : (/^[^\n]*?:(\d+)/.exec(stack.slice(at)) ?? []);
  return line === undefined ? '' : ` at line ${line}`;
}

function advice(error: unknown): string {
  const isMissing = /Cannot find package '(@kestirme\/\w+|kestirme)'/.test(messageOf(error));
  return isMissing
    ? '; its function is handed NetworkBuilder and buildModel, so that the file need not import them'
    : '';
}
