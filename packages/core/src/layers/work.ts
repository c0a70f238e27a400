/** The work of kernel calls: what they read, write and multiply. Every layer tells it of its own calls. */
import type { Mode } from './planner.js';

/** Of a whole step; undefined: not known. */
export interface Work {
  macs?: number;
  additions?: number | undefined;
  /** Bytes. */
  read?: number;
  written?: number;
  firingRate?: number | undefined;
  activeShare?: number | undefined;
}

/** Shares of ones in the spikes of a value, and in the bits of its active neurons. */
export type BitShares = ReadonlyMap<string, { fired: number; active: number | undefined }>;

/** The calls of one kernel in a step. */
export interface KernelCalls {
  /** 'Conv2d.forward', or the function's name. */
  kernel: string;
  calls: number;
  images: number;
  mode: Mode;
  bits: BitShares;
}

/** A part of the network that calls kernels. */
export interface KernelUser {
  /** The names by which its passes announce themselves to a watch. */
  readonly names: readonly string[];
  /** Nothing is known of a kernel that it does not name. */
  work(calls: KernelCalls): Work;
}

export function times(amount: number, share: number | undefined): number | undefined {
  return share === undefined ? undefined : amount * share;
}
