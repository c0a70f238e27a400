import type { Engine, EvaluationResult, HeldEngine } from '../engine/types.js';
import type { Batch, BatchSource } from '../loader/batch.js';
import { interruptible } from '../loader/interruptible.js';
import { OneAhead } from '../loader/oneAhead.js';
import { requireSource } from '../loader/source.js';
import { type EvaluationSummary, EvaluationSums } from '../metrics/evaluation.js';

export interface EvaluateRequest {
  /** Loaded with the network and its weights. */
  engine: Engine;
  data: BatchSource;
  signal?: AbortSignal | undefined;
  /** After each batch, with the main head's logits. */
  onBatch?: ((result: EvaluationResult, batch: Batch) => void) | undefined;
}

/**
 * The main head on all test images, in their order. Meanwhile the network stays as it is: see `Engine`.
 * @throws the signal's reason when it is aborted; the engine stays usable.
 */
export async function evaluate(request: EvaluateRequest): Promise<EvaluationSummary> {
  requireSource(request.data, ['testBatches']);
  const engine = request.engine.hold('evaluation');
  try {
    const summary = await evaluateUnlessAborted({ ...request, engine });
    if (summary === null) throw request.signal?.reason;
    return summary;
  } finally {
    engine.release();
  }
}

/** As `evaluate`, for the holder of the engine; null when the signal is aborted. */
export async function evaluateUnlessAborted(
  request: Omit<EvaluateRequest, 'engine'> & { engine: HeldEngine; on?: 'test' | 'validation' },
): Promise<EvaluationSummary | null> {
  const { engine, data, signal, onBatch, on = 'test' } = request;
  if (signal?.aborted) return null;
  const sums = new EvaluationSums();
  const images = (on === 'validation' ? data.validationBatches?.() : undefined) ?? data.testBatches();
  const batches = new OneAhead(images, signal, engine.ended);
  try {
    for (let batch = await batches.next(); batch !== null; batch = await batches.next()) {
      if (batch === undefined || signal?.aborted) return null;
      const step = engine.evaluateStep(batch);
      // An aborted evaluation does not wait for its last step; the engine is done with it before its next call.
      const result = await interruptible(step, signal).catch((error) => {
        if (signal?.aborted && error === signal.reason) return null;
        throw withImages(error, batch);
      });
      if (result === null) return null;
      sums.add(result, batch.size);
      onBatch?.(result, batch);
    }
    return sums.summary();
  } finally {
    await batches.close();
  }
}

/** The number that is not finite, and its images. */
function withImages(error: unknown, { indices }: Batch): unknown {
  if (!(error instanceof Error) || error.name !== 'NonFiniteError') return error;
  return new Error(`evaluation of images ${indices[0]} to ${indices.at(-1)}: ${error.message}`, { cause: error });
}
