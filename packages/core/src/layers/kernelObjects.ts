/**
 * The kernel objects of a network. They are made before a pass needs them, so that none allocates, and freed with the
 * network: the garbage collector comes when it likes.
 */

interface KernelObject {
  free(): void;
}

/** Objects that hold the sizes of one batch each; the last batch of an epoch has its own. */
export interface PerBatch<T> {
  /** @throws Error when nobody has prepared this batch */
  for(batch: number): T;
}

export class KernelObjects {
  readonly #all: KernelObject[] = [];
  readonly #makers: ((batch: number) => void)[] = [];
  readonly #prepared = new Set<number>();

  /** Takes an object over that is the same for all batches. */
  own<T extends KernelObject>(object: T): T {
    this.#all.push(object);
    return object;
  }

  /** Before anything is prepared. */
  perBatch<T extends KernelObject>(make: (batch: number) => T): PerBatch<T> {
    const made = new Map<number, T>();
    this.#makers.push((batch) => made.set(batch, this.own(make(batch))));
    return {
      for(batch) {
        const object = made.get(batch);
        if (object === undefined) throw new Error(`no kernel object was made for ${batch} images at a time`);
        return object;
      },
    };
  }

  /** Makes those of a batch, unless they are there. */
  prepare(batch: number): void {
    if (this.#prepared.has(batch)) return;
    this.#prepared.add(batch);
    for (const make of this.#makers) make(batch);
  }

  /** Nothing of the network can be used afterwards. */
  free(): void {
    for (const object of this.#all.splice(0)) object.free();
  }
}
