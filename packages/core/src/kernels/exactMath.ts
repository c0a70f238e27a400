/**
 * Transcendental functions with one result everywhere. JavaScript leaves the last bits of `Math.exp`, `Math.log` and
 * `Math.cos` to each engine, so nothing that reaches a weight or a metric may use them; the WebAssembly module brings
 * its own. Arguments and results are 64-bit floats; `exp(0)` and `cos(0)` are exactly 1.
 */
export interface ExactMath {
  exp(x: number): number;
  /** Natural logarithm. */
  log(x: number): number;
  /** Cosine of an angle in radians. */
  cos(x: number): number;
}
