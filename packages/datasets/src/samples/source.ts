import type { MemorySource } from './memory.js';
import type { SampleReader } from './sample.js';

/** Where the samples of a part are, as threads are told it: only what can be copied to another thread. A line for each kind. */
export type SampleSource = MemorySource;

export type SourceKind = SampleSource['kind'];

/** What opens a source of each kind. */
export type SourceOpeners = {
  [K in SourceKind]: (source: Extract<SampleSource, { kind: K }>) => SampleReader | Promise<SampleReader>;
};

/** Opens a source by those openers that its host has. */
export async function openSource(openers: Partial<SourceOpeners>, source: SampleSource): Promise<SampleReader> {
  const open = openers[source.kind] as ((one: SampleSource) => SampleReader | Promise<SampleReader>) | undefined;
  if (open === undefined) throw new Error(`samples of the kind '${source.kind}' cannot be read here`);
  return open(source);
}
