import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, test } from 'vitest';
import { augmentType, parseAugment } from './augment.js';

const dir = mkdtempSync(join(tmpdir(), 'kestirme-augment-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

const usual = 'crop:2+flip+cutout:holes=1,length=8,fill=0';

test('steps as text, as a list and in a file are the same', () => {
  const { fromText, fromFile } = augmentType;
  expect(fromText('crop:padding=2+flip+cutout:length=8')).toBe(usual);
  expect(fromText(usual)).toBe(usual);
  expect(fromFile(['crop:2', 'flip', 'cutout:length=8'])).toBe(usual);
  expect(fromText(file('a.yaml', 'augment:\n  - crop:padding=2\n  - flip\n  - cutout:length=8\n'))).toBe(usual);
  expect(fromText(file('a.json', '{ "augment": ["crop:2", "flip", "cutout:length=8"] }'))).toBe(usual);
  expect(parseAugment(usual)).toEqual([
    { kind: 'crop', padding: 2 },
    { kind: 'flip' },
    { kind: 'cutout', holes: 1, length: 8, fill: 0 },
  ]);
});

test('names stand for themselves, and what was on or off for two of them', () => {
  expect(['none', 'standard', 'autoaugment'].map(augmentType.fromText)).toEqual(['none', 'standard', 'autoaugment']);
  expect([true, false].map(augmentType.fromFile)).toEqual(['standard', 'none']);
  expect(parseAugment('autoaugment')).toBe('autoaugment');
});

it.each([
  ['autaugment', "'autaugment' is not one of crop,"],
  ['flip+none', "'none' is not one of crop,"],
  ['crop:padding=1.5', '1.5 is not a whole number from 0 to 512'],
  ['autoaugment:policy=cifar', "'cifar' is not one of cifar10, imagenet, svhn; did you mean 'cifar10'?"],
  ['mixup+flip', "'flip' changes a sample, and has to stand before 'mixup'"],
  [join(dir, 'none.yaml'), 'cannot be read'],
])('%s is refused', (text, message) => {
  expect(() => augmentType.fromText(text)).toThrow(message);
});

it.each([
  ['b.yaml', 'augment: [flip]\nlr: 1', "holds 'lr' beside augment, a list of steps"],
  ['c.yaml', 'steps: [flip]', "holds 'steps' beside augment, a list of steps"],
  ['d.yaml', 'augment: d.yaml', 'augment names another file'],
  ['e.json', '[1]', 'must hold keys and values'],
  ['f.json', '{"augment": [{"kind": "flip"}]}', 'is not none, standard, autoaugment, or a list of steps as text'],
])('the file %s is refused', (name, content, message) => {
  expect(() => augmentType.fromText(file(name, content))).toThrow(message);
});
