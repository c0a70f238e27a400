// For fuzzer.test.mjs: a defect behind five comparisons, one after the other. Chance alone needs 2^40 inputs.
export function maze(bytes) {
  if (bytes[0] !== 0x4b) return 'no';
  if (bytes[1] !== 0x02) return 'colder';
  for (const [place, byte] of [0xf3, 0x77].entries()) {
    if (bytes[2 + place] !== byte) return 'warm';
  }
  return bytes[4] === 0x99 ? null.defect : 'hot';
}
