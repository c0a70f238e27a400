import { expect, it } from 'vitest';
import { platform } from '#platform';
import type { LoadedNative } from '../platform/platform.js';

/** The native kernels of this clone; null: they are not built here. Where they have to be, a test of the file fails. */
export async function builtNative(): Promise<LoadedNative | null> {
  const found = await platform.loadNative().catch((error: Error) => error);
  if (!(found instanceof Error)) return found;
  it('native kernels are built, unless there is no Rust (npm run build:native)', ({ skip }) => {
    const needed = process.env.CI !== undefined && process.env.KESTIRME_SKIP_RUST !== '1';
    skip(!needed, found.message);
    expect(found.message).toBe('');
  });
  return null;
}
