/** What pickles describe, as far as they are read. None of it is made by anybody's code. */

/** A string of bytes, which may be long: where it lies in the file. */
export class ByteString {
  readonly offset: number;
  readonly length: number;
  /** Its bytes as characters 0 to 255; null: it is too long for a word. */
  readonly text: string | null;

  constructor(offset: number, length: number, text: string | null) {
    this.offset = offset;
    this.length = length;
    this.text = text;
  }
}

/** NumPy's type of numbers, such as 'u1'. */
export class ArrayType {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

/** An array of NumPy, which is described in two steps. */
export class PickledArray {
  shape: readonly number[] | null = null;
  type = '';
  /** Column by column. */
  fortranOrder = false;
  bytes: ByteString | null = null;
}

export class List {
  readonly items: PickleValue[] = [];
}

export class Tuple {
  readonly items: readonly PickleValue[];

  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

export class Dictionary {
  readonly entries = new Map<string, PickleValue>();
}

/** A name of another program's code, of those that are known. */
export class Global {
  readonly name: KnownGlobal;

  constructor(name: KnownGlobal) {
    this.name = name;
  }
}

export type KnownGlobal = 'reconstruct' | 'ndarray' | 'dtype';

/** NumPy 2 has moved the first. */
export const knownGlobals: Readonly<Record<string, KnownGlobal>> = {
  'numpy.core.multiarray _reconstruct': 'reconstruct',
  'numpy._core.multiarray _reconstruct': 'reconstruct',
  'numpy ndarray': 'ndarray',
  'numpy dtype': 'dtype',
};

/** Strings are the arguments of instructions only. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | ByteString
  | ArrayType
  | PickledArray
  | List
  | Tuple
  | Dictionary
  | Global;
