/** The machine that a pickle is a program of, with the few instructions that are needed. */
import { plain } from 'kestirme';
import {
  ArrayType,
  ByteString,
  Dictionary,
  Global,
  knownGlobals,
  List,
  PickledArray,
  type PickleValue,
  Tuple,
} from './pickleValues.js';

export interface PickleProblem {
  expected: string;
  found: string;
}

const tupleSizes: Readonly<Record<string, number>> = { '\x85': 1, '\x86': 2, '\x87': 3 };

export class PickleStack {
  readonly #values: PickleValue[] = [];
  /** Where the marks stand. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  /** The one value on the stack; undefined when there are none, or more. */
  result(): PickleValue | undefined {
    return this.#values.length === 1 && this.#marks.length === 0 ? this.#values[0] : undefined;
  }

  /** Carries out an instruction. Gives what is wrong with it. */
  run(code: number, argument: PickleValue): PickleProblem | undefined {
    const instruction = String.fromCharCode(code);
    switch (instruction) {
      case '(':
        this.#marks.push(this.#values.length);
        return undefined;
      case ')':
        return this.#push(new Tuple([]));
      case ']':
        return this.#push(new List());
      case '}':
        return this.#push(new Dictionary());
      case 'N':
        return this.#push(null);
      case '\x88':
      case '\x89':
        return this.#push(instruction === '\x88');
      case 'c':
        return this.#global(argument as string);
      case 'q':
      case 'r':
        return this.#remember(argument as number);
      case 'h':
      case 'j':
        return this.#recall(argument as number);
      case 'a':
      case 'e':
        return this.#append(instruction === 'a' ? this.#take(1) : this.#takeToMark());
      case 's':
      case 'u':
        return this.#setItems(instruction === 's' ? this.#take(2) : this.#takeToMark());
      case 't':
        return this.#tuple(this.#takeToMark());
      case '\x85':
      case '\x86':
      case '\x87':
        return this.#tuple(this.#take(tupleSizes[instruction] as number));
      case 'R':
        return this.#reduce();
      case 'b':
        return this.#build();
      default:
        return this.#push(argument);
    }
  }

  #push(value: PickleValue): undefined {
    this.#values.push(value);
  }

  /** The lowest place that may be taken from: what lies under a mark stays there until the mark is gone. */
  get #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }

  #take(count: number): PickleValue[] | undefined {
    return this.#values.length - this.#floor < count ? undefined : this.#values.splice(this.#values.length - count);
  }

  #takeToMark(): PickleValue[] | undefined {
    const mark = this.#marks.pop();
    return mark === undefined ? undefined : this.#values.splice(mark);
  }

  get #top(): PickleValue | undefined {
    return this.#values.length > this.#floor ? this.#values.at(-1) : undefined;
  }

  #global(name: string): PickleProblem | undefined {
    const known = Object.hasOwn(knownGlobals, name) ? knownGlobals[name] : undefined;
    if (known !== undefined) return this.#push(new Global(known));
    return { expected: 'no code but the three names of an array of NumPy', found: `'${plain.excerpt(name)}'` };
  }

  #remember(key: number): PickleProblem | undefined {
    const top = this.#top;
    if (top === undefined) return lacking;
    this.#memo.set(key, top);
    return undefined;
  }

  #recall(key: number): PickleProblem | undefined {
    const value = this.#memo.get(key);
    return value === undefined
      ? { expected: 'a value under that number', found: `none under ${key}` }
      : this.#push(value);
  }

  #append(items: PickleValue[] | undefined): PickleProblem | undefined {
    const list = this.#top;
    if (items === undefined || !(list instanceof List)) return lacking;
    for (const item of items) list.items.push(item);
    return undefined;
  }

  #setItems(items: PickleValue[] | undefined): PickleProblem | undefined {
    const dictionary = this.#top;
    if (items === undefined || !(dictionary instanceof Dictionary) || items.length % 2 === 1) return lacking;
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (!(key instanceof ByteString) || key.text === null) return { expected: 'words as keys', found: 'another key' };
      dictionary.entries.set(key.text, items[i + 1] as PickleValue);
    }
    return undefined;
  }

  #tuple(items: PickleValue[] | undefined): PickleProblem | undefined {
    return items === undefined ? lacking : this.#push(new Tuple(items));
  }

  /** "Call the first with the second": two calls are known, and are taken for what they would make. */
  #reduce(): PickleProblem | undefined {
    const [callee, args] = this.#take(2) ?? [];
    if (!(callee instanceof Global) || !(args instanceof Tuple)) return lacking;
    const [first] = args.items;
    if (callee.name === 'reconstruct' && first instanceof Global && first.name === 'ndarray') {
      return this.#push(new PickledArray());
    }
    if (callee.name === 'dtype' && first instanceof ByteString && first.text !== null) {
      return this.#push(new ArrayType(first.text));
    }
    return { expected: 'an array of NumPy or its type', found: 'another call' };
  }

  /** "Let the second be the state of the first". */
  #build(): PickleProblem | undefined {
    const [state] = this.#take(1) ?? [];
    const target = this.#top;
    // Of a type: the order of bytes and the like, which single bytes have not.
    if (target instanceof ArrayType && state instanceof Tuple) return undefined;
    if (!(target instanceof PickledArray) || !(state instanceof Tuple)) return lacking;
    const [, shape, type, fortranOrder, bytes] = state.items;
    const sizes = shape instanceof Tuple ? shape.items : [];
    const isShape = sizes.every((one) => typeof one === 'number' && one >= 0);
    if (!isShape || !(type instanceof ArrayType) || !(bytes instanceof ByteString)) {
      return { expected: "an array's shape, type and bytes", found: 'something else' };
    }
    target.shape = sizes as number[];
    target.type = type.code;
    target.fortranOrder = fortranOrder === true || fortranOrder === 1;
    target.bytes = bytes;
    return undefined;
  }
}

const lacking: PickleProblem = { expected: 'an instruction that has what it needs', found: 'one that has not' };
