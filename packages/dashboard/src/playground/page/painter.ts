/** Draws what has changed, one thing in each frame, so that no frame is long; and nothing more often than eyes follow. */

/** Milliseconds from one drawing of a thing to its next. */
const pauseOf = 200;

export class Painter {
  /** What waits, and when it was drawn last. */
  readonly #waiting = new Set<() => void>();
  readonly #drawn = new Map<() => void, number>();
  #frame = 0;

  /** `draw` is called once, soon; it is the same function each time. */
  request(draw: () => void): void {
    this.#waiting.add(draw);
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#next);
  }

  /** Draws all that waits, at once. */
  flush(): void {
    for (const draw of this.#waiting) draw();
    this.#waiting.clear();
  }

  readonly #next = (now: number): void => {
    this.#frame = 0;
    for (const draw of this.#waiting) {
      if (now - (this.#drawn.get(draw) ?? Number.NEGATIVE_INFINITY) < pauseOf) continue;
      this.#waiting.delete(draw);
      this.#drawn.set(draw, now);
      draw();
      break;
    }
    if (this.#waiting.size > 0) this.#frame = requestAnimationFrame(this.#next);
  };
}
