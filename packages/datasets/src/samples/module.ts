/** Samples that a program's own module reads, in the loader's threads. */

import type { EventFrames } from '../own/eventFrames.js';
import { importModule } from '../own/importModule.js';
import { type LabelledSample, sampleOf } from '../own/labelled.js';
import type { SampleReader } from './sample.js';

export interface ModuleSource {
  kind: 'module';
  /** The module's whole path. */
  file: string;
  /** Of its content. */
  sha256: string;
  part: 'train' | 'test';
  /** Handed to the module's function. */
  request: Record<string, unknown>;
}

type Read = { read(position: number): LabelledSample | Promise<LabelledSample> };
type Made = { train: Read; test: Read; eventFrames?: EventFrames };

export async function openModule({ file, sha256, part, request }: ModuleSource): Promise<SampleReader> {
  const made = (await importModule(file, sha256, request)) as Made;
  return {
    async read(position) {
      const sample = await sampleOf(await made[part].read(position), `${part}.read(${position})`, made.eventFrames);
      return { ...sample, pixels: sample.pixels.slice() };
    },
  };
}
