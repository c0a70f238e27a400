/** The drawing area: by pointer, or by keys. */
import type { Spot } from './drawing.js';

/** By how much a key moves the pen, in shares of the area. */
const keyStep = 1 / 28;
const arrows: Record<string, readonly [number, number]> = {
  ArrowLeft: [-keyStep, 0],
  ArrowRight: [keyStep, 0],
  ArrowUp: [0, -keyStep],
  ArrowDown: [0, keyStep],
};

export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #onDraw: (strokes: Spot[][]) => void;
  #strokes: Spot[][] = [];
  #pointer: number | null = null;
  /** Of the keys. */
  #pen: Spot = { x: 0.5, y: 0.2 };
  #penDown = false;

  constructor(canvas: HTMLCanvasElement, onDraw: (strokes: Spot[][]) => void) {
    this.#canvas = canvas;
    this.#onDraw = onDraw;
    // Screen readers leave the keys to it.
    canvas.setAttribute('role', 'application');
    canvas.addEventListener('pointerdown', (event) => {
      this.#pointer = event.pointerId;
      canvas.setPointerCapture(event.pointerId);
      this.#strokes.push([this.#spotOf(event)]);
      this.#changed();
    });
    canvas.addEventListener('pointermove', (event) => {
      if (event.pointerId !== this.#pointer) return;
      this.#strokes.at(-1)?.push(this.#spotOf(event));
      this.#changed();
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(end, () => {
        this.#pointer = null;
      });
    }
    canvas.addEventListener('keydown', (event) => this.#key(event));
    canvas.addEventListener('focus', () => this.draw());
    canvas.addEventListener('blur', () => this.draw());
  }

  clear(): void {
    this.#strokes = [];
    this.#penDown = false;
    this.draw();
  }

  draw(): void {
    const { width } = this.#canvas;
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const { color } = getComputedStyle(this.#canvas);
    context.clearRect(0, 0, width, width);
    Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: width / 14 });
    Object.assign(context, { lineCap: 'round', lineJoin: 'round' });
    for (const [first, ...others] of this.#strokes) {
      if (first === undefined) continue;
      context.beginPath();
      context.moveTo(first.x * width, first.y * width);
      for (const { x, y } of [first, ...others]) context.lineTo(x * width, y * width);
      context.stroke();
    }
    if (document.activeElement !== this.#canvas || !this.#canvas.matches(':focus-visible')) return;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(this.#pen.x * width, this.#pen.y * width, this.#penDown ? 4 : 9, 0, 7);
    context.stroke();
  }

  #spotOf({ offsetX, offsetY }: PointerEvent): Spot {
    const { clientWidth, clientHeight } = this.#canvas;
    return { x: inside(offsetX / clientWidth), y: inside(offsetY / clientHeight) };
  }

  #key(event: KeyboardEvent): void {
    const by = arrows[event.key];
    if (by === undefined && event.key !== ' ') return;
    event.preventDefault();
    if (by === undefined) {
      this.#penDown = !this.#penDown;
      if (this.#penDown) this.#strokes.push([this.#pen]);
    } else {
      this.#pen = { x: inside(this.#pen.x + by[0]), y: inside(this.#pen.y + by[1]) };
      if (this.#penDown) this.#strokes.at(-1)?.push(this.#pen);
    }
    if (this.#penDown) this.#changed();
    else this.draw();
  }

  #changed(): void {
    this.draw();
    this.#onDraw(this.#strokes);
  }
}

const inside = (share: number) => Math.min(1, Math.max(0, share));
