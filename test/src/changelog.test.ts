/** What changes the bits of a run is told. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expected, shortHash } from '@kestirme/cli';
import { expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

test('CHANGELOG.md names the evidence that kestirme verify expects', () => {
  const changelog = readFileSync(join(here, '..', '..', 'CHANGELOG.md'), 'utf8');
  expect(changelog).toContain(shortHash(expected.digests));
});
