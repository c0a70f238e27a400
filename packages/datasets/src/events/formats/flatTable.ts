/**
 * A table of a flatbuffer, as much of it as AEDAT 4 needs. Source: FlatBuffers, "Internals". The official library checks
 * no offset of what it reads, which is no way to read files of others; here each read beyond the buffer is a RangeError.
 */
export class FlatTable {
  readonly view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  /** The root of `view`, which must bear `identifier`, else a RangeError. */
  constructor(view: DataView, identifier: string) {
    this.view = view;
    for (let i = 0; i < 4; i++) {
      if (view.getUint8(4 + i) !== identifier.charCodeAt(i)) throw new RangeError(`it is no ${identifier}`);
    }
    this.#at = view.getUint32(0, true);
    this.#vtable = this.#at - view.getInt32(this.#at, true);
    this.#vtableBytes = view.getUint16(this.#vtable, true);
  }

  /** Where field `index` lies; null: it has its default. */
  field(index: number): number | null {
    const entry = 4 + 2 * index;
    if (entry + 2 > this.#vtableBytes) return null;
    const offset = this.view.getUint16(this.#vtable + entry, true);
    return offset === 0 ? null : this.#at + offset;
  }

  /** The vector or string of field `index`: where its elements begin, and how many there are, all inside the buffer. */
  vector(index: number, elementBytes: number): { at: number; length: number } {
    const field = this.field(index);
    if (field === null) return { at: 0, length: 0 };
    const start = field + this.view.getUint32(field, true);
    const length = this.view.getUint32(start, true);
    const at = start + 4;
    if (at + length * elementBytes > this.view.byteLength) throw new RangeError('a vector reaches beyond the end');
    return { at, length };
  }
}
