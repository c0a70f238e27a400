/** A packed part that is not what it should be; whoever knows the file and the offset makes it a problem of the recording. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string, options?: ErrorOptions) {
    super(`expected ${expected}, found ${found}`, options);
    this.expected = expected;
    this.found = found;
  }
}
