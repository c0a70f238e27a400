import { createEngine, type Engine } from 'kestirme';
import type { Values } from '../options/option.js';
import type { trainOptions } from '../options/table.js';
import { kernelsInWords } from '../terminal/format.js';

export type EngineChoice = Pick<Values<typeof trainOptions>, 'threads' | 'backend' | 'memoryLimit'>;

export function openEngine({ threads, backend, memoryLimit }: EngineChoice): Promise<Engine> {
  return createEngine({
    ...(threads === undefined ? {} : { threads }),
    ...(backend === undefined ? {} : { backend }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  });
}

export type Kernels = Pick<Engine, 'backend' | 'simd' | 'backendNote'>;

/** Which kernels compute, and why not native ones where those were to be taken if there were any. */
export function kernelsLine(engine: Kernels): string {
  const why = engine.backendNote === null ? '' : `, not native: ${engine.backendNote.replace(/\s*\n\s*/g, ' ')}`;
  return `kernels: ${kernelsInWords(engine)}${why}`;
}
