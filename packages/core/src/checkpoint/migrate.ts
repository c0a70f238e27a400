/** The metadata of checkpoints of versions before, brought to the present form: nothing else knows of old ones. */
import { usualLoss } from '../losses/index.js';

/** The version that checkpoints are written in; a file of a later one is refused. */
export const checkpointVersion = 2;

type Fields = Readonly<Record<string, unknown>>;

/** Fields that came later: a run of before them had no log whose bytes it knew, measured no lambda and knew no best epoch. */
const unwritten: Fields = { logBytes: null, lambda: null, best: null };

/** Whether files of this version begin with their SHA-256. */
export function hasHash(version: string): boolean {
  return version !== '1';
}

export function isKnownVersion(version: string): boolean {
  return /^[1-9]\d*$/.test(version) && Number(version) <= checkpointVersion;
}

/**
 * `fields`, of any known version, as the present version would have written them. They are not checked yet: any may be
 * missing, or of any kind.
 */
export function migrateFields(fields: Fields): Fields {
  const { training } = fields;
  // Before there was a choice of the loss, all runs had cross entropy.
  const isObject = typeof training === 'object' && training !== null && !Array.isArray(training);
  const withLoss = isObject ? { training: { loss: usualLoss, ...training } } : {};
  return { ...unwritten, ...fields, ...withLoss };
}
