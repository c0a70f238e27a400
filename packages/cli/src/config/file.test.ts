/** Configuration files that nobody would write by mistake. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anything, assert, property } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { trainOptions } from '../options/table.js';
import { filesIn, train } from './config.test.support.js';
import { givenFromObject } from './file.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = filesIn(folder);

describe('a hostile configuration file', () => {
  it.each([
    ['b.yaml', 'timeSteps: 1000000000', 'b.yaml: timeSteps: 1000000000 is not a whole number from 1 to 64'],
    ['b.json', '{"epochs": 1e9}', 'b.json: epochs: 1000000000 is not a whole number from 1 to 100000'],
    ['b.json', '{"batch": 9007199254740993}', 'b.json: batch: 9007199254740992 is not a whole number'],
    ['b.json', '{"width": 1e400}', 'b.json: width: Infinity is not a number'],
    ['b.json', '{"threshold": null}', 'b.json: threshold: null is not a number'],
    ['b.yaml', 'threshold: .nan', 'b.yaml: threshold: NaN is not a number'],
    ['b.json', '{"threshold": {"value": 1}}', 'b.json: threshold: {"value":1} is not a number'],
    ['b.json', '{"membrane": {"threshold": 1}}', 'b.json: membrane is no option of train; `kestirme help train` lists'],
    ['b.json', '{"decay": [0.5]}', 'b.json: decay: [0.5] is not a number from 0 to 1'],
    ['b.json', '{"augment": 1}', 'b.json: augment: 1 is not none, standard, autoaugment, or a list of steps as text'],
    ['b.json', '{"optimizer": "__proto__"}', "b.json: optimizer: '__proto__' is not one of sgd"],
    ['b.json', '{"surrogate": "constructor:1"}', "b.json: surrogate: 'constructor' is not one of"],
    ['b.json', '{"schedule": "step:1e9:0.5"}', 'b.json: schedule: 1000000000 is not a whole number from 1'],
    ['b.json', '{"lambda": "evo-rise,linear,epoch,1e400"}', 'b.json: lambda: Infinity is not a number'],
    ['b.json', '{"limit": "1e400,5"}', 'b.json: limit: Infinity is not a whole number'],
    ['b.json', '{"data": "mnist:a\\u0000b"}', "b.json: data: 'mnist:a\\u{0}b' holds a control character"],
    ['b.json', '{"heads": "\\u001b[2J"}', "b.json: heads: '\\u{1b}[2J' holds a control character"],
    ['b.json', '{"version": {}}', 'b.json: version is {}, not text'],
    ['b.json', '{"toString": 1}', 'b.json: toString is no option of train'],
    ['b.json', 'null', 'must hold keys and values'],
    ['b.yaml', '', 'must hold keys and values'],
    ['b.yaml', '? [a]\n: 1', 'keys must be text'],
    ['b.yaml', '1: 2', 'keys must be text'],
    ['b.yaml', '%YAML 1.1\n---\n!!set {lr}', 'must hold keys and values'],
    ['b.yaml', '%YAML 1.1\n---\n!!omap [lr: 1]', 'must hold keys and values'],
    ['b.yaml', '%YAML 1.1\n---\n<<: {lr: 1}', 'b.yaml'],
    ['b.yaml', 'lr: !mine 1', 'cannot be read'],
    ['b.yaml', 'lr: 1\n---\nlr: 2', 'cannot be read'],
  ])('%s with %j is refused', (name, content, message) => {
    const path = file(name, content);
    expect(() => train([], path)).toThrow(UsageError);
    expect(() => train([], path)).toThrow(message);
  });

  it.each<[string, string, string, string]>([
    ['long text', 'b.json', `{"heads": "${'x'.repeat(5000)}"}`, "(5000 characters)' is longer than 4096 characters"],
    ['a long key', 'b.json', `{"${'x'.repeat(60_000)}": 1}`, 'x... (60000 characters) is no option of train'],
    ['a deep list', 'b.json', `{"lr": ${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'b.json: lr: '],
    [
      'a deep list without an end',
      'b.yaml',
      `lr: ${'['.repeat(30_000)}`,
      'b.yaml cannot be read: it is nested more than 8',
    ],
    ['deep lines', 'b.yaml', '- '.repeat(30_000), 'b.yaml cannot be read: it is nested more than 8 deep'],
    ['deep keys', 'b.yaml', '? '.repeat(30_000), 'b.yaml cannot be read: it is nested more than 8 deep'],
    ['many brackets', 'b.yaml', `lr: [${'[],'.repeat(15_000)}]`, 'b.yaml: lr: [[],[],'],
    ['many documents', 'b.yaml', '---\n'.repeat(15_000), 'cannot be read'],
    ['many anchors', 'b.yaml', `lr: [${'&a 1,'.repeat(10_000)}]`, 'b.yaml: lr: [1,1,'],
  ])('with %s is refused', (_, name, content, message) => {
    const path = file(name, content);
    expect(() => train([], path)).toThrow(UsageError);
    expect(() => train([], path)).toThrow(message);
  });

  it('is refused when it is a folder or a device, and takes a byte order mark', () => {
    mkdirSync(join(folder, 'f.yaml'));
    expect(() => train([], join(folder, 'f.yaml'))).toThrow('f.yaml is not a file');
    expect(train([], file('g.json', '\ufeff{"epochs": 4}\r\n'))).toMatchObject({ epochs: 4 });
    expect(train([], file('g.yaml', '\ufeffepochs: 4\r\nlr: 1\r\n'))).toMatchObject({ epochs: 4, lr: 1 });
  });

  it('with ten thousand keys is refused at once', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `k${i.toString(36)}:`);
    expect(() => train([], file('h.yaml', keys.join('\n')))).toThrow('h.yaml: k0 is no option of train');
  });

  it('has no minus zero', () => {
    expect(Object.is(train([], file('i.json', '{"momentum": -0}')).momentum, 0)).toBe(true);
    expect(Object.is(train(['--momentum', '-0']).momentum, 0)).toBe(true);
  });

  it.each(Object.entries(trainOptions).filter(([, option]) => !option.commandLineOnly))(
    'as %s takes what its row does, or is refused with the path of the key',
    (key) => {
      assert(
        property(anything({ withNullPrototype: true, withBigInt: true }), (value) => {
          try {
            givenFromObject(trainOptions, { [key]: value }, 'c.json', 'train');
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
            const { message } = error as UsageError;
            expect(message.startsWith(`c.json: ${key}: `)).toBe(true);
            expect(message.length).toBeLessThan(500);
            expect(message).not.toMatch(/\p{Cc}/u);
          }
        }),
      );
    },
  );
});
