import { expect, it } from 'vitest';
import { renameOptions } from './optionNames.js';

it('puts names in for paths in backquotes, and for nothing else', () => {
  const nameOf = (path: string) => ({ lr: '--lr', 'schedule.every': '--schedule' })[path];
  expect(renameOptions('`lr` and `schedule.every`, lr, `other`, `npm start`, `` and `1`', nameOf)).toBe(
    '--lr and --schedule, lr, `other`, `npm start`, `` and `1`',
  );
});
