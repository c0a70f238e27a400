import { type NetworkSpec, plain, validateNetwork } from 'kestirme';
import { Failure, messageOf } from '../errors.js';

/** network.json: what a file built, with its heads. */
export interface StoredNetwork {
  /** The file's name. */
  file: string;
  /** Of its content, of which the folder has a copy. */
  sha256: string;
  network: NetworkSpec;
}

const storedNetwork = plain.objectOf({ file: plain.text, sha256: plain.text, network: plain.objectOf({}) });

/** The content of network.json, `value`, as the network that it must be. */
export function checkStoredNetwork(value: unknown, place: string): StoredNetwork {
  const problem = storedNetwork(value, '');
  if (problem !== undefined) throw new Failure(`${place}: ${problem}`);
  const stored = value as StoredNetwork;
  try {
    validateNetwork(stored.network);
  } catch (error) {
    throw new Failure(`${place} is damaged: ${messageOf(error)}`);
  }
  return stored;
}
