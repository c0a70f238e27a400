/* tslint:disable */
/* eslint-disable */

/**
 * How often memory has been taken so far, by all threads; a number that begins again after 2^32.
 */
export function allocations(): number;

/**
 * Keeps the words of a panic for `lastPanic`: a trap alone says only "unreachable".
 */
export function keepPanics(): void;

/**
 * The words of the last panic of any thread, or nothing.
 */
export function lastPanic(): string;

/**
 * Bytes that have been taken and not given back, arenas among them.
 */
export function liveBytes(): number;

/**
 * Gives back what `reserve` gave, with the same size.
 */
export function release(at: number, bytes: number): void;

/**
 * `bytes` zero bytes at a multiple of 64; 0 when the host has no more.
 */
export function reserve(bytes: number): number;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly allocations: () => number;
    readonly keepPanics: () => void;
    readonly lastPanic: () => [number, number];
    readonly liveBytes: () => number;
    readonly release: (a: number, b: number) => void;
    readonly reserve: (a: number) => number;
    readonly abiVersion: () => number;
    readonly accumulate: (a: number, b: number, c: number) => void;
    readonly adamStep: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number) => number;
    readonly addDigits: (a: number, b: number, c: number, d: number, e: number, f: number) => void;
    readonly addToPixels: (a: number, b: number, c: number, d: number, e: number, f: number) => void;
    readonly backwardApply: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number) => void;
    readonly biasTable: (a: number, b: number, c: number) => void;
    readonly channelTableLen: (a: number) => number;
    readonly combineBits: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly conv2d_addBorder: (a: number, b: number, c: number) => void;
    readonly conv2d_backwardInput: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => void;
    readonly conv2d_backwardInputFloats: (a: number) => number;
    readonly conv2d_backwardInputWords: (a: number) => number;
    readonly conv2d_backwardWeights: (a: number, b: number, c: number, d: number, e: number, f: number) => void;
    readonly conv2d_backwardWeightsDense: (a: number, b: number, c: number, d: number) => void;
    readonly conv2d_backwardWeightsFloats: (a: number) => number;
    readonly conv2d_backwardWeightsPlane: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly conv2d_backwardWeightsWords: (a: number) => number;
    readonly conv2d_border: (a: number) => number;
    readonly conv2d_borderedLen: (a: number) => number;
    readonly conv2d_forward: (a: number, b: number, c: number, d: number, e: number, f: number) => void;
    readonly conv2d_forwardDense: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly conv2d_forwardFloats: (a: number) => number;
    readonly conv2d_forwardPlane: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => void;
    readonly conv2d_forwardWords: (a: number) => number;
    readonly conv2d_free: (a: number) => void;
    readonly conv2d_gradientLen: (a: number) => number;
    readonly conv2d_new: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => number;
    readonly conv2d_tiledLen: (a: number) => number;
    readonly countSpikes: (a: number, b: number) => number;
    readonly currents_addPlane: (a: number, b: number, c: number) => void;
    readonly currents_backward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number) => void;
    readonly currents_clearPlanes: (a: number) => void;
    readonly currents_forward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => void;
    readonly currents_free: (a: number) => void;
    readonly currents_new: (a: number, b: number, c: number, d: number, e: number, f: number) => number;
    readonly currents_partialLen: (a: number) => number;
    readonly currents_sumRows: (a: number) => number;
    readonly currents_sumSteps: (a: number) => number;
    readonly describe: (a: number, b: number, c: number, d: number) => void;
    readonly describeScratchLen: (a: number) => number;
    readonly describeTap: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => void;
    readonly descriptionLen: () => number;
    readonly encodeDirect: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly encodeRate: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number) => void;
    readonly exactCos: (a: number) => number;
    readonly exactExp: (a: number) => number;
    readonly exactLog: (a: number) => number;
    readonly exactPow: (a: number, b: number) => number;
    readonly firingRatePenalty: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => number;
    readonly flatten: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly globalaveragepool_backward: (a: number, b: number) => void;
    readonly globalaveragepool_forward: (a: number, b: number, c: number) => void;
    readonly globalaveragepool_forwardPlane: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly globalaveragepool_free: (a: number) => void;
    readonly globalaveragepool_new: (a: number, b: number, c: number, d: number) => number;
    readonly initNormal: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly linear_backward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly linear_forward: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly linear_free: (a: number) => void;
    readonly linear_new: (a: number, b: number, c: number) => number;
    readonly loss_correct: (a: number) => number;
    readonly loss_correctMain: (a: number) => number;
    readonly loss_forwardBackward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => void;
    readonly loss_free: (a: number) => void;
    readonly loss_loss: (a: number) => number;
    readonly loss_lossMain: (a: number) => number;
    readonly loss_new: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => number;
    readonly meanOfSteps: (a: number, b: number, c: number, d: number) => void;
    readonly minExponent: () => number;
    readonly neurons_addNumber: (a: number, b: number) => void;
    readonly neurons_addPlane: (a: number, b: number, c: number) => void;
    readonly neurons_backward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: number, p: number, q: number) => void;
    readonly neurons_backwardSteps: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: number, p: number, q: number) => void;
    readonly neurons_clearPlanes: (a: number) => void;
    readonly neurons_fold: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly neurons_forward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number) => void;
    readonly neurons_forwardSteps: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: number, p: number) => void;
    readonly neurons_free: (a: number) => void;
    readonly neurons_half: (a: number) => number;
    readonly neurons_learnedLen: (a: number) => number;
    readonly neurons_membraneScratchLen: (a: number) => number;
    readonly neurons_membraneTableLen: (a: number) => number;
    readonly neurons_new: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => number;
    readonly neurons_partialLen: (a: number) => number;
    readonly neurons_runningLen: (a: number) => number;
    readonly neurons_sumRows: (a: number) => number;
    readonly neurons_sumSteps: (a: number) => number;
    readonly neurons_tableLen: (a: number) => number;
    readonly normScratchLen: (a: number, b: number) => number;
    readonly norm_backward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => void;
    readonly norm_forwardEval: (a: number, b: number, c: number, d: number) => void;
    readonly norm_forwardTrain: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => void;
    readonly norm_free: (a: number) => void;
    readonly norm_new: (a: number, b: number, c: number, d: number, e: number, f: number) => number;
    readonly norm_tableSteps: (a: number) => number;
    readonly packFlatWeights: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly packWeights: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly passGradient: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number) => void;
    readonly planeValues: (a: number, b: number, c: number, d: number, e: number, f: number) => void;
    readonly pool_averageBackward: (a: number, b: number, c: number, d: number) => void;
    readonly pool_averageForward: (a: number, b: number, c: number) => void;
    readonly pool_averageForwardPlane: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly pool_maxBackward: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly pool_maxForward: (a: number, b: number, c: number) => void;
    readonly pool_new: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => number;
    readonly randomMembranes: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number) => void;
    readonly sgdStep: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number) => number;
    readonly sumOfSquares: (a: number, b: number, c: number) => number;
    readonly sumSteps: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly unpackFlatWeights: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly unpackWeights: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly updateScratchLen: (a: number) => number;
    readonly zero: (a: number, b: number) => void;
    readonly pool_free: (a: number) => void;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
