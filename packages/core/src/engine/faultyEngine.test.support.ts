/** The engine's thread as engineWorker.ts has it, with a fault that shows in the first training step. */
import { platform } from '#platform';
import type { Kernels } from '../kernels/kernels.js';
import { Parameters } from '../layers/parameters.js';
import { Trunk } from '../layers/trunk.js';

/**
 * `panic`, `address`: traps of the engine's own thread. `task`: a trap in a kernel's last task, which any thread of the
 * pool may have. `exception`: of JavaScript, in the middle of a step. `exit`, `heap`: the thread ends. `endless`: a step
 * that never does.
 */
export type Fault = 'panic' | 'address' | 'task' | 'exception' | 'exit' | 'heap' | 'endless';

/** Spikes of the faulty `task`: 32 images (T x B) of 16x16, one word each; a task has four images. */
const spikeBytes = 32 * 16 * 16 * 4;

/** Does something with the kernels before they are used. */
function withKernels(change: (kernels: Kernels) => void): void {
  const { initialise } = Parameters.prototype;
  Parameters.prototype.initialise = function (kernels, seed) {
    change(kernels);
    initialise.call(this, kernels, seed);
  };
}

const inBackward = (work: () => void) => {
  Trunk.prototype.backward = work;
};

const faults: Record<Fault, () => void> = {
  panic: () =>
    withKernels(({ api: { Loss } }) => {
      const { forwardBackward } = Loss.prototype;
      Loss.prototype.forwardBackward = function (weights, whole, _labels, others, shares, logits, dlogits) {
        forwardBackward.call(this, weights, whole, 0, others, shares, logits, dlogits);
      };
    }),
  address: () =>
    withKernels(({ api: { Loss } }) => {
      const { forwardBackward } = Loss.prototype;
      Loss.prototype.forwardBackward = function (weights, whole, labels, others, shares, _logits, dlogits) {
        forwardBackward.call(this, weights, whole, labels, others, shares, 0xffff_0000, dlogits);
      };
    }),
  task: () =>
    withKernels(({ api: { Conv2d }, memory }) => {
      const { forward } = Conv2d.prototype;
      Conv2d.prototype.forward = function (_spikes, weights, list, floats, y) {
        const beyondTheEnd = memory.buffer.byteLength - spikeBytes + 2048;
        forward.call(this, beyondTheEnd, weights, list, floats, y);
      };
    }),
  exception: () =>
    inBackward(() => {
      throw new TypeError('thrown on purpose');
    }),
  exit: () => inBackward(() => process.exit(7)),
  heap: () =>
    inBackward(() => {
      for (const hoard: number[][] = []; ; ) hoard.push(new Array(10_000).fill(hoard.length));
    }),
  endless: () =>
    inBackward(() => {
      for (;;);
    }),
};

const { fault } = (await platform.workerData()) as { fault: Fault };
faults[fault]();
await import('./engineWorker.js');
