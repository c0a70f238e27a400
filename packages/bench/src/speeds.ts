/** How fast ours is beside the peers, and one backend beside another: a row for each comparison and backend. */
import { fastestPeer } from './perform.js';
import type { ItemResult, Results, Run } from './results.js';
import { isOwn, type Own, type Side } from './sides.js';
import { type Summary, summarise } from './statistics.js';
import { firstDifference, isAgainstBefore, measuredRuns, pairs, sameLosses, speedRatio, speedText } from './summary.js';

/** Images/s of ours over those of another side. */
export interface Ratio {
  side: Side;
  /** Of the other side. */
  speed: string;
  /** Over the pairs; null when the other side did not run. */
  value: Summary | null;
}

export interface Speed {
  title: string;
  own: Own;
  /** Images/s. */
  speed: string;
  overAvx2: Ratio | null;
  overFastest: Ratio | null;
  /** Null when training, which it does not do. */
  overOnnx: Ratio | null;
  /** Null for WebAssembly itself. */
  overWebAssembly: Ratio | null;
  /** Why there is nothing, and whether native code computed what WebAssembly did. */
  note: string;
}

/** The lowest ratio to a peer first; what has none before all others. */
export function speedsOf(results: Results): Speed[] {
  const compared = results.items.filter(({ item, runs }) => item.kind === 'compare' && !isAgainstBefore(runs));
  const all = compared.flatMap((result) => results.settings.backends.map((own) => speedOf(result, own)));
  return all.toSorted((a, b) => lowest(a) - lowest(b));
}

function lowest({ overAvx2, overFastest, overOnnx }: Speed): number {
  const medians = [overAvx2, overFastest, overOnnx].flatMap((ratio) => ratio?.value?.median ?? []);
  return medians.length > 0 ? Math.min(...medians) : Number.NEGATIVE_INFINITY;
}

function speedOf({ item, runs, failed }: ItemResult, own: Own): Speed {
  const over = (side: Side | undefined): Ratio | null => {
    if (side === undefined || !runs.some((run) => run.side === side)) return null;
    const values = pairs(runs, 'measure', own, side, speedRatio);
    const speed = speedText(measuredRuns(runs, 'measure', side));
    return { side, speed, value: values.length > 0 ? summarise(values) : null };
  };
  const peers = runs.some(({ side, measured }) => !isOwn(side) && measured !== undefined);
  return {
    title: item.title,
    own,
    speed: speedText(measuredRuns(runs, 'measure', own)),
    overAvx2: over(fastestPeer(runs, 'fastest-avx2')),
    overFastest: over(fastestPeer(runs)),
    overOnnx: over('onnx'),
    overWebAssembly: own === 'wasm' ? null : over('wasm'),
    note: [failed ?? (peers ? undefined : 'no peer could run: see the table of peers'), sameBits(runs, own)]
      .filter((text) => text !== undefined)
      .join('; '),
  };
}

/** Whether a backend computed what WebAssembly did, as far as both went; undefined without both. */
function sameBits(runs: readonly Run[], own: Own): string | undefined {
  if (own === 'wasm') return undefined;
  const differences = pairs(runs, 'measure', own, 'wasm', (a, b) => firstDifference(a.losses, b.losses));
  return differences.length === 0 ? undefined : sameLosses(Math.min(...differences));
}
