import { expect, it } from 'vitest';
import { partFolders, partNamed, testFolders } from './partFolders.js';

it('folders are parts by their names, in whatever case', () => {
  expect(testFolders.map(partNamed)).toEqual(['test', 'test', 'test', 'test']);
  expect(['Train', 'VAL', 'trains', 'constructor', '', undefined].map(partNamed)).toEqual([
    'train',
    'test',
    null,
    null,
    null,
    null,
  ]);
});

it.each([
  [['train', 'val', 'test'], { train: 'train', test: 'test' }],
  [['Valid', 'Train', 'notes'], { train: 'Train', test: 'Valid' }],
  [['Bus', 'Train'], null],
  [['test', 'val'], null],
])('of %j', (folders, parts) => expect(partFolders(folders)).toEqual(parts));
