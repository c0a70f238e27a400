/**
 * exp(x) for x <= 0, to the precision of 32-bit floats and to the same bits everywhere, which `Math.exp` does not promise:
 * exp(x) = 2^k exp(r), |r| <= ln 2 / 2, by its series.
 */
export function decay(x: number): number {
  // 2^-150 is 0 in 32 bits.
  if (!(x > -104)) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * Math.LN2;
  let sum = 1;
  for (let n = 12; n > 0; n--) sum = 1 + (sum * r) / n;
  for (let i = k; i < 0; i++) sum *= 0.5;
  return sum;
}
