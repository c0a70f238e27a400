/* tslint:disable */
/* eslint-disable */

/**
 * A layer's parameters are gamma and beta, one after the other; its running statistics mean and variance likewise.
 */
export class BatchNorm {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * From the sums that the LIF's backward pass left: parameter gradients (added to) and the table's a, b, c.
     */
    backward(count: number, parameters: number, sum_g: number, sum_gy: number, gradients: number, table: number): void;
    /**
     * Fills the table from the running statistics.
     */
    forwardEval(parameters: number, running: number, table: number): void;
    /**
     * Fills the table from the batch's statistics and moves the running ones; `repeats`: time steps that each row of
     * y stands for.
     */
    forwardTrain(y: number, rows: number, repeats: number, parameters: number, running: number, scratch: number, table: number): void;
    constructor(channels: number, eps: number, momentum: number);
}

/**
 * The sizes of one convolution. Lengths are in floats unless their name says words (u32).
 */
export class Conv2d {
    free(): void;
    [Symbol.dispose](): void;
    addBorder(x: number, out: number): void;
    /**
     * `asked`: bits of the positions to compute, or address 0 for all.
     */
    backwardInput(dy: number, weights: number, asked: number, list: number, floats: number, accumulate: boolean, dx: number): void;
    backwardWeightsDense(bordered: number, dy: number, dw: number): void;
    backwardWeights(spikes: number, dy: number, list: number, floats: number, dw: number): void;
    forwardDense(bordered: number, weights: number, tiled: number, y: number): void;
    /**
     * `list` and `floats`: scratch.
     */
    forward(spikes: number, weights: number, list: number, floats: number, y: number): void;
    constructor(n: number, h: number, w: number, cin: number, cout: number, kernel: number, stride: number, pad: number);
    readonly border: number;
    readonly borderedLen: number;
    /**
     * Of the bordered output gradient.
     */
    readonly gradientLen: number;
    /**
     * u32s and floats of scratch of `forward`, of `backwardWeights` and of `backwardInput`, in this order.
     */
    readonly scratch: Uint32Array;
    /**
     * Scratch of `forwardDense`.
     */
    readonly tiledLen: number;
}

export class GlobalAveragePool {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * In place: dL/drates to what each spike receives.
     */
    backward(gradient: number): void;
    forward(spikes: number, rates: number): void;
    constructor(steps: number, batch: number, pixels: number, channels: number);
}

/**
 * One layer's sizes and neurons.
 */
export class Lif {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The next of the neuron's numbers, in the order in which its file lists them; all, before anything else is called.
     */
    addNumber(number: number): void;
    /**
     * Replaces `g` = dL/dspikes by dL/dcurrent, and adds to `dlearned`; `inject` `[B, C]` or address 0; `sums`
     * `[sumRows, C]`.
     */
    backward(y: number, y_steps: number, table: number, kind: ResidualKind, residual: number, residual_steps: number, residual_table: number, learned: number, dense: boolean, inject: number, partial: number, g: number, sums: number, dlearned: number): void;
    /**
     * `y`, `residual`: addresses; `..._steps`: T, or 1 for what is the same at every step; `..._table`: channel tables;
     * `learned`: address of what the layer learned; `active`: address of the bits of neurons whose surrogate is not zero,
     * or 0.
     */
    forward(y: number, y_steps: number, table: number, kind: ResidualKind, residual: number, residual_steps: number, residual_table: number, learned: number, spikes: number, active: number): void;
    /**
     * Floats of what a layer learns.
     */
    learnedLen(): number;
    /**
     * `neuron`, `surrogate`: places in the kernels' lists.
     */
    constructor(neuron: number, surrogate: number, surrogate_option: number, steps: number, batch: number, pixels: number, channels: number);
    /**
     * Floats of scratch for `backward`.
     */
    partialLen(): number;
    /**
     * Sums per channel that `backward` leaves: three of the current, then one for each number that a neuron learns.
     */
    sumRows(): number;
    /**
     * The surrogate's derivative is zero unless the membrane is nearer than this to the threshold; infinite: nowhere zero.
     */
    readonly half: number;
}

export class Linear {
    free(): void;
    [Symbol.dispose](): void;
    backward(x: number, weight: number, dy: number, dweight: number, dbias: number, dx: number): void;
    forward(x: number, weight: number, bias: number, y: number): void;
    constructor(batch: number, inputs: number, outputs: number);
}

/**
 * Sums over the batch of the last call.
 */
export class Loss {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * `whole`: images that the mean is over; this batch may be a part of them.
     */
    forwardBackward(head_weights: number, whole: number, labels: number, logits: number, dlogits: number): void;
    constructor(heads: number, batch: number, classes: number, one_loss: boolean, smoothing: number);
    readonly correctMain: number;
    readonly correct: number;
    readonly loss: number;
}

/**
 * The sizes of one pooling layer. `spikes`: the input is spikes, else values.
 */
export class Pool {
    free(): void;
    [Symbol.dispose](): void;
    averageBackward(dy: number, accumulate: boolean, dx: number): void;
    averageForward(x: number, y: number): void;
    maxBackward(x: number, dy: number, accumulate: boolean, dx: number): void;
    /**
     * Spikes give spikes, values give values.
     */
    maxForward(x: number, y: number): void;
    constructor(n: number, h: number, w: number, channels: number, kernel: number, stride: number, pad: number, spikes: boolean);
}

/**
 * What the second term of the membrane current is.
 */
export enum ResidualKind {
    None = 0,
    Spikes = 1,
    Current = 2,
}

/**
 * Changes whenever an export changes its meaning; checked when the module is loaded.
 */
export function abiVersion(): number;

/**
 * `into` += `x`.
 */
export function accumulate(x: number, into: number, len: number): void;

/**
 * Returns whether all new numbers are finite, and leaves the gradient's sum of squares at `scratch`.
 */
export function adamStep(lr: number, beta1: number, beta2: number, eps: number, weight_decay: number, decoupled: boolean, gradient_scale: number, step: number, len: number, gradient: number, weights: number, first: number, second: number, scratch: number): boolean;

/**
 * dy = a g + b y + c, with a border for the convolution's kernels; `y_steps` 1 sums over time.
 */
export function backwardApply(steps: number, batch: number, h: number, w: number, channels: number, y_steps: number, border: number, g: number, y: number, table: number, dy: number): void;

export function batchNormScratchLen(rows: number, channels: number): number;

/**
 * Makes the table of a convolution without a normalisation: scale 1, shift = its bias (address 0: none).
 */
export function biasTable(channels: number, bias: number, table: number): void;

/**
 * Floats of a channel table: scale, shift, mean, variance and the backward pass's a, b, c.
 */
export function channelTableLen(channels: number): number;

export function countSpikes(words: number, len: number): number;

export function describe(x: number, len: number, scratch: number, result: number): void;

/**
 * f64s of scratch for `describe`.
 */
export function describeScratchLen(len: number): number;

/**
 * The gradient at a tap: x `[T, B, pixels, C]` (zero unless `dense`) plus `inject` `[B, C]`.
 */
export function describeTap(x: number, steps: number, batch: number, pixels: number, channels: number, dense: boolean, inject: number, scratch: number, result: number): void;

/**
 * f64s of a description: sum of squares, zeros, bins of positive values, bins of negative values.
 */
export function descriptionLen(): number;

/**
 * `norm`: means of the channels, then standard deviations.
 */
export function encodeDirect(channels: number, pixels: number, images: number, norm: number, out: number): void;

/**
 * `pixels`: of one image.
 */
export function encodeRate(steps: number, batch: number, pixels: number, channels: number, seed: number, epoch: number, samples: number, images: number, spikes: number): void;

export function exactCos(x: number): number;

export function exactExp(x: number): number;

export function exactLog(x: number): number;

export function exactPow(base: number, exponent: number): number;

/**
 * N(0, deviation^2); `tensor` numbers the parameter.
 */
export function initNormal(seed: number, tensor: number, deviation: number, at: number, len: number): void;

/**
 * Keeps the words of a panic for `lastPanic`: a trap alone says only "unreachable".
 */
export function keepPanics(): void;

/**
 * The words of the last panic of any thread, or nothing.
 */
export function lastPanic(): string;

export function minExponent(): number;

/**
 * The same for neurons.
 */
export function neuronLetter(neuron: number, place: number): number;

/**
 * PyTorch's OIHW with the true channel counts to the kernels' blocks.
 */
export function packWeights(oihw: number, o: number, i: number, cin: number, cout: number, taps: number, packed: number): void;

/**
 * Gives back what `reserve` gave, with the same size.
 */
export function release(at: number, bytes: number): void;

/**
 * `bytes` zero bytes at a multiple of 64; 0 when the host has no more.
 */
export function reserve(bytes: number): number;

/**
 * Returns whether all new numbers are finite, and leaves the gradient's sum of squares at `scratch`.
 */
export function sgdStep(lr: number, momentum: number, nesterov: boolean, weight_decay: number, gradient_scale: number, len: number, gradient: number, weights: number, velocity: number, scratch: number): boolean;

export function sumOfSquares(x: number, len: number, scratch: number): number;

/**
 * A letter of a surrogate's name, as a Unicode number; 0 behind the last one. Surrogates are told by their place in the
 * kernels' list, and TypeScript finds the place by the name.
 */
export function surrogateLetter(surrogate: number, place: number): number;

/**
 * The way back.
 */
export function unpackWeights(packed: number, o: number, i: number, cin: number, cout: number, taps: number, oihw: number): void;

/**
 * f64s of scratch for an optimiser's step over `len` floats.
 */
export function updateScratchLen(len: number): number;

export function zero(at: number, len: number): void;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_batchnorm_free: (a: number, b: number) => void;
    readonly __wbg_conv2d_free: (a: number, b: number) => void;
    readonly __wbg_globalaveragepool_free: (a: number, b: number) => void;
    readonly __wbg_lif_free: (a: number, b: number) => void;
    readonly __wbg_linear_free: (a: number, b: number) => void;
    readonly __wbg_loss_free: (a: number, b: number) => void;
    readonly __wbg_pool_free: (a: number, b: number) => void;
    readonly abiVersion: () => number;
    readonly accumulate: (a: number, b: number, c: number) => void;
    readonly adamStep: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number) => number;
    readonly backwardApply: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number) => void;
    readonly batchNormScratchLen: (a: number, b: number) => number;
    readonly batchnorm_backward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly batchnorm_forwardEval: (a: number, b: number, c: number, d: number) => void;
    readonly batchnorm_forwardTrain: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => void;
    readonly batchnorm_new: (a: number, b: number, c: number) => number;
    readonly biasTable: (a: number, b: number, c: number) => void;
    readonly channelTableLen: (a: number) => number;
    readonly conv2d_addBorder: (a: number, b: number, c: number) => void;
    readonly conv2d_backwardInput: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => void;
    readonly conv2d_backwardWeights: (a: number, b: number, c: number, d: number, e: number, f: number) => void;
    readonly conv2d_backwardWeightsDense: (a: number, b: number, c: number, d: number) => void;
    readonly conv2d_border: (a: number) => number;
    readonly conv2d_borderedLen: (a: number) => number;
    readonly conv2d_forward: (a: number, b: number, c: number, d: number, e: number, f: number) => void;
    readonly conv2d_forwardDense: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly conv2d_gradientLen: (a: number) => number;
    readonly conv2d_new: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => number;
    readonly conv2d_scratch: (a: number) => [number, number];
    readonly conv2d_tiledLen: (a: number) => number;
    readonly countSpikes: (a: number, b: number) => number;
    readonly describe: (a: number, b: number, c: number, d: number) => void;
    readonly describeScratchLen: (a: number) => number;
    readonly describeTap: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => void;
    readonly descriptionLen: () => number;
    readonly encodeDirect: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly encodeRate: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) => void;
    readonly exactCos: (a: number) => number;
    readonly exactExp: (a: number) => number;
    readonly exactLog: (a: number) => number;
    readonly exactPow: (a: number, b: number) => number;
    readonly globalaveragepool_backward: (a: number, b: number) => void;
    readonly globalaveragepool_forward: (a: number, b: number, c: number) => void;
    readonly globalaveragepool_new: (a: number, b: number, c: number, d: number) => number;
    readonly initNormal: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly keepPanics: () => void;
    readonly lastPanic: () => [number, number];
    readonly lif_addNumber: (a: number, b: number) => void;
    readonly lif_backward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number, m: number, n: number, o: number) => void;
    readonly lif_forward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number) => void;
    readonly lif_half: (a: number) => number;
    readonly lif_learnedLen: (a: number) => number;
    readonly lif_new: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => number;
    readonly lif_partialLen: (a: number) => number;
    readonly lif_sumRows: (a: number) => number;
    readonly linear_backward: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly linear_forward: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly linear_new: (a: number, b: number, c: number) => number;
    readonly loss_correct: (a: number) => number;
    readonly loss_correctMain: (a: number) => number;
    readonly loss_forwardBackward: (a: number, b: number, c: number, d: number, e: number, f: number) => void;
    readonly loss_loss: (a: number) => number;
    readonly loss_new: (a: number, b: number, c: number, d: number, e: number) => number;
    readonly minExponent: () => number;
    readonly neuronLetter: (a: number, b: number) => number;
    readonly packWeights: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly pool_averageBackward: (a: number, b: number, c: number, d: number) => void;
    readonly pool_averageForward: (a: number, b: number, c: number) => void;
    readonly pool_maxBackward: (a: number, b: number, c: number, d: number, e: number) => void;
    readonly pool_maxForward: (a: number, b: number, c: number) => void;
    readonly pool_new: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) => number;
    readonly release: (a: number, b: number) => void;
    readonly reserve: (a: number) => number;
    readonly sgdStep: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number) => number;
    readonly sumOfSquares: (a: number, b: number, c: number) => number;
    readonly surrogateLetter: (a: number, b: number) => number;
    readonly unpackWeights: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly updateScratchLen: (a: number) => number;
    readonly zero: (a: number, b: number) => void;
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
