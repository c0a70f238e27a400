/**
 * Functions that the language leaves to each engine, of basic arithmetic alone, so that augmented pixels are the same
 * everywhere: Taylor series near 0, to the last digit or the one before.
 */

const LN2 = Math.LN2;

/** Sum of the terms of a series, the smallest first: each is the one before times `factor(i)`. */
function series(first: number, terms: number, factor: (i: number) => number): number {
  let sum = 1;
  for (let i = terms; i >= 1; i--) sum = 1 + sum * factor(i);
  return first * sum;
}

/** sin and cos of an angle in radians of 45 degrees at most. */
const smallSine = (x: number) => series(x, 10, (i) => (-x * x) / (2 * i * (2 * i + 1)));
const smallCosine = (x: number) => series(1, 10, (i) => (-x * x) / (2 * i * (2 * i - 1)));

/** A quarter of a turn: 33 bits, of which multiples are exact, and the rest. */
const QUARTER = 1.5707963267341256;
const QUARTER_REST = 6.077100506506192e-11;

/** Of an angle in radians, of a few turns at most. */
export function sineAndCosine(radians: number): [sine: number, cosine: number] {
  const quarters = Math.round(radians / (Math.PI / 2));
  const rest = radians - quarters * QUARTER - quarters * QUARTER_REST;
  const [sine, cosine] = [smallSine(rest), smallCosine(rest)];
  const turned: [number, number][] = [
    [sine, cosine],
    [cosine, -sine],
    [-sine, -cosine],
    [-cosine, sine],
  ];
  return turned[((quarters % 4) + 4) % 4] as [number, number];
}

/** e to the power of x, from 1e-300 to 1e300; 0 below. */
export function exponential(x: number): number {
  const halvings = Math.round(x / LN2);
  if (halvings < -1000) return 0;
  const rest = x - halvings * LN2;
  return series(1, 18, (i) => rest / i) * powerOfTwo(halvings);
}

/** The natural logarithm of a number above 0 that is not denormal. */
export function logarithm(x: number): number {
  let exponent = 0;
  let mantissa = x;
  while (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  // log m = 2 atanh(z), z = (m - 1) / (m + 1), at most 0.172.
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let i = 12; i >= 0; i--) sum = 1 / (2 * i + 1) + sum * z * z;
  return 2 * z * sum + exponent * LN2;
}

function powerOfTwo(exponent: number): number {
  let power = 1;
  for (let i = Math.abs(exponent); i > 0; i--) power *= 2;
  return exponent < 0 ? 1 / power : power;
}
