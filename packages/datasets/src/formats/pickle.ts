/**
 * The part of Python's pickle format that CIFAR's Python version is written in: protocol 2, dictionaries and lists of
 * numbers and byte strings, and arrays of bytes of NumPy. A pickle is a program: "call this function with that". Nothing
 * is called here. Every instruction that these files do not need is refused, and so is every name but the three of NumPy
 * that stand for an array, which are taken for what they describe.
 * Source: `pickletools` and `numpy.ndarray.__reduce__` of the Python and NumPy projects.
 */
import { DatasetError } from '../error.js';
import type { ByteSource } from './byteSource.js';
import { PickleCursor } from './pickleCursor.js';
import { PickleStack } from './pickleStack.js';
import { ByteString, type PickleValue } from './pickleValues.js';

/** More than any of these files has (CIFAR-100's training file: 100,000 labels and 50,000 names). */
const mostInstructions = 2_000_000;

/** The value that a pickle describes. Long byte strings stay where they are. @throws DatasetError with the place */
export async function readPickle(source: ByteSource): Promise<PickleValue> {
  const cursor = new PickleCursor(source);
  const stack = new PickleStack();
  await cursor.have(2);
  if (cursor.left < 2 || cursor.byte() !== 0x80 || cursor.byte() !== 2) {
    throw new DatasetError({ file: source.file, offset: 0 }, 'a pickle of protocol 2', 'other bytes');
  }
  for (let count = 0; count < mostInstructions; count++) {
    await cursor.have(1);
    const at = cursor.position;
    const refuse = (expected: string, found: string): never => {
      throw new DatasetError({ file: source.file, offset: at }, expected, found);
    };
    if (cursor.left === 0) return refuse('the next instruction of a pickle', 'the end of the file');
    const code = cursor.byte();
    const argument = await argumentOf(code, cursor);
    if (code === 0x2e) {
      if (source.size !== cursor.position) refuse('the end of the file behind the pickle', 'more bytes');
      return stack.result() ?? refuse('a pickle of one value', 'another number of them');
    }
    const problem = argument === undefined ? notNeeded(code) : stack.run(code, argument);
    if (problem !== undefined) refuse(problem.expected, problem.found);
  }
  throw new DatasetError({ file: source.file, offset: null }, `at most ${mostInstructions} instructions`, 'more');
}

function notNeeded(code: number): { expected: string; found: string } {
  const shown = code > 0x20 && code < 0x7f ? ` ('${String.fromCharCode(code)}')` : '';
  return {
    expected: 'nothing but the instructions that arrays of bytes and lists of numbers need',
    found: `the instruction 0x${code.toString(16).padStart(2, '0')}${shown}, which could do other things`,
  };
}

/** What stands behind an instruction; null: nothing; undefined: it is none of those that are needed. */
async function argumentOf(code: number, cursor: PickleCursor): Promise<PickleValue | undefined> {
  switch (String.fromCharCode(code)) {
    case '(': // MARK
    case ')': // EMPTY_TUPLE
    case ']': // EMPTY_LIST
    case '}': // EMPTY_DICT
    case 'N': // NONE
    case '\x88': // NEWTRUE
    case '\x89': // NEWFALSE
    case 'a': // APPEND
    case 'e': // APPENDS
    case 's': // SETITEM
    case 'u': // SETITEMS
    case 't': // TUPLE
    case '\x85': // TUPLE1
    case '\x86': // TUPLE2
    case '\x87': // TUPLE3
    case 'R': // REDUCE
    case 'b': // BUILD
    case '.': // STOP
      return null;
    case 'K': // BININT1
    case 'q': // BINPUT
    case 'h': // BINGET
      return cursor.number(1);
    case 'M': // BININT2
      return cursor.number(2);
    case 'J': // BININT, with a sign
      return (await cursor.number(4)) | 0;
    case 'r': // LONG_BINPUT
    case 'j': // LONG_BINGET
      return cursor.number(4);
    case 'U': // SHORT_BINSTRING
      return string(cursor, await cursor.number(1));
    case 'T': // BINSTRING
      return string(cursor, await cursor.number(4));
    case 'c': // GLOBAL: a module and a name, each in a line
      return `${await cursor.line()} ${await cursor.line()}`;
    default:
      return undefined;
  }
}

/** Beyond this, a byte string is no word but data. */
const longestWord = 1000;

async function string(cursor: PickleCursor, length: number): Promise<ByteString> {
  const offset = cursor.position;
  if (length > longestWord) {
    cursor.skip(length);
    return new ByteString(offset, length, null);
  }
  return new ByteString(offset, length, await cursor.text(length));
}
