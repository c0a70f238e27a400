/* @ts-self-types="./kestirme_wasm.d.ts" */

/**
 * A layer's parameters are gamma and beta, one after the other; its running statistics mean and variance likewise.
 */
export class BatchNorm {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        BatchNormFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_batchnorm_free(ptr, 0);
    }
    /**
     * From the sums that the LIF's backward pass left: parameter gradients (added to) and the table's a, b, c.
     * @param {number} count
     * @param {number} parameters
     * @param {number} sum_g
     * @param {number} sum_gy
     * @param {number} gradients
     * @param {number} table
     */
    backward(count, parameters, sum_g, sum_gy, gradients, table) {
        wasm.batchnorm_backward(this.__wbg_ptr, count, parameters, sum_g, sum_gy, gradients, table);
    }
    /**
     * Fills the table from the running statistics.
     * @param {number} parameters
     * @param {number} running
     * @param {number} table
     */
    forwardEval(parameters, running, table) {
        wasm.batchnorm_forwardEval(this.__wbg_ptr, parameters, running, table);
    }
    /**
     * Fills the table from the batch's statistics and moves the running ones; `repeats`: time steps that each row of
     * y stands for.
     * @param {number} y
     * @param {number} rows
     * @param {number} repeats
     * @param {number} parameters
     * @param {number} running
     * @param {number} scratch
     * @param {number} table
     */
    forwardTrain(y, rows, repeats, parameters, running, scratch, table) {
        wasm.batchnorm_forwardTrain(this.__wbg_ptr, y, rows, repeats, parameters, running, scratch, table);
    }
    /**
     * @param {number} channels
     * @param {number} eps
     * @param {number} momentum
     */
    constructor(channels, eps, momentum) {
        const ret = wasm.batchnorm_new(channels, eps, momentum);
        this.__wbg_ptr = ret;
        BatchNormFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) BatchNorm.prototype[Symbol.dispose] = BatchNorm.prototype.free;

/**
 * The sizes of one convolution. Lengths are in floats unless their name says words (u32).
 */
export class Conv2d {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        Conv2dFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_conv2d_free(ptr, 0);
    }
    /**
     * @param {number} x
     * @param {number} out
     */
    addBorder(x, out) {
        wasm.conv2d_addBorder(this.__wbg_ptr, x, out);
    }
    /**
     * `asked`: bits of the positions to compute, or address 0 for all.
     * @param {number} dy
     * @param {number} weights
     * @param {number} asked
     * @param {number} list
     * @param {number} floats
     * @param {boolean} accumulate
     * @param {number} dx
     */
    backwardInput(dy, weights, asked, list, floats, accumulate, dx) {
        wasm.conv2d_backwardInput(this.__wbg_ptr, dy, weights, asked, list, floats, accumulate, dx);
    }
    /**
     * @param {number} bordered
     * @param {number} dy
     * @param {number} dw
     */
    backwardWeightsDense(bordered, dy, dw) {
        wasm.conv2d_backwardWeightsDense(this.__wbg_ptr, bordered, dy, dw);
    }
    /**
     * @param {number} spikes
     * @param {number} dy
     * @param {number} list
     * @param {number} floats
     * @param {number} dw
     */
    backwardWeights(spikes, dy, list, floats, dw) {
        wasm.conv2d_backwardWeights(this.__wbg_ptr, spikes, dy, list, floats, dw);
    }
    /**
     * @returns {number}
     */
    get border() {
        const ret = wasm.conv2d_border(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * @returns {number}
     */
    get borderedLen() {
        const ret = wasm.conv2d_borderedLen(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * @param {number} bordered
     * @param {number} weights
     * @param {number} tiled
     * @param {number} y
     */
    forwardDense(bordered, weights, tiled, y) {
        wasm.conv2d_forwardDense(this.__wbg_ptr, bordered, weights, tiled, y);
    }
    /**
     * `list` and `floats`: scratch.
     * @param {number} spikes
     * @param {number} weights
     * @param {number} list
     * @param {number} floats
     * @param {number} y
     */
    forward(spikes, weights, list, floats, y) {
        wasm.conv2d_forward(this.__wbg_ptr, spikes, weights, list, floats, y);
    }
    /**
     * Of the bordered output gradient.
     * @returns {number}
     */
    get gradientLen() {
        const ret = wasm.conv2d_gradientLen(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * @param {number} n
     * @param {number} h
     * @param {number} w
     * @param {number} cin
     * @param {number} cout
     * @param {number} kernel
     * @param {number} stride
     * @param {number} pad
     */
    constructor(n, h, w, cin, cout, kernel, stride, pad) {
        const ret = wasm.conv2d_new(n, h, w, cin, cout, kernel, stride, pad);
        this.__wbg_ptr = ret;
        Conv2dFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * u32s and floats of scratch of `forward`, of `backwardWeights` and of `backwardInput`, in this order.
     * @returns {Uint32Array}
     */
    get scratch() {
        const ret = wasm.conv2d_scratch(this.__wbg_ptr);
        var v1 = getArrayU32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * Scratch of `forwardDense`.
     * @returns {number}
     */
    get tiledLen() {
        const ret = wasm.conv2d_tiledLen(this.__wbg_ptr);
        return ret >>> 0;
    }
}
if (Symbol.dispose) Conv2d.prototype[Symbol.dispose] = Conv2d.prototype.free;

export class GlobalAveragePool {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        GlobalAveragePoolFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_globalaveragepool_free(ptr, 0);
    }
    /**
     * In place: dL/drates to what each spike receives.
     * @param {number} gradient
     */
    backward(gradient) {
        wasm.globalaveragepool_backward(this.__wbg_ptr, gradient);
    }
    /**
     * @param {number} spikes
     * @param {number} rates
     */
    forward(spikes, rates) {
        wasm.globalaveragepool_forward(this.__wbg_ptr, spikes, rates);
    }
    /**
     * @param {number} steps
     * @param {number} batch
     * @param {number} pixels
     * @param {number} channels
     */
    constructor(steps, batch, pixels, channels) {
        const ret = wasm.globalaveragepool_new(steps, batch, pixels, channels);
        this.__wbg_ptr = ret;
        GlobalAveragePoolFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) GlobalAveragePool.prototype[Symbol.dispose] = GlobalAveragePool.prototype.free;

/**
 * One layer's sizes and neurons.
 */
export class Lif {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        LifFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_lif_free(ptr, 0);
    }
    /**
     * The next of the neuron's numbers, in the order in which its file lists them; all, before anything else is called.
     * @param {number} number
     */
    addNumber(number) {
        wasm.lif_addNumber(this.__wbg_ptr, number);
    }
    /**
     * Replaces `g` = dL/dspikes by dL/dcurrent, and adds to `dlearned`; `inject` `[B, C]` or address 0; `sums`
     * `[sumRows, C]`.
     * @param {number} y
     * @param {number} y_steps
     * @param {number} table
     * @param {ResidualKind} kind
     * @param {number} residual
     * @param {number} residual_steps
     * @param {number} residual_table
     * @param {number} learned
     * @param {boolean} dense
     * @param {number} inject
     * @param {number} partial
     * @param {number} g
     * @param {number} sums
     * @param {number} dlearned
     */
    backward(y, y_steps, table, kind, residual, residual_steps, residual_table, learned, dense, inject, partial, g, sums, dlearned) {
        wasm.lif_backward(this.__wbg_ptr, y, y_steps, table, kind, residual, residual_steps, residual_table, learned, dense, inject, partial, g, sums, dlearned);
    }
    /**
     * `y`, `residual`: addresses; `..._steps`: T, or 1 for what is the same at every step; `..._table`: channel tables;
     * `learned`: address of what the layer learned; `active`: address of the bits of neurons whose surrogate is not zero,
     * or 0.
     * @param {number} y
     * @param {number} y_steps
     * @param {number} table
     * @param {ResidualKind} kind
     * @param {number} residual
     * @param {number} residual_steps
     * @param {number} residual_table
     * @param {number} learned
     * @param {number} spikes
     * @param {number} active
     */
    forward(y, y_steps, table, kind, residual, residual_steps, residual_table, learned, spikes, active) {
        wasm.lif_forward(this.__wbg_ptr, y, y_steps, table, kind, residual, residual_steps, residual_table, learned, spikes, active);
    }
    /**
     * The surrogate's derivative is zero unless the membrane is nearer than this to the threshold; infinite: nowhere zero.
     * @returns {number}
     */
    get half() {
        const ret = wasm.lif_half(this.__wbg_ptr);
        return ret;
    }
    /**
     * Floats of what a layer learns.
     * @returns {number}
     */
    learnedLen() {
        const ret = wasm.lif_learnedLen(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * `neuron`, `surrogate`: places in the kernels' lists.
     * @param {number} neuron
     * @param {number} surrogate
     * @param {number} surrogate_option
     * @param {number} steps
     * @param {number} batch
     * @param {number} pixels
     * @param {number} channels
     */
    constructor(neuron, surrogate, surrogate_option, steps, batch, pixels, channels) {
        const ret = wasm.lif_new(neuron, surrogate, surrogate_option, steps, batch, pixels, channels);
        this.__wbg_ptr = ret;
        LifFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * Floats of scratch for `backward`.
     * @returns {number}
     */
    partialLen() {
        const ret = wasm.lif_partialLen(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Sums per channel that `backward` leaves: three of the current, then one for each number that a neuron learns.
     * @returns {number}
     */
    sumRows() {
        const ret = wasm.lif_sumRows(this.__wbg_ptr);
        return ret >>> 0;
    }
}
if (Symbol.dispose) Lif.prototype[Symbol.dispose] = Lif.prototype.free;

export class Linear {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        LinearFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_linear_free(ptr, 0);
    }
    /**
     * @param {number} x
     * @param {number} weight
     * @param {number} dy
     * @param {number} dweight
     * @param {number} dbias
     * @param {number} dx
     */
    backward(x, weight, dy, dweight, dbias, dx) {
        wasm.linear_backward(this.__wbg_ptr, x, weight, dy, dweight, dbias, dx);
    }
    /**
     * @param {number} x
     * @param {number} weight
     * @param {number} bias
     * @param {number} y
     */
    forward(x, weight, bias, y) {
        wasm.linear_forward(this.__wbg_ptr, x, weight, bias, y);
    }
    /**
     * @param {number} batch
     * @param {number} inputs
     * @param {number} outputs
     */
    constructor(batch, inputs, outputs) {
        const ret = wasm.linear_new(batch, inputs, outputs);
        this.__wbg_ptr = ret;
        LinearFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) Linear.prototype[Symbol.dispose] = Linear.prototype.free;

/**
 * Sums over the batch of the last call.
 */
export class Loss {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        LossFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_loss_free(ptr, 0);
    }
    /**
     * @returns {number}
     */
    get correctMain() {
        const ret = wasm.loss_correctMain(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * @returns {number}
     */
    get correct() {
        const ret = wasm.loss_correct(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * `whole`: images that the mean is over; this batch may be a part of them.
     * @param {number} head_weights
     * @param {number} whole
     * @param {number} labels
     * @param {number} logits
     * @param {number} dlogits
     */
    forwardBackward(head_weights, whole, labels, logits, dlogits) {
        wasm.loss_forwardBackward(this.__wbg_ptr, head_weights, whole, labels, logits, dlogits);
    }
    /**
     * @returns {number}
     */
    get loss() {
        const ret = wasm.loss_loss(this.__wbg_ptr);
        return ret;
    }
    /**
     * @param {number} heads
     * @param {number} batch
     * @param {number} classes
     * @param {boolean} one_loss
     * @param {number} smoothing
     */
    constructor(heads, batch, classes, one_loss, smoothing) {
        const ret = wasm.loss_new(heads, batch, classes, one_loss, smoothing);
        this.__wbg_ptr = ret;
        LossFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) Loss.prototype[Symbol.dispose] = Loss.prototype.free;

/**
 * The sizes of one pooling layer. `spikes`: the input is spikes, else values.
 */
export class Pool {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        PoolFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_pool_free(ptr, 0);
    }
    /**
     * @param {number} dy
     * @param {boolean} accumulate
     * @param {number} dx
     */
    averageBackward(dy, accumulate, dx) {
        wasm.pool_averageBackward(this.__wbg_ptr, dy, accumulate, dx);
    }
    /**
     * @param {number} x
     * @param {number} y
     */
    averageForward(x, y) {
        wasm.pool_averageForward(this.__wbg_ptr, x, y);
    }
    /**
     * @param {number} x
     * @param {number} dy
     * @param {boolean} accumulate
     * @param {number} dx
     */
    maxBackward(x, dy, accumulate, dx) {
        wasm.pool_maxBackward(this.__wbg_ptr, x, dy, accumulate, dx);
    }
    /**
     * Spikes give spikes, values give values.
     * @param {number} x
     * @param {number} y
     */
    maxForward(x, y) {
        wasm.pool_maxForward(this.__wbg_ptr, x, y);
    }
    /**
     * @param {number} n
     * @param {number} h
     * @param {number} w
     * @param {number} channels
     * @param {number} kernel
     * @param {number} stride
     * @param {number} pad
     * @param {boolean} spikes
     */
    constructor(n, h, w, channels, kernel, stride, pad, spikes) {
        const ret = wasm.pool_new(n, h, w, channels, kernel, stride, pad, spikes);
        this.__wbg_ptr = ret;
        PoolFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) Pool.prototype[Symbol.dispose] = Pool.prototype.free;

/**
 * What the second term of the membrane current is.
 * @enum {0 | 1 | 2}
 */
export const ResidualKind = Object.freeze({
    None: 0, "0": "None",
    Spikes: 1, "1": "Spikes",
    Current: 2, "2": "Current",
});

/**
 * Changes whenever an export changes its meaning; checked when the module is loaded.
 * @returns {number}
 */
export function abiVersion() {
    const ret = wasm.abiVersion();
    return ret >>> 0;
}

/**
 * `into` += `x`.
 * @param {number} x
 * @param {number} into
 * @param {number} len
 */
export function accumulate(x, into, len) {
    wasm.accumulate(x, into, len);
}

/**
 * Returns whether all new numbers are finite, and leaves the gradient's sum of squares at `scratch`.
 * @param {number} lr
 * @param {number} beta1
 * @param {number} beta2
 * @param {number} eps
 * @param {number} weight_decay
 * @param {boolean} decoupled
 * @param {number} gradient_scale
 * @param {number} step
 * @param {number} len
 * @param {number} gradient
 * @param {number} weights
 * @param {number} first
 * @param {number} second
 * @param {number} scratch
 * @returns {boolean}
 */
export function adamStep(lr, beta1, beta2, eps, weight_decay, decoupled, gradient_scale, step, len, gradient, weights, first, second, scratch) {
    const ret = wasm.adamStep(lr, beta1, beta2, eps, weight_decay, decoupled, gradient_scale, step, len, gradient, weights, first, second, scratch);
    return ret !== 0;
}

/**
 * dy = a g + b y + c, with a border for the convolution's kernels; `y_steps` 1 sums over time.
 * @param {number} steps
 * @param {number} batch
 * @param {number} h
 * @param {number} w
 * @param {number} channels
 * @param {number} y_steps
 * @param {number} border
 * @param {number} g
 * @param {number} y
 * @param {number} table
 * @param {number} dy
 */
export function backwardApply(steps, batch, h, w, channels, y_steps, border, g, y, table, dy) {
    wasm.backwardApply(steps, batch, h, w, channels, y_steps, border, g, y, table, dy);
}

/**
 * @param {number} rows
 * @param {number} channels
 * @returns {number}
 */
export function batchNormScratchLen(rows, channels) {
    const ret = wasm.batchNormScratchLen(rows, channels);
    return ret >>> 0;
}

/**
 * Makes the table of a convolution without a normalisation: scale 1, shift = its bias (address 0: none).
 * @param {number} channels
 * @param {number} bias
 * @param {number} table
 */
export function biasTable(channels, bias, table) {
    wasm.biasTable(channels, bias, table);
}

/**
 * Floats of a channel table: scale, shift, mean, variance and the backward pass's a, b, c.
 * @param {number} channels
 * @returns {number}
 */
export function channelTableLen(channels) {
    const ret = wasm.channelTableLen(channels);
    return ret >>> 0;
}

/**
 * @param {number} words
 * @param {number} len
 * @returns {number}
 */
export function countSpikes(words, len) {
    const ret = wasm.countSpikes(words, len);
    return ret;
}

/**
 * @param {number} x
 * @param {number} len
 * @param {number} scratch
 * @param {number} result
 */
export function describe(x, len, scratch, result) {
    wasm.describe(x, len, scratch, result);
}

/**
 * f64s of scratch for `describe`.
 * @param {number} len
 * @returns {number}
 */
export function describeScratchLen(len) {
    const ret = wasm.describeScratchLen(len);
    return ret >>> 0;
}

/**
 * The gradient at a tap: x `[T, B, pixels, C]` (zero unless `dense`) plus `inject` `[B, C]`.
 * @param {number} x
 * @param {number} steps
 * @param {number} batch
 * @param {number} pixels
 * @param {number} channels
 * @param {boolean} dense
 * @param {number} inject
 * @param {number} scratch
 * @param {number} result
 */
export function describeTap(x, steps, batch, pixels, channels, dense, inject, scratch, result) {
    wasm.describeTap(x, steps, batch, pixels, channels, dense, inject, scratch, result);
}

/**
 * f64s of a description: sum of squares, zeros, bins of positive values, bins of negative values.
 * @returns {number}
 */
export function descriptionLen() {
    const ret = wasm.descriptionLen();
    return ret >>> 0;
}

/**
 * `norm`: means of the channels, then standard deviations.
 * @param {number} channels
 * @param {number} pixels
 * @param {number} images
 * @param {number} norm
 * @param {number} out
 */
export function encodeDirect(channels, pixels, images, norm, out) {
    wasm.encodeDirect(channels, pixels, images, norm, out);
}

/**
 * `pixels`: of one image.
 * @param {number} steps
 * @param {number} batch
 * @param {number} pixels
 * @param {number} channels
 * @param {number} seed
 * @param {number} epoch
 * @param {number} samples
 * @param {number} images
 * @param {number} spikes
 */
export function encodeRate(steps, batch, pixels, channels, seed, epoch, samples, images, spikes) {
    wasm.encodeRate(steps, batch, pixels, channels, seed, epoch, samples, images, spikes);
}

/**
 * @param {number} x
 * @returns {number}
 */
export function exactCos(x) {
    const ret = wasm.exactCos(x);
    return ret;
}

/**
 * @param {number} x
 * @returns {number}
 */
export function exactExp(x) {
    const ret = wasm.exactExp(x);
    return ret;
}

/**
 * @param {number} x
 * @returns {number}
 */
export function exactLog(x) {
    const ret = wasm.exactLog(x);
    return ret;
}

/**
 * @param {number} base
 * @param {number} exponent
 * @returns {number}
 */
export function exactPow(base, exponent) {
    const ret = wasm.exactPow(base, exponent);
    return ret;
}

/**
 * N(0, deviation^2); `tensor` numbers the parameter.
 * @param {number} seed
 * @param {number} tensor
 * @param {number} deviation
 * @param {number} at
 * @param {number} len
 */
export function initNormal(seed, tensor, deviation, at, len) {
    wasm.initNormal(seed, tensor, deviation, at, len);
}

/**
 * Keeps the words of a panic for `lastPanic`: a trap alone says only "unreachable".
 */
export function keepPanics() {
    wasm.keepPanics();
}

/**
 * The words of the last panic of any thread, or nothing.
 * @returns {string}
 */
export function lastPanic() {
    let deferred1_0;
    let deferred1_1;
    try {
        const ret = wasm.lastPanic();
        deferred1_0 = ret[0];
        deferred1_1 = ret[1];
        return getStringFromWasm0(ret[0], ret[1]);
    } finally {
        wasm.__wbindgen_free(deferred1_0, deferred1_1, 1);
    }
}

/**
 * @returns {number}
 */
export function minExponent() {
    const ret = wasm.minExponent();
    return ret;
}

/**
 * The same for neurons.
 * @param {number} neuron
 * @param {number} place
 * @returns {number}
 */
export function neuronLetter(neuron, place) {
    const ret = wasm.neuronLetter(neuron, place);
    return ret >>> 0;
}

/**
 * PyTorch's OIHW with the true channel counts to the kernels' blocks.
 * @param {number} oihw
 * @param {number} o
 * @param {number} i
 * @param {number} cin
 * @param {number} cout
 * @param {number} taps
 * @param {number} packed
 */
export function packWeights(oihw, o, i, cin, cout, taps, packed) {
    wasm.packWeights(oihw, o, i, cin, cout, taps, packed);
}

/**
 * Gives back what `reserve` gave, with the same size.
 * @param {number} at
 * @param {number} bytes
 */
export function release(at, bytes) {
    wasm.release(at, bytes);
}

/**
 * `bytes` zero bytes at a multiple of 64; 0 when the host has no more.
 * @param {number} bytes
 * @returns {number}
 */
export function reserve(bytes) {
    const ret = wasm.reserve(bytes);
    return ret >>> 0;
}

/**
 * Returns whether all new numbers are finite, and leaves the gradient's sum of squares at `scratch`.
 * @param {number} lr
 * @param {number} momentum
 * @param {boolean} nesterov
 * @param {number} weight_decay
 * @param {number} gradient_scale
 * @param {number} len
 * @param {number} gradient
 * @param {number} weights
 * @param {number} velocity
 * @param {number} scratch
 * @returns {boolean}
 */
export function sgdStep(lr, momentum, nesterov, weight_decay, gradient_scale, len, gradient, weights, velocity, scratch) {
    const ret = wasm.sgdStep(lr, momentum, nesterov, weight_decay, gradient_scale, len, gradient, weights, velocity, scratch);
    return ret !== 0;
}

/**
 * @param {number} x
 * @param {number} len
 * @param {number} scratch
 * @returns {number}
 */
export function sumOfSquares(x, len, scratch) {
    const ret = wasm.sumOfSquares(x, len, scratch);
    return ret;
}

/**
 * A letter of a surrogate's name, as a Unicode number; 0 behind the last one. Surrogates are told by their place in the
 * kernels' list, and TypeScript finds the place by the name.
 * @param {number} surrogate
 * @param {number} place
 * @returns {number}
 */
export function surrogateLetter(surrogate, place) {
    const ret = wasm.surrogateLetter(surrogate, place);
    return ret >>> 0;
}

/**
 * The way back.
 * @param {number} packed
 * @param {number} o
 * @param {number} i
 * @param {number} cin
 * @param {number} cout
 * @param {number} taps
 * @param {number} oihw
 */
export function unpackWeights(packed, o, i, cin, cout, taps, oihw) {
    wasm.unpackWeights(packed, o, i, cin, cout, taps, oihw);
}

/**
 * f64s of scratch for an optimiser's step over `len` floats.
 * @param {number} len
 * @returns {number}
 */
export function updateScratchLen(len) {
    const ret = wasm.updateScratchLen(len);
    return ret >>> 0;
}

/**
 * @param {number} at
 * @param {number} len
 */
export function zero(at, len) {
    wasm.zero(at, len);
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg___wbindgen_throw_4c88d8bf264fd984: function(arg0, arg1) {
            throw new Error(getStringFromWasm0(arg0, arg1));
        },
        __wbindgen_init_externref_table: function() {
            const table = wasm.__wbindgen_externrefs;
            table.set(0, undefined);
            table.set(1024, undefined);
            table.set(1025, null);
            table.set(1026, true);
            table.set(1027, false);
        },
    };
    return {
        __proto__: null,
        "./kestirme_wasm_bg.js": import0,
    };
}

const BatchNormFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_batchnorm_free(ptr, 1));
const Conv2dFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_conv2d_free(ptr, 1));
const GlobalAveragePoolFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_globalaveragepool_free(ptr, 1));
const LifFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_lif_free(ptr, 1));
const LinearFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_linear_free(ptr, 1));
const LossFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_loss_free(ptr, 1));
const PoolFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_pool_free(ptr, 1));

function getArrayU32FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getUint32ArrayMemory0().subarray(ptr / 4, ptr / 4 + len);
}

function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));
}

let cachedUint32ArrayMemory0 = null;
function getUint32ArrayMemory0() {
    if (cachedUint32ArrayMemory0 === null || cachedUint32ArrayMemory0.byteLength === 0) {
        cachedUint32ArrayMemory0 = new Uint32Array(wasm.memory.buffer);
    }
    return cachedUint32ArrayMemory0;
}

let cachedUint8ArrayMemory0 = null;
function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
        cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    }
    return cachedUint8ArrayMemory0;
}

let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
cachedTextDecoder.decode();
const MAX_SAFARI_DECODE_BYTES = 2146435072;
let numBytesDecoded = 0;
function decodeText(bytes) {
    numBytesDecoded += bytes.length;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
        cachedTextDecoder.decode();
        numBytesDecoded = bytes.length;
    }
    return cachedTextDecoder.decode(bytes);
}

let wasmModule, wasmInstance, wasm;
function __wbg_finalize_init(instance, module) {
    wasmInstance = instance;
    wasm = instance.exports;
    wasmModule = module;
    cachedUint32ArrayMemory0 = null;
    cachedUint8ArrayMemory0 = null;
    wasm.__wbindgen_start();
    return wasm;
}

async function __wbg_load(module, imports) {
    if (typeof Response === 'function' && module instanceof Response) {
        if (!module.ok) {
            throw new Error(`failed to fetch Wasm: ${module.status} ${module.statusText} fetching '${module.url}'`);
        }

        if (typeof WebAssembly.instantiateStreaming === 'function') {
            try {
                return await WebAssembly.instantiateStreaming(module, imports);
            } catch (e) {
                const validResponse = expectedResponseType(module.type);

                if (validResponse && module.headers.get('Content-Type') !== 'application/wasm') {
                    console.warn("`WebAssembly.instantiateStreaming` failed because your server does not serve Wasm with `application/wasm` MIME type. Falling back to `WebAssembly.instantiate` which is slower. Original error:\n", e);

                } else { throw e; }
            }
        }

        const bytes = await module.arrayBuffer();
        return await WebAssembly.instantiate(bytes, imports);
    } else {
        const instance = await WebAssembly.instantiate(module, imports);

        if (instance instanceof WebAssembly.Instance) {
            return { instance, module };
        } else {
            return instance;
        }
    }

    function expectedResponseType(type) {
        switch (type) {
            case 'basic': case 'cors': case 'default': return true;
        }
        return false;
    }
}

function initSync(module) {
    if (wasm !== undefined) return wasm;


    if (module !== undefined) {
        if (Object.getPrototypeOf(module) === Object.prototype) {
            ({module} = module)
        } else {
            console.warn('using deprecated parameters for `initSync()`; pass a single object instead')
        }
    }

    const imports = __wbg_get_imports();
    if (!(module instanceof WebAssembly.Module)) {
        module = new WebAssembly.Module(module);
    }
    const instance = new WebAssembly.Instance(module, imports);
    return __wbg_finalize_init(instance, module);
}

let __wbg_init_promise;
async function __wbg_init(module_or_path) {
    if (wasm !== undefined) return wasm;
    if (__wbg_init_promise === undefined) {
        __wbg_init_promise = __wbg_init_once(module_or_path);
        __wbg_init_promise.catch(() => { __wbg_init_promise = undefined; });
    }
    return __wbg_init_promise;
}

async function __wbg_init_once(module_or_path) {

    if (module_or_path !== undefined) {
        if (Object.getPrototypeOf(module_or_path) === Object.prototype) {
            ({module_or_path} = module_or_path)
        } else {
            console.warn('using deprecated parameters for the initialization function; pass a single object instead')
        }
    }

    if (module_or_path === undefined) {
        module_or_path = new URL('kestirme_wasm_bg.wasm', import.meta.url);
    }
    const imports = __wbg_get_imports();

    if (typeof module_or_path === 'string' || (typeof Request === 'function' && module_or_path instanceof Request) || (typeof URL === 'function' && module_or_path instanceof URL)) {
        module_or_path = fetch(module_or_path);
    }

    const { instance, module } = await __wbg_load(await module_or_path, imports);

    return __wbg_finalize_init(instance, module);
}

export { initSync, __wbg_init as default };
