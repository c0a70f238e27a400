/** Kernel objects are made when a batch is prepared, and freed with all others. */
import { expect, it } from 'vitest';
import { KernelObjects } from './kernelObjects.js';

it('makes the objects of a batch once, for all who want some, and frees each once', () => {
  const objects = new KernelObjects();
  const log: string[] = [];
  const made = (name: string) => {
    log.push(`made ${name}`);
    return { name, free: () => log.push(`freed ${name}`) };
  };
  const alone = objects.own(made('alone'));
  const [a, b] = ['a', 'b'].map((name) => objects.perBatch((batch) => made(`${name}${batch}`)));
  expect(() => a?.for(8)).toThrow('no kernel object was made for 8 images at a time');
  objects.prepare(8);
  objects.prepare(8);
  objects.prepare(3);
  expect([a?.for(8).name, b?.for(8).name, b?.for(3).name]).toEqual(['a8', 'b8', 'b3']);
  expect(log.splice(0)).toEqual(['made alone', 'made a8', 'made b8', 'made a3', 'made b3']);
  objects.free();
  objects.free();
  expect(log).toEqual([alone.name, 'a8', 'b8', 'a3', 'b3'].map((name) => `freed ${name}`));
});
