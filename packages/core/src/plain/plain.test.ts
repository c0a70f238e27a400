import { assert, json, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, finite, listOf, mapOf, objectOf, share } from './check.js';
import { excerpt, excerptOf } from './excerpt.js';
import { decodeUtf8, parseJson } from './json.js';

describe('parseJson', () => {
  it('gives what JSON.parse gives', () => {
    assert(
      property(json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1, "\\u0061" : 2}', 'a'],
    ['[{"b":[{"a\\"":{},"a\\"":1}]}]', 'a"'],
    ['{"x":{"__proto__":1,"__proto__":1}}', '__proto__'],
  ])('refuses %s', (text, key) => {
    expect(() => parseJson(text)).toThrow(`the key '${key}' stands there twice`);
  });

  it.each([
    '{"a":{"a":1},"b":{"a":2}}',
    '[{"a":1},{"a":2}]',
    '{"a":"b","b":"a","c":["a","a"]}',
    '{"a":"\\\\","\\\\":1}',
  ])('takes %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('takes any depth and never touches a prototype', () => {
    const depth = 200_000;
    expect(() => parseJson('['.repeat(depth) + ']'.repeat(depth))).not.toThrow();
    expect(Object.getPrototypeOf(parseJson('{"__proto__":{"polluted":1}}'))).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('tells what is wrong in one short line', () => {
    const message = (text: string) => {
      try {
        parseJson(text);
      } catch (error) {
        return (error as SyntaxError).message;
      }
      throw new Error('no error');
    };
    assert(
      property(string({ unit: 'binary', maxLength: 50 }), (text) => {
        const said = message(`{"a":${text}\u001b[31m`);
        expect(said.length).toBeLessThan(2000);
        expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('excerpt', () => {
  it('leaves short text as it is, and cuts long text', () => {
    expect(excerpt('schön, 深')).toBe('schön, 深');
    expect(excerpt('x'.repeat(1e6), 3)).toBe('xxx... (1000000 characters)');
  });

  it('shows what a terminal would obey', () => {
    expect(excerpt('a\u001b[2J\n\u009b\u202e\ud800')).toBe('a\\u{1b}[2J\\u{a}\\u{9b}\\u{202e}\\u{d800}');
  });

  it('shows values as JSON does, and says so when it cannot', () => {
    expect([[1, 'a'], { a: null }, 'x"', Number.NaN, -0, undefined].map((value) => excerptOf(value))).toEqual([
      '[1,"a"]',
      '{"a":null}',
      '"x\\""',
      'NaN',
      '-0',
      'undefined',
    ]);
    expect(excerptOf(JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)))).toMatch(/^a list too deep|characters\)$/);
  });
});

describe('checks', () => {
  const shape = objectOf({ epoch: count, rates: mapOf(share), weights: listOf(finite) });
  const good = { epoch: 0, rates: { lif: 1 }, weights: [-1], more: null };

  it('pass what fits', () => {
    expect(shape(good, 'x')).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [null, 'x must be an object, got null'],
    [[], 'x must be an object, got []'],
    [{ ...good, epoch: '1' }, 'x.epoch must be a whole number from 0 up, got "1"'],
    [{ ...good, epoch: 2 ** 53 }, 'x.epoch must be a whole number from 0 up, got 9007199254740992'],
    [{ ...good, rates: { lif: 1.5 } }, 'x.rates.lif must be a number from 0 to 1, got 1.5'],
    [{ ...good, rates: JSON.parse('{"__proto__":2}') }, 'x.rates.__proto__ must be a number from 0 to 1, got 2'],
    [{ ...good, weights: [0, Number.POSITIVE_INFINITY] }, 'x.weights[1] must be a finite number, got Infinity'],
    [{ ...good, weights: { 0: 1 } }, 'x.weights must be a list, got {"0":1}'],
  ])('say of %j what is wrong', (value, problem) => {
    expect(shape(value, 'x')).toBe(problem);
  });

  it('do not take what is inherited', () => {
    expect(objectOf({ constructor: finite })({}, '')).toBe('constructor must be a finite number, got undefined');
  });
});

it('decodeUtf8 refuses what is not UTF-8 and drops a byte order mark', () => {
  expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('a');
  expect(() => decodeUtf8(Uint8Array.of(0xff))).toThrow('is not UTF-8 text');
});
