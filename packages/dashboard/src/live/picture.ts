/** Pictures from bytes, drawn without addresses of any kind. */
import { element } from '../charts/dom.js';
import type { Picture } from './protocol.js';

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** One channel is grey, three are colours; of two, as of events, the first is blue and the second red. */
export function pictureCanvas({ height, width, channels, pixels }: Picture, label: string): HTMLCanvasElement {
  const bytes = bytesOf(pixels);
  const rgb = (at: number): [number, number, number] => {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at * channels, (at + 1) * channels);
    if (channels === 1) return [a, a, a];
    return channels === 2 ? [b, 0, a] : [a, b, c];
  };
  return pixelCanvas([width, height], (at) => rgb(at), label);
}

export function pixelCanvas(
  [width, height]: [number, number],
  colour: (at: number) => readonly [number, number, number],
  label: string,
): HTMLCanvasElement {
  const canvas = element('canvas', { width, height, class: 'pixels', role: 'img', 'aria-label': label });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  for (let at = 0; at < width * height; at++) image.data.set([...colour(at), 255], 4 * at);
  context.putImageData(image, 0, 0);
  return canvas;
}
