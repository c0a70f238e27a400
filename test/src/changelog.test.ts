/** What changes the bits of a run is told. */
import { readFileSync } from 'node:fs';
import { expected, shortHash } from '@kestirme/cli';
import { expect, test } from 'vitest';

test('CHANGELOG.md names the evidence that kestirme verify expects', () => {
  const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
  expect(changelog).toContain(shortHash(expected.digests));
});
