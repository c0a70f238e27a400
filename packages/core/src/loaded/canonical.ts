const nonFinite = 0x7f800000;
const canonicalNaN = 0x7fc00000;

/**
 * Gives every NaN the bits 0x7fc00000, in place: WebAssembly leaves sign and payload of a NaN to the host, so nothing
 * that is hashed or stored may keep them. All other numbers keep their bits, -0 and denormals among them.
 */
export function canonicaliseNaN<F extends Float32Array>(floats: F): F {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  // Storing a NaN as a number would leave its bits to the host again.
  for (let i = 0; i < bits.length; i++) {
    if (((bits[i] as number) & 0x7fffffff) > nonFinite) bits[i] = canonicalNaN;
  }
  return floats;
}
