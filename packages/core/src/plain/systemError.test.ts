import { expect, it } from 'vitest';
import { systemCode, systemReason } from './systemError.js';

const failed = (code: string, message = '') => Object.assign(new Error(message), { code });

it('says in words what a system says in codes', () => {
  expect(systemReason(failed('EROFS', "EROFS: read-only file system, open '/a'"))).toBe(
    'the disk is read-only (EROFS)',
  );
  expect(systemReason(failed('EXDEV', "EXDEV: cross-device link not permitted, rename '/a' -> '/b'"))).toBe(
    'cross-device link not permitted (EXDEV)',
  );
});

it('leaves alone what is no matter of a file', () => {
  const refused = failed('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:80');
  for (const other of [refused, new Error('EROFS: x, open'), 'EROFS', null, { code: 'EROFS' }, failed('toString')]) {
    expect(systemReason(other)).toBeUndefined();
  }
  expect(systemCode(refused)).toBe('ECONNREFUSED');
  expect(systemCode({ code: 'EROFS' })).toBeUndefined();
});
