import { expect, test } from 'vitest';
import { dark, light, PALETTE } from './palette.js';

type Rgb = [number, number, number];
type Matrix = [Rgb, Rgb, Rgb];

/** What each kind of eyes sees of linear light (Machado, Oliveira and Fernandes 2009, complete dichromacy). */
const eyes: Record<string, Matrix> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const times = (matrix: Matrix, [x, y, z]: Rgb) => matrix.map(([a, b, c]) => a * x + b * y + c * z) as Rgb;

function linear(colour: string): Rgb {
  return [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

/** CIE L*a*b* of linear light. */
function lab(light: Rgb): Rgb {
  const toXyz: Matrix = [
    [0.4124 / 0.95047, 0.3576 / 0.95047, 0.1805 / 0.95047],
    [0.2126, 0.7152, 0.0722],
    [0.0193 / 1.08883, 0.1192 / 1.08883, 0.9505 / 1.08883],
  ];
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const [x, y, z] = times(toXyz, light.map((one) => Math.min(1, Math.max(0, one))) as Rgb).map(f) as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = ([a, b, c]: Rgb, [x, y, z]: Rgb) => Math.hypot(a - x, b - y, c - z);

/** As WCAG has it, from 1 to 21. */
function contrast(one: string, other: string): number {
  const [y1, y2] = [one, other].map((colour) => {
    const [red, green, blue] = linear(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }) as [number, number];
  return (Math.max(y1, y2) + 0.05) / (Math.min(y1, y2) + 0.05);
}

for (const [name, theme] of Object.entries({ light, dark })) {
  const colours = PALETTE.map((entry) => (name === 'dark' ? entry.dark : entry.color));

  test.each(Object.entries(eyes))(`${name}: the series are told apart under %s`, (_, matrix) => {
    const seen = colours.map((colour) => lab(times(matrix, linear(colour))));
    // About 2.3 is the least difference that is noticed where two colours touch.
    for (const [at, one] of seen.entries()) {
      for (const other of seen.slice(at + 1)) expect(distance(one, other)).toBeGreaterThan(12);
    }
    // Of the three methods, which most pages show.
    const [vanilla, shortcut, evolution] = seen as [Rgb, Rgb, Rgb];
    const between = [distance(vanilla, shortcut), distance(vanilla, evolution), distance(shortcut, evolution)];
    expect(Math.min(...between)).toBeGreaterThan(17.5);
  });

  test(`${name}: lines, axes and words stand out from the paper`, () => {
    for (const colour of [...colours, theme.axis]) expect(contrast(colour, theme.paper)).toBeGreaterThan(3);
    for (const paper of [theme.paper, theme.zone]) expect(contrast(theme.ink, paper)).toBeGreaterThan(4.5);
  });
}
