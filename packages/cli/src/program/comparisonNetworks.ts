/** The networks of a comparison's runs, of which one that a file builds is built once for all of its kind. */
import { type DataInfo, withHeads } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { UsageError } from '../errors.js';
import { isModelFile, modelLabel } from '../models/names.js';
import { parseHeads } from '../options/composite.js';
import type { RunFolder } from '../run/folder.js';
import { networkSha256, newNetwork, type RunNetwork } from '../run/runNetwork.js';

export interface Configured {
  /** Complete: it names its network. */
  config: ResolvedConfig;
  network: RunNetwork;
}

/**
 * A network for each run, in their order. Runs that join a comparison which has begun have the networks of those in it, of
 * whose folders `folderOf` gives that of a configuration; null: it begins.
 * @throws UsageError when a file has changed since, and the networks of then do not tell what is to be built
 */
export async function networksOf(
  configs: readonly ResolvedConfig[],
  info: DataInfo,
  folderOf: ((config: ResolvedConfig) => Promise<RunFolder>) | null,
): Promise<Configured[]> {
  requireOneNameEach(configs);
  const known = new Map<string, RunNetwork>();
  /** Of files, by their paths, as the runs so far have them. */
  const hashes = new Map<string, string>();
  for (const config of folderOf === null ? [] : configs.filter(({ model }) => isModelFile(model))) {
    const stored = await (await folderOf?.(config))?.readNetwork();
    if (!stored) continue;
    known.set(kindOf(config), { network: stored.network, file: { ...stored, content: null } });
    hashes.set(config.model, stored.sha256);
  }
  const made: Configured[] = [];
  for (const config of configs) {
    if (!isModelFile(config.model)) {
      made.push({ config, network: await newNetwork(config, info) });
      continue;
    }
    const built = known.get(kindOf(config)) ?? (await newNetwork(config, info));
    requireFileOfThen(built, hashes.get(config.model), config);
    known.set(kindOf(config), built);
    made.push(withOwnHeads(built, config));
  }
  return made;
}

const kindOf = ({ model, timeSteps }: ResolvedConfig) => `${model} ${timeSteps}`;

/** Methods differ in the heads alone. */
function withOwnHeads({ network: built, file }: RunNetwork, config: ResolvedConfig): Configured {
  const network = withHeads(built, parseHeads(config.heads));
  return {
    config: { ...config, networkSha256: networkSha256(network) },
    network: { network, file: file === null ? null : { ...file, network } },
  };
}

function requireFileOfThen({ file }: RunNetwork, before: string | undefined, { model }: ResolvedConfig): void {
  if (file === null || before === undefined || file.sha256 === before) return;
  throw new UsageError(
    `--model: ${model} has changed since the comparison began (SHA-256 ${file.sha256}, was ${before}): give the file of ` +
      'then, such as the copy in the folder of one of its runs, or start a new comparison in another --out',
  );
}

/** Folders and tables have a model's name without its folder. */
function requireOneNameEach(configs: readonly ResolvedConfig[]): void {
  const paths = new Map<string, string>();
  for (const { model } of configs) {
    const label = modelLabel(model);
    const other = paths.get(label);
    if (other !== undefined && other !== model) {
      throw new UsageError(`--models: ${other} and ${model} would both be '${label}'; rename a file`);
    }
    paths.set(label, model);
  }
}
