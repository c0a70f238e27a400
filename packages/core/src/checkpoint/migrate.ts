/** The metadata of checkpoints of versions before, brought to the present form: nothing else knows of old ones. */

/** The version that checkpoints are written in; a file of a later one is refused. */
export const checkpointVersion = 2;

type Metadata = Readonly<Record<string, string>>;

/** Fields that came later, as JSON: a run of before them had no log whose bytes it knew, and measured no lambda. */
const unwritten: Metadata = { logBytes: 'null', lambda: 'null' };

/** Whether files of this version begin with their SHA-256. */
export function hasHash(version: string): boolean {
  return version !== '1';
}

/** `fields` as the present version would have written them; undefined when `version` is none that it knows. */
export function migrateFields(fields: Metadata, version: string): Metadata | undefined {
  const known = Array.from({ length: checkpointVersion }, (_, place) => String(place + 1));
  return known.includes(version) ? { ...unwritten, ...fields } : undefined;
}
