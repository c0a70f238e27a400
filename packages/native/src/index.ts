export type { NativeAddon, NativeInstance } from './addon.js';
export { type LoadedNative, type LoadOptions, loadNative } from './load.js';
