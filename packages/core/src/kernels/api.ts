/**
 * The kernels' functions and classes, which npm run build:wasm makes from the Rust of crates/edge: change them there.
 * Addresses and sizes are numbers; so are objects, behind their classes.
 */

/** The functions of the module, by name. */
export type Exports = Record<string, (...values: number[]) => number>;

const unsigned = (value: number): number => (value < 0 ? value + 2 ** 32 : value);

/** Frees an object that its holders have forgotten, so that nobody can any more. */
const freedBy = (free: (handle: number) => number) => new FinalizationRegistry<number>((handle) => void free(handle));

/** What the second term of the membrane current is. */
export const ResidualKind = { None: 0, Spikes: 1, Current: 2, Planes: 3 } as const;
export type ResidualKind = (typeof ResidualKind)[keyof typeof ResidualKind];

/** What is done with two bits. */
export const BitOperation = { And: 0, AndNot: 1, Or: 2 } as const;
export type BitOperation = (typeof BitOperation)[keyof typeof BitOperation];

/** What an operand's gradient is multiplied by: 1, the other operand's bits, 1 less those, minus those. */
export const Factor = { One: 0, Bits: 1, Not: 2, Minus: 3 } as const;
export type Factor = (typeof Factor)[keyof typeof Factor];

/** Puts names and classes in front of a module's exports. */
export function bindApi(exports: Exports) {
  const named = (name: string) => {
    const found = exports[name];
    if (found === undefined) throw new Error(`the kernels have no ${name}: run npm run build:wasm`);
    return found;
  };

  const abiVersion = named('abiVersion');
  const accumulate = named('accumulate');
  const adamStep = named('adamStep');
  const addDigits = named('addDigits');
  const addToPixels = named('addToPixels');
  const backwardApply = named('backwardApply');
  const biasTable = named('biasTable');
  const channelTableLen = named('channelTableLen');
  const combineBits = named('combineBits');
  const countSpikes = named('countSpikes');
  const describe = named('describe');
  const describeScratchLen = named('describeScratchLen');
  const describeTap = named('describeTap');
  const descriptionLen = named('descriptionLen');
  const encodeDirect = named('encodeDirect');
  const encodeRate = named('encodeRate');
  const exactCos = named('exactCos');
  const exactExp = named('exactExp');
  const exactLog = named('exactLog');
  const exactPow = named('exactPow');
  const firingRatePenalty = named('firingRatePenalty');
  const flatten = named('flatten');
  const initNormal = named('initNormal');
  const meanOfSteps = named('meanOfSteps');
  const minExponent = named('minExponent');
  const normScratchLen = named('normScratchLen');
  const packFlatWeights = named('packFlatWeights');
  const packWeights = named('packWeights');
  const passGradient = named('passGradient');
  const planeValues = named('planeValues');
  const randomMembranes = named('randomMembranes');
  const sgdStep = named('sgdStep');
  const sumOfSquares = named('sumOfSquares');
  const sumSteps = named('sumSteps');
  const unpackFlatWeights = named('unpackFlatWeights');
  const unpackWeights = named('unpackWeights');
  const updateScratchLen = named('updateScratchLen');
  const zero = named('zero');

  const conv2d_new = named('conv2d_new');
  const conv2d_border = named('conv2d_border');
  const conv2d_gradientLen = named('conv2d_gradientLen');
  const conv2d_borderedLen = named('conv2d_borderedLen');
  const conv2d_tiledLen = named('conv2d_tiledLen');
  const conv2d_forwardWords = named('conv2d_forwardWords');
  const conv2d_forwardFloats = named('conv2d_forwardFloats');
  const conv2d_backwardWeightsWords = named('conv2d_backwardWeightsWords');
  const conv2d_backwardWeightsFloats = named('conv2d_backwardWeightsFloats');
  const conv2d_backwardInputWords = named('conv2d_backwardInputWords');
  const conv2d_backwardInputFloats = named('conv2d_backwardInputFloats');
  const conv2d_forward = named('conv2d_forward');
  const conv2d_forwardPlane = named('conv2d_forwardPlane');
  const conv2d_addBorder = named('conv2d_addBorder');
  const conv2d_forwardDense = named('conv2d_forwardDense');
  const conv2d_backwardWeights = named('conv2d_backwardWeights');
  const conv2d_backwardWeightsPlane = named('conv2d_backwardWeightsPlane');
  const conv2d_backwardWeightsDense = named('conv2d_backwardWeightsDense');
  const conv2d_backwardInput = named('conv2d_backwardInput');
  const conv2d_free = named('conv2d_free');
  const conv2d_objects = freedBy(conv2d_free);
  /** The sizes of one convolution. Lengths are in floats unless their name says words (u32). */
  class Conv2d {
    readonly handle: number;
    constructor(n: number, h: number, w: number, cin: number, cout: number, kernel: number, stride: number, pad: number) {
      this.handle = conv2d_new(n, h, w, cin, cout, kernel, stride, pad);
      conv2d_objects.register(this, this.handle, this);
    }
    /** No other method may be called afterwards; a second time does nothing. */
    free(): void {
      if (conv2d_objects.unregister(this)) conv2d_free(this.handle);
    }
    get border(): number {
      return unsigned(conv2d_border(this.handle));
    }
    /** Of the bordered output gradient. */
    get gradientLen(): number {
      return unsigned(conv2d_gradientLen(this.handle));
    }
    get borderedLen(): number {
      return unsigned(conv2d_borderedLen(this.handle));
    }
    /** Scratch of `forwardDense`. */
    get tiledLen(): number {
      return unsigned(conv2d_tiledLen(this.handle));
    }
    /** u32s of scratch of `forward`. */
    get forwardWords(): number {
      return unsigned(conv2d_forwardWords(this.handle));
    }
    /** Floats of scratch of `forward`. */
    get forwardFloats(): number {
      return unsigned(conv2d_forwardFloats(this.handle));
    }
    /** u32s of scratch of `backwardWeights`. */
    get backwardWeightsWords(): number {
      return unsigned(conv2d_backwardWeightsWords(this.handle));
    }
    /** Floats of scratch of `backwardWeights`. */
    get backwardWeightsFloats(): number {
      return unsigned(conv2d_backwardWeightsFloats(this.handle));
    }
    /** u32s of scratch of `backwardInput`. */
    get backwardInputWords(): number {
      return unsigned(conv2d_backwardInputWords(this.handle));
    }
    /** Floats of scratch of `backwardInput`. */
    get backwardInputFloats(): number {
      return unsigned(conv2d_backwardInputFloats(this.handle));
    }
    /** `list` and `floats`: scratch. */
    forward(spikes: number, weights: number, list: number, floats: number, y: number): void {
      conv2d_forward(this.handle, spikes, weights, list, floats, y);
    }
    /** A plane's part of y, of bits that count as much as `plane_weight`; `accumulate`: y holds those of the planes before. */
    forwardPlane(spikes: number, planeWeight: number, weights: number, list: number, floats: number, accumulate: boolean, y: number): void {
      conv2d_forwardPlane(this.handle, spikes, planeWeight, weights, list, floats, Number(accumulate), y);
    }
    addBorder(x: number, out: number): void {
      conv2d_addBorder(this.handle, x, out);
    }
    forwardDense(bordered: number, weights: number, tiled: number, y: number): void {
      conv2d_forwardDense(this.handle, bordered, weights, tiled, y);
    }
    backwardWeights(spikes: number, dy: number, list: number, floats: number, dw: number): void {
      conv2d_backwardWeights(this.handle, spikes, dy, list, floats, dw);
    }
    /** Adds a plane's part to `dw`. */
    backwardWeightsPlane(spikes: number, planeWeight: number, dy: number, list: number, floats: number, dw: number): void {
      conv2d_backwardWeightsPlane(this.handle, spikes, planeWeight, dy, list, floats, dw);
    }
    backwardWeightsDense(bordered: number, dy: number, dw: number): void {
      conv2d_backwardWeightsDense(this.handle, bordered, dy, dw);
    }
    /** `asked`: bits of the positions to compute, or address 0 for all. */
    backwardInput(dy: number, weights: number, asked: number, list: number, floats: number, accumulate: boolean, dx: number): void {
      conv2d_backwardInput(this.handle, dy, weights, asked, list, floats, Number(accumulate), dx);
    }
  }

  const currents_new = named('currents_new');
  const currents_clearPlanes = named('currents_clearPlanes');
  const currents_addPlane = named('currents_addPlane');
  const currents_sumSteps = named('currents_sumSteps');
  const currents_sumRows = named('currents_sumRows');
  const currents_partialLen = named('currents_partialLen');
  const currents_forward = named('currents_forward');
  const currents_backward = named('currents_backward');
  const currents_free = named('currents_free');
  const currents_objects = freedBy(currents_free);
  /** A membrane current that several layers read, written once: the sizes of one layer. */
  class Currents {
    readonly handle: number;
    /**
     * `steps`: of the current, T, or 1 for what is the same at every step; `table_steps`, `residual_table_steps`: of the
     * channel tables of both terms.
     */
    constructor(steps: number, batch: number, pixels: number, channels: number, tableSteps: number, residualTableSteps: number) {
      this.handle = currents_new(steps, batch, pixels, channels, tableSteps, residualTableSteps);
      currents_objects.register(this, this.handle, this);
    }
    /** No other method may be called afterwards; a second time does nothing. */
    free(): void {
      if (currents_objects.unregister(this)) currents_free(this.handle);
    }
    /** As neurons have it. */
    clearPlanes(): void {
      currents_clearPlanes(this.handle);
    }
    /** As neurons have it. */
    addPlane(bits: number, weight: number): void {
      currents_addPlane(this.handle, bits, weight);
    }
    /** Steps of the sums that `backward` leaves: 1 for sums over all steps. */
    get sumSteps(): number {
      return unsigned(currents_sumSteps(this.handle));
    }
    /** Sums per channel that `backward` leaves: three of each of `sum_steps`. */
    get sumRows(): number {
      return unsigned(currents_sumRows(this.handle));
    }
    /** Floats of scratch for `backward`. */
    get partialLen(): number {
      return unsigned(currents_partialLen(this.handle));
    }
    /** Writes the sum of the terms, `[steps, B, H, W, C]`; the terms as those of neurons. */
    forward(y: number, ySteps: number, table: number, kind: ResidualKind, residual: number, residualSteps: number, residualTable: number, current: number): void {
      currents_forward(this.handle, y, ySteps, table, kind, residual, residualSteps, residualTable, current);
    }
    /** From `g` = dL/dcurrent the sums `[sumRows, C]` that the norms of the terms ask for. */
    backward(y: number, ySteps: number, table: number, kind: ResidualKind, residual: number, residualSteps: number, residualTable: number, g: number, partial: number, sums: number): void {
      currents_backward(this.handle, y, ySteps, table, kind, residual, residualSteps, residualTable, g, partial, sums);
    }
  }

  const globalaveragepool_new = named('globalaveragepool_new');
  const globalaveragepool_forward = named('globalaveragepool_forward');
  const globalaveragepool_forwardPlane = named('globalaveragepool_forwardPlane');
  const globalaveragepool_backward = named('globalaveragepool_backward');
  const globalaveragepool_free = named('globalaveragepool_free');
  const globalaveragepool_objects = freedBy(globalaveragepool_free);
  class GlobalAveragePool {
    readonly handle: number;
    constructor(steps: number, batch: number, pixels: number, channels: number) {
      this.handle = globalaveragepool_new(steps, batch, pixels, channels);
      globalaveragepool_objects.register(this, this.handle, this);
    }
    /** No other method may be called afterwards; a second time does nothing. */
    free(): void {
      if (globalaveragepool_objects.unregister(this)) globalaveragepool_free(this.handle);
    }
    forward(spikes: number, rates: number): void {
      globalaveragepool_forward(this.handle, spikes, rates);
    }
    /** A plane's part, of bits that count as much as `weight`; `accumulate`: the rates hold those of the planes before. */
    forwardPlane(spikes: number, weight: number, accumulate: boolean, rates: number): void {
      globalaveragepool_forwardPlane(this.handle, spikes, weight, Number(accumulate), rates);
    }
    /** In place: dL/drates to what each spike receives. */
    backward(gradient: number): void {
      globalaveragepool_backward(this.handle, gradient);
    }
  }

  const linear_new = named('linear_new');
  const linear_forward = named('linear_forward');
  const linear_backward = named('linear_backward');
  const linear_free = named('linear_free');
  const linear_objects = freedBy(linear_free);
  class Linear {
    readonly handle: number;
    constructor(batch: number, inputs: number, outputs: number) {
      this.handle = linear_new(batch, inputs, outputs);
      linear_objects.register(this, this.handle, this);
    }
    /** No other method may be called afterwards; a second time does nothing. */
    free(): void {
      if (linear_objects.unregister(this)) linear_free(this.handle);
    }
    forward(x: number, weight: number, bias: number, y: number): void {
      linear_forward(this.handle, x, weight, bias, y);
    }
    backward(x: number, weight: number, dy: number, dweight: number, dbias: number, dx: number): void {
      linear_backward(this.handle, x, weight, dy, dweight, dbias, dx);
    }
  }

  const loss_new = named('loss_new');
  const loss_forwardBackward = named('loss_forwardBackward');
  const loss_loss = named('loss_loss');
  const loss_lossMain = named('loss_lossMain');
  const loss_correct = named('loss_correct');
  const loss_correctMain = named('loss_correctMain');
  const loss_free = named('loss_free');
  const loss_objects = freedBy(loss_free);
  /** Sums over the batch of the last call. */
  class Loss {
    readonly handle: number;
    /** `steps`: time steps of which each has its logits, 1 for logits of all together. `loss`: its place in the kernels' list; options that it does not have are 0. */
    constructor(heads: number, steps: number, batch: number, classes: number, oneLoss: boolean, loss: number, firstOption: number, secondOption: number, smoothing: number) {
      this.handle = loss_new(heads, steps, batch, classes, Number(oneLoss), loss, firstOption, secondOption, smoothing);
      loss_objects.register(this, this.handle, this);
    }
    /** No other method may be called afterwards; a second time does nothing. */
    free(): void {
      if (loss_objects.unregister(this)) loss_free(this.handle);
    }
    /**
     * `whole`: images that the mean is over; this batch may be a part of them. `others`, `shares`: see `Mix`; 0 where no
     * image is a mixture.
     */
    forwardBackward(headWeights: number, whole: number, labels: number, others: number, shares: number, logits: number, dlogits: number): void {
      loss_forwardBackward(this.handle, headWeights, whole, labels, others, shares, logits, dlogits);
    }
    get loss(): number {
      return loss_loss(this.handle);
    }
    /** Of the main head alone, as if its weight were 1. */
    get lossMain(): number {
      return loss_lossMain(this.handle);
    }
    get correct(): number {
      return unsigned(loss_correct(this.handle));
    }
    get correctMain(): number {
      return unsigned(loss_correctMain(this.handle));
    }
  }

  const neurons_new = named('neurons_new');
  const neurons_addNumber = named('neurons_addNumber');
  const neurons_clearPlanes = named('neurons_clearPlanes');
  const neurons_addPlane = named('neurons_addPlane');
  const neurons_half = named('neurons_half');
  const neurons_sumSteps = named('neurons_sumSteps');
  const neurons_sumRows = named('neurons_sumRows');
  const neurons_learnedLen = named('neurons_learnedLen');
  const neurons_tableLen = named('neurons_tableLen');
  const neurons_partialLen = named('neurons_partialLen');
  const neurons_runningLen = named('neurons_runningLen');
  const neurons_membraneTableLen = named('neurons_membraneTableLen');
  const neurons_membraneScratchLen = named('neurons_membraneScratchLen');
  const neurons_forward = named('neurons_forward');
  const neurons_backward = named('neurons_backward');
  const neurons_forwardSteps = named('neurons_forwardSteps');
  const neurons_backwardSteps = named('neurons_backwardSteps');
  const neurons_fold = named('neurons_fold');
  const neurons_free = named('neurons_free');
  const neurons_objects = freedBy(neurons_free);
  /** One layer's sizes and neurons. */
  class Neurons {
    readonly handle: number;
    /**
     * `neuron`, `surrogate`: places in the kernels' lists; `table_steps`, `residual_table_steps`: of the channel tables of both
     * terms, T, or 1 where the same holds at all steps.
     */
    constructor(neuron: number, surrogate: number, surrogateOption: number, steps: number, batch: number, pixels: number, channels: number, tableSteps: number, residualTableSteps: number) {
      this.handle = neurons_new(neuron, surrogate, surrogateOption, steps, batch, pixels, channels, tableSteps, residualTableSteps);
      neurons_objects.register(this, this.handle, this);
    }
    /** No other method may be called afterwards; a second time does nothing. */
    free(): void {
      if (neurons_objects.unregister(this)) neurons_free(this.handle);
    }
    /** The next of the neuron's numbers, in the order in which its file lists them; all, before anything else is called. */
    addNumber(number: number): void {
      neurons_addNumber(this.handle, number);
    }
    /** A residual of planes begins: those of the call before are gone. */
    clearPlanes(): void {
      neurons_clearPlanes(this.handle);
    }
    /** A plane of the residual of the next call: bits that count as much as `weight`. */
    addPlane(bits: number, weight: number): void {
      neurons_addPlane(this.handle, bits, weight);
    }
    /** The surrogate's derivative is zero unless the membrane is nearer than this to the threshold; infinite: nowhere zero. */
    get half(): number {
      return neurons_half(this.handle);
    }
    /** Steps of the sums that `backward` leaves of the current: 1 for sums over all steps. */
    get sumSteps(): number {
      return unsigned(neurons_sumSteps(this.handle));
    }
    /**
     * Sums per channel that `backward` leaves: three of the current, of each of `sum_steps`, then those of which the
     * gradient of what is learned is made.
     */
    get sumRows(): number {
      return unsigned(neurons_sumRows(this.handle));
    }
    /** Floats of what a layer learns. */
    get learnedLen(): number {
      return unsigned(neurons_learnedLen(this.handle));
    }
    /** Floats of numbers per channel that `forward` makes of what was learned; 0: the neuron needs none. */
    get tableLen(): number {
      return unsigned(neurons_tableLen(this.handle));
    }
    /** Floats of scratch for `backward`. */
    get partialLen(): number {
      return unsigned(neurons_partialLen(this.handle));
    }
    /**
     * Floats of the running statistics of a membrane that is normalised between charge and fire. Where there are some, a
     * training step takes `forward_steps` and `backward_steps`, and `forward` evaluates by what `fold` left.
     */
    get runningLen(): number {
      return unsigned(neurons_runningLen(this.handle));
    }
    /** Floats of what the time steps of such a membrane were normalised by. */
    get membraneTableLen(): number {
      return unsigned(neurons_membraneTableLen(this.handle));
    }
    /** Floats of scratch for `forward_steps`. */
    get membraneScratchLen(): number {
      return unsigned(neurons_membraneScratchLen(this.handle));
    }
    /**
     * `y`, `residual`: addresses; `..._steps`: T, or 1 for what is the same at every step; `..._table`: channel tables;
     * `learned`: address of what the layer learned; `own`: of `tableLen` floats, which `backward` reads again; `start`:
     * `[B, H, W, C]`, the membranes before the first step, or 0; `active`: address of the bits of neurons whose surrogate is
     * not zero, or 0.
     */
    forward(y: number, ySteps: number, table: number, kind: ResidualKind, residual: number, residualSteps: number, residualTable: number, learned: number, own: number, start: number, spikes: number, negative: number, active: number): void {
      neurons_forward(this.handle, y, ySteps, table, kind, residual, residualSteps, residualTable, learned, own, start, spikes, negative, active);
    }
    /**
     * Replaces `g` = dL/dspikes by dL/dcurrent, and adds to `dlearned`; `inject` `[B, C]` or address 0; `sums`
     * `[sumRows, C]`.
     */
    backward(y: number, ySteps: number, table: number, kind: ResidualKind, residual: number, residualSteps: number, residualTable: number, learned: number, own: number, start: number, dense: boolean, inject: number, partial: number, g: number, sums: number, dlearned: number): void {
      neurons_backward(this.handle, y, ySteps, table, kind, residual, residualSteps, residualTable, learned, own, start, Number(dense), inject, partial, g, sums, dlearned);
    }
    /**
     * As `forward`, of a membrane that is normalised by its own statistics, of which `running` hears. `membrane`
     * `[T, B, H, W, C]` and `membrane_table` are kept for `backward_steps`.
     */
    forwardSteps(y: number, ySteps: number, table: number, kind: ResidualKind, residual: number, residualSteps: number, residualTable: number, learned: number, start: number, running: number, membrane: number, membraneTable: number, scratch: number, spikes: number, active: number): void {
      neurons_forwardSteps(this.handle, y, ySteps, table, kind, residual, residualSteps, residualTable, learned, start, running, membrane, membraneTable, scratch, spikes, active);
    }
    /** As `backward`, from what `forward_steps` left in `membrane`, which is gone afterwards. */
    backwardSteps(y: number, ySteps: number, table: number, kind: ResidualKind, residual: number, residualSteps: number, residualTable: number, learned: number, dense: boolean, inject: number, membrane: number, membraneTable: number, partial: number, g: number, sums: number, dlearned: number): void {
      neurons_backwardSteps(this.handle, y, ySteps, table, kind, residual, residualSteps, residualTable, learned, Number(dense), inject, membrane, membraneTable, partial, g, sums, dlearned);
    }
    /**
     * From what is learned and `running`: the numbers by which `forward` evaluates, a sign for each channel and then a
     * threshold for each; its neurons fire where sign * membrane is above it. `table`: scratch.
     */
    fold(learned: number, running: number, table: number, folded: number): void {
      neurons_fold(this.handle, learned, running, table, folded);
    }
  }

  const norm_new = named('norm_new');
  const norm_tableSteps = named('norm_tableSteps');
  const norm_forwardTrain = named('norm_forwardTrain');
  const norm_forwardEval = named('norm_forwardEval');
  const norm_backward = named('norm_backward');
  const norm_free = named('norm_free');
  const norm_objects = freedBy(norm_free);
  /** A layer's normalisation. Its parameters lie one after the other, and so do its running statistics. */
  class Norm {
    readonly handle: number;
    /** `deviation`: of normalised values, for the norms that look at it. */
    constructor(norm: number, steps: number, channels: number, eps: number, momentum: number, deviation: number) {
      this.handle = norm_new(norm, steps, channels, eps, momentum, deviation);
      norm_objects.register(this, this.handle, this);
    }
    /** No other method may be called afterwards; a second time does nothing. */
    free(): void {
      if (norm_objects.unregister(this)) norm_free(this.handle);
    }
    /** Steps of the layer's channel table: 1 where the same holds at all. */
    get tableSteps(): number {
      return unsigned(norm_tableSteps(this.handle));
    }
    /**
     * Fills the table from the batch's statistics and moves the running ones; `repeats`: time steps that each row of
     * y stands for.
     */
    forwardTrain(y: number, rows: number, repeats: number, parameters: number, running: number, scratch: number, table: number): void {
      norm_forwardTrain(this.handle, y, rows, repeats, parameters, running, scratch, table);
    }
    /** Fills the table from the running statistics. */
    forwardEval(parameters: number, running: number, table: number): void {
      norm_forwardEval(this.handle, parameters, running, table);
    }
    /**
     * From the sums that the neurons' backward pass left, of one step or of each, `sum_stride` floats apart: parameter
     * gradients (added to) and the table's a, b, c.
     */
    backward(count: number, parameters: number, sumG: number, sumGy: number, sumSteps: number, sumStride: number, gradients: number, table: number): void {
      norm_backward(this.handle, count, parameters, sumG, sumGy, sumSteps, sumStride, gradients, table);
    }
  }

  const pool_new = named('pool_new');
  const pool_averageForward = named('pool_averageForward');
  const pool_averageForwardPlane = named('pool_averageForwardPlane');
  const pool_averageBackward = named('pool_averageBackward');
  const pool_maxForward = named('pool_maxForward');
  const pool_maxBackward = named('pool_maxBackward');
  const pool_free = named('pool_free');
  const pool_objects = freedBy(pool_free);
  /** The sizes of one pooling layer. `spikes`: the input is spikes, else values. */
  class Pool {
    readonly handle: number;
    constructor(n: number, h: number, w: number, channels: number, kernel: number, stride: number, pad: number, spikes: boolean) {
      this.handle = pool_new(n, h, w, channels, kernel, stride, pad, Number(spikes));
      pool_objects.register(this, this.handle, this);
    }
    /** No other method may be called afterwards; a second time does nothing. */
    free(): void {
      if (pool_objects.unregister(this)) pool_free(this.handle);
    }
    averageForward(x: number, y: number): void {
      pool_averageForward(this.handle, x, y);
    }
    /** A plane's part, of bits that count as much as `weight`; `accumulate`: y holds those of the planes before. */
    averageForwardPlane(spikes: number, weight: number, accumulate: boolean, y: number): void {
      pool_averageForwardPlane(this.handle, spikes, weight, Number(accumulate), y);
    }
    averageBackward(dy: number, accumulate: boolean, dx: number): void {
      pool_averageBackward(this.handle, dy, Number(accumulate), dx);
    }
    /** Spikes give spikes, values give values. */
    maxForward(x: number, y: number): void {
      pool_maxForward(this.handle, x, y);
    }
    maxBackward(x: number, dy: number, accumulate: boolean, dx: number): void {
      pool_maxBackward(this.handle, x, dy, Number(accumulate), dx);
    }
  }
  return {
    Conv2d,
    Currents,
    GlobalAveragePool,
    Linear,
    Loss,
    Neurons,
    Norm,
    Pool,
    /** Changes whenever an export changes its meaning; checked when the module is loaded. */
    abiVersion(): number {
      return unsigned(abiVersion());
    },
    /** `into` += `x`. */
    accumulate(x: number, into: number, len: number): void {
      accumulate(x, into, len);
    },
    /** Returns whether all new numbers are finite, and leaves the gradient's sum of squares at `scratch`. */
    adamStep(lr: number, beta1: number, beta2: number, eps: number, weightDecay: number, decoupled: boolean, gradientScale: number, step: number, len: number, gradient: number, weights: number, first: number, second: number, scratch: number): boolean {
      return adamStep(lr, beta1, beta2, eps, weightDecay, Number(decoupled), gradientScale, step, len, gradient, weights, first, second, scratch) !== 0;
    },
    /**
     * One place of a sum of binary numbers, whose digits are `len` words of bits each: `sum` of `a`, `b` and `carry` (address 0: nothing),
     * and `carried` to the next place (address 0: nobody asks).
     */
    addDigits(a: number, b: number, carry: number, len: number, sum: number, carried: number): void {
      addDigits(a, b, carry, len, sum, carried);
    },
    /** `into` `[N, pixels, C]` += `x` `[N, C]`, the same at every pixel; where it is not `filled` it becomes that. */
    addToPixels(images: number, pixels: number, channels: number, x: number, filled: boolean, into: number): void {
      addToPixels(images, pixels, channels, x, Number(filled), into);
    },
    /**
     * dy = a g + b y + c, with a border for the convolution's kernels; `y_steps` 1 sums over time; `table_steps`: T, or 1 for
     * a table that holds at all steps.
     */
    backwardApply(steps: number, batch: number, h: number, w: number, channels: number, ySteps: number, border: number, g: number, y: number, table: number, tableSteps: number, dy: number): void {
      backwardApply(steps, batch, h, w, channels, ySteps, border, g, y, table, tableSteps, dy);
    },
    /** Makes the table of a convolution without a normalisation: scale 1, shift = its bias (address 0: none). */
    biasTable(channels: number, bias: number, table: number): void {
      biasTable(channels, bias, table);
    },
    /** Floats of a channel table that holds at all steps: scale, shift, mean, variance and the backward pass's a, b, c. */
    channelTableLen(channels: number): number {
      return unsigned(channelTableLen(channels));
    },
    /** `out` = `a` and `b`, `a` and not `b`, or `a` or `b`, in each of `len` words. */
    combineBits(operation: BitOperation, a: number, b: number, len: number, out: number): void {
      combineBits(operation, a, b, len, out);
    },
    countSpikes(words: number, len: number): number {
      return countSpikes(words, len);
    },
    describe(x: number, len: number, scratch: number, result: number): void {
      describe(x, len, scratch, result);
    },
    /** f64s of scratch for `describe`. */
    describeScratchLen(len: number): number {
      return unsigned(describeScratchLen(len));
    },
    /** The gradient at a tap: x `[T, B, pixels, C]` (zero unless `dense`) plus `inject` `[B, C]`. */
    describeTap(x: number, steps: number, batch: number, pixels: number, channels: number, dense: boolean, inject: number, scratch: number, result: number): void {
      describeTap(x, steps, batch, pixels, channels, Number(dense), inject, scratch, result);
    },
    /** f64s of a description: sum of squares, zeros, bins of positive values, bins of negative values. */
    descriptionLen(): number {
      return unsigned(descriptionLen());
    },
    /** `norm`: means of the channels, then standard deviations. */
    encodeDirect(channels: number, pixels: number, images: number, norm: number, out: number): void {
      encodeDirect(channels, pixels, images, norm, out);
    },
    /** `pixels`: of one image; `images`: `frames` for each, T or 1, `[frames, B, pixels, C]`. */
    encodeRate(steps: number, frames: number, batch: number, pixels: number, channels: number, seed: number, epoch: number, samples: number, images: number, spikes: number): void {
      encodeRate(steps, frames, batch, pixels, channels, seed, epoch, samples, images, spikes);
    },
    exactCos(x: number): number {
      return exactCos(x);
    },
    exactExp(x: number): number {
      return exactExp(x);
    },
    exactLog(x: number): number {
      return exactLog(x);
    },
    exactPow(base: number, exponent: number): number {
      return exactPow(base, exponent);
    },
    /**
     * From the rates `[B, C]` the penalty on them, times the images; what each spike receives goes in their place. `spikes`: in
     * a rate, T H W; `whole`: images that the loss is the mean over.
     */
    firingRatePenalty(batch: number, channels: number, trueChannels: number, spikes: number, strength: number, target: number, whole: number, rates: number): number {
      return firingRatePenalty(batch, channels, trueChannels, spikes, strength, target, whole, rates);
    },
    /** Spikes of maps of so many pixels as those of maps of one pixel: `flat` `[n, words(pixels * channels)]`. */
    flatten(n: number, pixels: number, channels: number, spikes: number, flat: number): void {
      flatten(n, pixels, channels, spikes, flat);
    },
    /** N(0, deviation^2); `tensor` numbers the parameter. */
    initNormal(seed: number, tensor: number, deviation: number, at: number, len: number): void {
      initNormal(seed, tensor, deviation, at, len);
    },
    /** Means `[B, classes]` over the steps of logits `[steps, B, classes]`; `logits`: B * classes. */
    meanOfSteps(steps: number, logits: number, of: number, means: number): void {
      meanOfSteps(steps, logits, of, means);
    },
    minExponent(): number {
      return minExponent();
    },
    normScratchLen(rows: number, channels: number): number {
      return unsigned(normScratchLen(rows, channels));
    },
    /** As `packWeights`, of a fully connected layer: rows `[o, i * pixels]`, of a map of so many pixels. */
    packFlatWeights(rows: number, o: number, i: number, cin: number, cout: number, pixels: number, packed: number): void {
      packFlatWeights(rows, o, i, cin, cout, pixels, packed);
    },
    /** PyTorch's OIHW with the true channel counts to the kernels' blocks. */
    packWeights(oihw: number, o: number, i: number, cin: number, cout: number, taps: number, packed: number): void {
      packWeights(oihw, o, i, cin, cout, taps, packed);
    },
    /**
     * The gradient of one operand of a result `[T, B, pixels, C]`, `into`, from that of the result: `g`, or address 0 where only
     * heads read it, plus `inject` `[B, C]`, or address 0; `bits`: of the other operand; `accumulate`: what `into` holds is added to.
     */
    passGradient(steps: number, batch: number, pixels: number, channels: number, g: number, inject: number, factor: Factor, bits: number, accumulate: boolean, into: number): void {
      passGradient(steps, batch, pixels, channels, g, inject, factor, bits, Number(accumulate), into);
    },
    /** A plane's part of the values `[pixels, C]`: `weight` where a bit is set; `accumulate`: they hold those of the planes before. */
    planeValues(pixels: number, channels: number, bits: number, weight: number, accumulate: boolean, values: number): void {
      planeValues(pixels, channels, bits, weight, Number(accumulate), values);
    },
    /**
     * Membranes before the first time step: uniform numbers from 0 to `top`, `[B, pixels, channels]`, each a function of seed,
     * layer, step, sample and place; zero from `true_channels` on. `pixels`: of one image.
     */
    randomMembranes(seed: number, layer: number, step: number, samples: number, batch: number, pixels: number, trueChannels: number, channels: number, top: number, out: number): void {
      randomMembranes(seed, layer, step, samples, batch, pixels, trueChannels, channels, top, out);
    },
    /** Returns whether all new numbers are finite, and leaves the gradient's sum of squares at `scratch`. */
    sgdStep(lr: number, momentum: number, nesterov: boolean, weightDecay: number, gradientScale: number, len: number, gradient: number, weights: number, velocity: number, scratch: number): boolean {
      return sgdStep(lr, momentum, Number(nesterov), weightDecay, gradientScale, len, gradient, weights, velocity, scratch) !== 0;
    },
    sumOfSquares(x: number, len: number, scratch: number): number {
      return sumOfSquares(x, len, scratch);
    },
    /** `into` `[len]` = the sum over steps of `x` `[steps, len]`; `adds`: that is added to what is there. */
    sumSteps(x: number, steps: number, adds: boolean, into: number, len: number): void {
      sumSteps(x, steps, Number(adds), into, len);
    },
    /** The way back. */
    unpackFlatWeights(packed: number, o: number, i: number, cin: number, cout: number, pixels: number, rows: number): void {
      unpackFlatWeights(packed, o, i, cin, cout, pixels, rows);
    },
    /** The way back. */
    unpackWeights(packed: number, o: number, i: number, cin: number, cout: number, taps: number, oihw: number): void {
      unpackWeights(packed, o, i, cin, cout, taps, oihw);
    },
    /** f64s of scratch for an optimiser's step over `len` floats. */
    updateScratchLen(len: number): number {
      return unsigned(updateScratchLen(len));
    },
    zero(at: number, len: number): void {
      zero(at, len);
    },
  };
}

export type Api = ReturnType<typeof bindApi>;
export type Conv2d = InstanceType<Api['Conv2d']>;
export type Currents = InstanceType<Api['Currents']>;
export type GlobalAveragePool = InstanceType<Api['GlobalAveragePool']>;
export type Linear = InstanceType<Api['Linear']>;
export type Loss = InstanceType<Api['Loss']>;
export type Neurons = InstanceType<Api['Neurons']>;
export type Norm = InstanceType<Api['Norm']>;
export type Pool = InstanceType<Api['Pool']>;

export const lossKernels = ["cross-entropy", "mse", "tet"] as const;

export const surrogateKernels = ["rectangle", "tanh", "triangle", "piecewise-quadratic", "sigmoid", "atan", "fast-sigmoid", "super-spike", "soft-sign", "erf", "piecewise-exponential", "damped-triangle"] as const;

export const neuronKernels = ["lif", "if", "plif", "mpbn", "ternary", "trainable-ternary", "diet", "glif", "mpr"] as const;

export const normKernels = ["bn", "tdbn", "tebn", "bntt", "pspbn"] as const;

/** The number that `abiVersion` has to tell. */
export const expectedAbi = 10;
