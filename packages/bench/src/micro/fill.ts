/** Pseudo-random content, the same in every machine: a linear congruential generator (Press et al., Numerical Recipes). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

export function fillFloats(floats: Float32Array, seed: number): void {
  const next = randomNumbers(seed);
  for (let i = 0; i < floats.length; i++) floats[i] = next() - 0.5;
}

/** Rows of channel bits, the last word of each row as full as the channels are. */
export function fillBits(words: Uint32Array, channels: number, rate: number, seed: number): void {
  const next = randomNumbers(seed);
  const perRow = Math.ceil(channels / 32);
  for (let i = 0; i < words.length; i++) {
    const width = Math.min(32, channels - 32 * (i % perRow));
    let bits = 0;
    for (let b = 0; b < width; b++) if (next() < rate) bits |= 1 << b;
    words[i] = bits;
  }
}
