/** Which kernels an engine gets: native ones, or those of WebAssembly, which run everywhere. */
import { platform } from '#platform';
import type { Backend } from '../kernels/kernels.js';
import type { LoadedNative } from '../platform/platform.js';
import { selfCheck } from './selfCheck.js';

/** `note`: why 'auto' took no native ones. */
export type Choice =
  | { backend: Extract<Backend, 'native'>; native: LoadedNative; note: null }
  | { backend: Extract<Backend, 'wasm'>; native: null; note: string | null };

const backends = ['auto', 'native', 'wasm'] as const;

/** @throws with the reason where native kernels are asked for and cannot be had. */
export async function chooseBackend(option: (typeof backends)[number] | undefined): Promise<Choice> {
  const asked = option ?? (platform.backendOverride() || 'auto');
  const backend = backends.find((one) => one === asked);
  if (backend === undefined) {
    const name = option === undefined ? 'KESTIRME_BACKEND' : '`backend`';
    throw new RangeError(`${name} must be one of ${backends.join(', ')}, got "${asked}"`);
  }
  if (backend === 'wasm') return { backend, native: null, note: null };
  try {
    const native = await platform.loadNative();
    if (backend === 'auto') await checked(native);
    return { backend: 'native', native, note: null };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (backend === 'auto') return { backend: 'wasm', native: null, note: why };
    throw new Error(`no native kernels: ${why}`, { cause });
  }
}

/** By file: a check is made once. */
const checks = new Map<string, Promise<void>>();

function checked(native: LoadedNative): Promise<void> {
  const check = checks.get(native.file) ?? selfCheck(native);
  checks.set(native.file, check);
  return check;
}
