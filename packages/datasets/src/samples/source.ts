import type { ImageFilesSource } from '../images/imageFiles.js';
import type { ArrayFilesSource } from './arrayFiles.js';
import type { FrameFilesSource } from './frameFiles.js';
import type { MemorySource } from './memory.js';
import type { ModuleSource } from './module.js';
import type { SampleReader } from './sample.js';

/** Where the samples of a part are, as threads are told it: only what can be copied to another thread. A line for each kind. */
export type SampleSource =
  | MemorySource
  | ModuleSource
  | FrameFilesSource
  | ImageFilesSource
  | ArrayFilesSource
  | SubsetSource;

/** Some samples of another source, of any kind. */
export interface SubsetSource {
  kind: 'subset';
  of: SampleSource;
  /** Where each sample is in the other source. */
  places: Uint32Array;
}

type Own = Exclude<SampleSource, SubsetSource>;

/** What opens a source of each kind. */
export type SourceOpeners = {
  [K in Own['kind']]: (source: Extract<Own, { kind: K }>) => SampleReader | Promise<SampleReader>;
};

/** Opens a source by those openers that its host has. */
export async function openSource(openers: Partial<SourceOpeners>, source: SampleSource): Promise<SampleReader> {
  if (source.kind === 'subset') return subsetOf(await openSource(openers, source.of), source.places);
  const open = openers[source.kind] as ((one: SampleSource) => SampleReader | Promise<SampleReader>) | undefined;
  if (open === undefined) throw new Error(`samples of the kind '${source.kind}' cannot be read here`);
  return open(source);
}

function subsetOf(reader: SampleReader, places: Uint32Array): SampleReader {
  return {
    read: (position) => reader.read(places[position] as number),
    close: () => reader.close?.(),
  };
}
