/** What holds for every kind of every family. */
import { expect, it } from 'vitest';
import { families } from '../zoo.js';
import { fieldProblems, usualOptions } from './field.js';

const kinds = families.flatMap(({ name: family, kinds }) => kinds.map((kind) => ({ family, ...kind })));

it.each(kinds)('$family: $name says what it is, whose, and what it is held to', ({ family, ...kind }) => {
  const { name, options } = kind;
  const blank = (['help', 'paper', 'parity'] as const).filter((text) => kind[text].trim() === '');
  const blankOptions = Object.keys(options).filter((option) => options[option]?.help.trim() === '');
  const missing = [...blank, ...blankOptions.map((option) => `help of ${option}`)].join(', ');
  expect(missing, `${name}: write these in its file in packages/core/src/${family}`).toBe('');
});

it.each(kinds)('$family: $name has usual options that it may have, and a name for files', ({ name, options }) => {
  expect(fieldProblems('', options, usualOptions(options))).toEqual([]);
  expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
});

it.each(families)('$name: no two have the same name', ({ kinds }) => {
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
});
