/** The network of a run: built by its model's name, by a file, or taken from the folder of the run that goes on. */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { NetworkSpec } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { Failure, UsageError } from '../errors.js';
import { type ModelFunction, modelOfFunction, openModelFile } from '../models/modelFile.js';
import { isModelFile } from '../models/names.js';
import { parseModelOptions } from '../options/composite.js';
import { sha256Of, sha256OfJson } from './canonicalJson.js';
import { NETWORK_FILE } from './fileNames.js';
import type { RunFolder } from './folder.js';
import { buildNetwork, commonOptions, type NetworkConfig, resnetOptions, type Size } from './network.js';
import type { StoredNetwork } from './storedNetwork.js';

export interface RunNetwork {
  network: NetworkSpec;
  /** Of a file's network; null: of one that the program has. */
  file: (StoredNetwork & { content: Uint8Array | null }) | null;
}

/** A network as configurations name it: what it computes, but for the heads, which are options of their own. */
export function networkSha256(network: NetworkSpec): string {
  return sha256OfJson({ ...network, name: '', heads: [] });
}

type Config = NetworkConfig & Pick<ResolvedConfig, 'networkSha256'>;

/** The network of a run that begins. `build`: a program's function in place of the file's. @throws UsageError, NetworkError */
export async function newNetwork(config: Config, info: Size, build?: ModelFunction): Promise<RunNetwork> {
  const { model, networkSha256: wanted } = config;
  const made = isModelFile(model)
    ? await fromFile(config, info, build)
    : { network: buildNetwork(config, info), file: null };
  const built = networkSha256(made.network);
  if (wanted === undefined || built === wanted) return made;
  throw new UsageError(
    `--model: ${model} builds another network (SHA-256 ${built}) than the run had (networkSha256 ${wanted}): it has ` +
      'changed since; give the file of then, such as the copy in the folder of the run',
  );
}

async function fromFile(config: Config, info: Size, own?: ModelFunction): Promise<RunNetwork> {
  const { model, widths, modelOptions } = config;
  if (widths !== undefined) throw new UsageError('--widths: they are those of mlp; a file takes --model-options');
  const opened = own === undefined ? await openModelFile(model) : modelOfFunction(own, model);
  const { path, sha256, content, build } = opened;
  const more = modelOptions === undefined ? {} : parseModelOptions(modelOptions);
  const network = await build({ ...resnetOptions(config), ...more, ...commonOptions(config, info) });
  return { network, file: { file: basename(path), sha256, network, content } };
}

/**
 * The network of a run that goes on in `folder`: what was built when it began. The file is not run again; `note` is told
 * where it has changed since.
 */
export async function networkIn(
  folder: RunFolder,
  config: Config,
  info: Size,
  note: (text: string) => void,
  build?: ModelFunction,
): Promise<RunNetwork> {
  const stored = isModelFile(config.model) ? await folder.readNetwork() : null;
  if (stored === null) return newNetwork(config, info, build);
  const place = folder.path(NETWORK_FILE);
  const { networkSha256: wanted } = config;
  if (wanted !== undefined && networkSha256(stored.network) !== wanted) {
    throw new Failure(`${place} is not the network that the run began with (networkSha256 ${wanted}): it was changed`);
  }
  const now = config.model === resolve(place) ? null : await readFile(config.model).catch(() => null);
  if (now !== null && sha256Of(now) !== stored.sha256) {
    note(
      `${config.model} has changed since the run began; the run goes on with the network that it built then (${place})`,
    );
  }
  return { network: stored.network, file: { ...stored, content: null } };
}
