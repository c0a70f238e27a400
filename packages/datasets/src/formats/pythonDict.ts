/** The little of Python's literals that stands in the header of a .npy file: a dictionary of texts, numbers and tuples. */

export type PythonValue = string | number | boolean | null | readonly PythonValue[];

const token = /\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d+L?|True|False|None|[{}[\](),:])/y;
/** Deeper nesting than a header has. */
const deepest = 8;

/** The dictionary that `text` is, with nothing but white space around it; undefined when it is none. */
export function parsePythonDict(text: string): Record<string, PythonValue> | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const reader = new Reader(tokens);
  try {
    return reader.dict();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function tokensOf(text: string): string[] | undefined {
  const found: string[] = [];
  const end = text.trimEnd().length;
  token.lastIndex = 0;
  while (token.lastIndex < end) {
    const match = token.exec(text);
    if (match === null) return undefined;
    found.push(match[1] as string);
  }
  return found;
}

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  /** All of the tokens. */
  dict(): Record<string, PythonValue> {
    const made: Record<string, PythonValue> = Object.create(null);
    this.#expect('{');
    while (!this.#take('}')) {
      const key = this.#value(0);
      this.#expect(':');
      if (typeof key !== 'string' || key in made) throw new SyntaxError();
      made[key] = this.#value(0);
      if (!this.#take(',') && this.#tokens[this.#at] !== '}') throw new SyntaxError();
    }
    if (this.#at !== this.#tokens.length) throw new SyntaxError();
    return made;
  }

  #value(depth: number): PythonValue {
    if (depth > deepest) throw new SyntaxError();
    const next = this.#tokens[this.#at++] ?? '';
    if (next === '(' || next === '[') return this.#sequence(next === '(' ? ')' : ']', depth + 1);
    if (next.startsWith("'") || next.startsWith('"')) return next.slice(1, -1);
    if (/^\d/.test(next)) return Number(next.replace('L', ''));
    if (next === 'None') return null;
    if (next === 'True' || next === 'False') return next === 'True';
    throw new SyntaxError();
  }

  #sequence(close: string, depth: number): PythonValue[] {
    const made: PythonValue[] = [];
    while (!this.#take(close)) {
      made.push(this.#value(depth));
      if (!this.#take(',') && this.#tokens[this.#at] !== close) throw new SyntaxError();
    }
    return made;
  }

  #take(wanted: string): boolean {
    if (this.#tokens[this.#at] !== wanted) return false;
    this.#at++;
    return true;
  }

  #expect(wanted: string): void {
    if (!this.#take(wanted)) throw new SyntaxError();
  }
}
