/** A WebAssembly file in which one function traps. */

const importSection = 2;
const exportSection = 7;
const codeSection = 10;
const functionKind = 0;
const [unreachable, nop, end] = [0x00, 0x01, 0x0b];

/** Reads what the binary format is made of, from `at` on. */
class Reader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.#bytes[this.at++] as number;
  }

  /** LEB128; sizes and indices here are below 2^31. */
  number(): number {
    const byte = this.byte();
    return byte < 0x80 ? byte : (byte & 0x7f) + this.number() * 0x80;
  }

  name(): string {
    const length = this.number();
    this.at += length;
    return new TextDecoder().decode(this.#bytes.subarray(this.at - length, this.at));
  }
}

/** A copy of `wasm`, in which the exported function of this name does nothing but trap. */
export function trapIn(wasm: Uint8Array, name: string): Uint8Array {
  const copy = wasm.slice();
  const index = exportedFunction(copy, name) - importedFunctions(copy);
  const code = section(copy, codeSection);
  code.number();
  for (let passed = 0; passed < index; passed++) {
    const size = code.number();
    code.at += size;
  }
  const size = code.number();
  // No local variables, the trap, and as many bytes as before.
  copy.fill(nop, code.at, code.at + size);
  copy.set([0, unreachable], code.at);
  copy[code.at + size - 1] = end;
  return copy;
}

function section(wasm: Uint8Array, wanted: number): Reader {
  const reader = new Reader(wasm, 8);
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const size = reader.number();
    if (id === wanted) return reader;
    reader.at += size;
  }
  throw new Error(`no section ${wanted} in this WebAssembly file`);
}

function exportedFunction(wasm: Uint8Array, name: string): number {
  const reader = section(wasm, exportSection);
  for (let left = reader.number(); left > 0; left--) {
    const found = reader.name();
    const kind = reader.byte();
    const index = reader.number();
    if (found === name && kind === functionKind) return index;
  }
  throw new Error(`no exported function ${name} in this WebAssembly file`);
}

/** Their indices come before those of the module's own; the module's only other import is its memory. */
function importedFunctions(wasm: Uint8Array): number {
  const reader = section(wasm, importSection);
  let functions = 0;
  for (let left = reader.number(); left > 0; left--) {
    reader.name();
    reader.name();
    const isFunction = reader.byte() === functionKind;
    if (isFunction) functions++;
    // A function has the index of its type, a memory its flags, its size and its limit.
    for (let numbers = isFunction ? 1 : 3; numbers > 0; numbers--) reader.number();
  }
  return functions;
}
