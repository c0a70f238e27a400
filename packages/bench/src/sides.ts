/** Who takes part in a comparison: ours on one of its backends, ours of another clone, the peers. */
import { isPeer, type PeerName, peerTitle } from './peers.js';

/** Ours: WebAssembly; native code of the processor's best level, or of a lower one such as 'native-avx2'. */
export type Own = 'wasm' | 'native' | `native-${string}`;
/** 'before': ours as another clone of the repository has it. */
export type Side = Own | 'before' | PeerName;

export function isOwn(side: string): side is Own {
  return side === 'wasm' || side === 'native' || side.startsWith('native-');
}

/** `native,native-avx2,wasm`. @throws RangeError in words. */
export function readOwns(text: string): Own[] {
  const names = text.split(',');
  return names.map((name) => {
    if (/^(?:wasm|native(?:-[a-z0-9]+)?)$/.test(name) && isOwn(name)) return name;
    throw new RangeError(
      `'${name}' is no backend: give wasm, native, or native-LEVEL such as native-avx2, with commas`,
    );
  });
}

/** What makes our programs take this backend, also in versions that have only WebAssembly. */
export function environmentOf(own: Own): NodeJS.ProcessEnv {
  const [backend, level] = own.split('-');
  const { KESTIRME_SIMD: _, ...env } = process.env;
  return { ...env, KESTIRME_BACKEND: backend, ...(level === undefined ? {} : { KESTIRME_SIMD: level }) };
}

export function sideTitle(side: Side): string {
  if (side === 'before') return 'before';
  if (isPeer(side)) return peerTitle(side);
  if (side === 'wasm') return 'WebAssembly';
  const [, level] = side.split('-');
  return level === undefined ? 'native' : `native, ${level.toUpperCase()}`;
}
