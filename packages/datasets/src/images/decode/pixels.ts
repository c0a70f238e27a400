/** Pixels of one image as a decoder gives them: [height, width, 3], red, green, blue. */
export interface Rgb {
  pixels: Uint8Array;
  height: number;
  width: number;
}

/** Grey to three equal channels. */
export function greyToRgb(grey: ArrayLike<number>): Uint8Array {
  const rgb = new Uint8Array(3 * grey.length);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i] as number, 3 * i, 3 * i + 3);
  return rgb;
}

/** The first `kept` of `channels` values of each pixel: without alpha. */
export function withoutLast(pixels: ArrayLike<number>, channels: number, kept: number): Uint8Array {
  const count = pixels.length / channels;
  const made = new Uint8Array(count * kept);
  for (let i = 0, to = 0; i < count; i++) {
    for (let c = 0; c < kept; c++) made[to++] = pixels[i * channels + c] as number;
  }
  return made;
}

/** Printing inks, each from 0, much, to 255, none, as Adobe writes them, by Pillow's rule. */
export function cmykToRgb(inks: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((inks.length / 4) * 3);
  for (let i = 0, to = 0; i < inks.length; i += 4) {
    const light = inks[i + 3] as number;
    for (let c = 0; c < 3; c++) rgb[to++] = light - timesOver255(255 - (inks[i + c] as number), light);
  }
  return rgb;
}

/** a * b / 255, rounded. */
function timesOver255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
