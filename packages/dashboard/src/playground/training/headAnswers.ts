/**
 * What each head makes of one image. An engine answers with the main head alone; the others' logits are theirs by the same
 * formula, W times the firing rates of the tap's channels plus b, from its spikes and the network's weights.
 */
import type { NetworkSpec, State } from 'kestirme';
import type { LayerSpikes } from './spikes.js';

export interface HeadLogits {
  name: string;
  logits: number[];
}

export function headLogits(
  { heads, classes }: NetworkSpec,
  state: State,
  spikes: ReadonlyMap<string, LayerSpikes>,
): HeadLogits[] {
  return heads.map(({ name, tap }) => {
    const rates = spikes.get(tap)?.rates();
    const weight = state[`head.${name}.weight`]?.data;
    const bias = state[`head.${name}.bias`]?.data;
    if (!rates || !weight || !bias) throw new Error(`head ${name}: the network gave no spikes or weights of it`);
    const logits = Array.from({ length: classes }, (_, c) =>
      rates.reduce(
        (sum, rate, channel) => sum + rate * (weight[c * rates.length + channel] as number),
        bias[c] as number,
      ),
    );
    return { name, logits };
  });
}

export function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
