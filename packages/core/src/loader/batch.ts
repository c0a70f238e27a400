/** The training loop's demands on a data set, wherever its images come from. */

/** Images of a batch: bytes 0-255, which the engine normalises. Frames may be floats as well, which it takes as they are. */
export type Pixels = Uint8Array | Float32Array;

/** Images, already augmented. */
export interface Batch {
  /** [B, H, W, C], or frames [B, T, H, W, C] for a network that reads them; on shared memory where the host has it. */
  images: Pixels;
  /** [B], 0-based class indices. */
  labels: Int32Array;
  /** [B], positions in the data set, for error messages and random streams. */
  indices: Uint32Array;
  size: number;
  /** Of images that are mixtures of two: a loss takes both labels. What is counted as right is the first label. */
  mix?: Mix;
}

export interface Mix {
  /** [B], of the other image of each mixture. */
  labels: Int32Array;
  /** [B], how much of the target the other label is, 0 to 1; the first label is the rest. */
  share: Float32Array;
}

export interface DataInfo {
  /** 'builtin', 'cifar10', ... */
  name: string;
  channels: number;
  height: number;
  width: number;
  /** T, of frames that are one answer together; absent: images. */
  frames?: number;
  classes: number;
  classNames: string[];
  /** Images that are trained on: without those of validation. */
  trainSize: number;
  testSize: number;
  /** Images held out of training, by which epochs are judged; absent: none. */
  validationSize?: number;
  /** Per channel, in units of 0-1 pixel values. */
  mean: number[];
  std: number[];
}

export interface BatchSource {
  readonly info: DataInfo;
  /** Doubts about the data; `train` passes them on before the first step. */
  readonly warnings?: readonly string[];
  /** Batches per epoch, each of the training's `batchSize` images; the last may be smaller. */
  readonly trainBatchCount: number;
  /** The batches of one epoch in an order that depends on the seed and the epoch only, starting at batch `from`. */
  trainBatches(epoch: number, from?: number): AsyncIterable<Batch>;
  testBatches(): AsyncIterable<Batch>;
  /** Of images held out of training: `train` judges each epoch by them, and by the test images where there are none. */
  validationBatches?(): AsyncIterable<Batch>;
  close(): Promise<void>;
}
