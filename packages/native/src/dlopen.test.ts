/** What the words of dynamic loaders are taken to mean; the words are glibc's, musl's, Apple's, Windows's and Node's. */
import { expect, it } from 'vitest';
import { explainDlopen } from './dlopen.js';
import { nodeHost } from './host.js';
import type { NativePlatform } from './platforms.js';

const { platforms } = nodeHost();
const named = (wanted: string) => platforms.find(({ name }) => name === wanted) as NativePlatform;
const gnu = named('linux-x64-gnu');
const musl = named('linux-x64-musl');
const apple = named('darwin-arm64');
const windows = named('win32-x64-msvc');
const file = '/app/kestirme.sse2.node';

it.each<[string, NativePlatform, string, RegExp]>([
  [
    'an old glibc',
    gnu,
    `/lib/x86_64-linux-gnu/libc.so.6: version \`GLIBC_2.38' not found (required by ${file})`,
    /C library is older than/,
  ],
  [
    'glibc code under musl',
    gnu,
    `Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by ${file})`,
    /is for systems with glibc; this one/,
  ],
  [
    'musl code under glibc',
    musl,
    'libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory',
    /is for systems with musl; this one/,
  ],
  ['a symbol that musl lacks', gnu, `Error relocating ${file}: __res_init: symbol not found`, /for systems with glibc/],
  ['another processor, Linux', gnu, `${file}: wrong ELF class: ELFCLASS32`, /is not for x64/],
  [
    'another processor, Linux, of 64 bits',
    gnu,
    `${file}: cannot open shared object file: No such file or directory`,
    /is not for x64/,
  ],
  [
    'another processor, macOS',
    apple,
    `dlopen(${file}, 0x0001): tried: '${file}' (mach-o file, but is an incompatible architecture (have 'x86_64', need 'arm64'))`,
    /is not for arm64/,
  ],
  ['another processor, Windows', windows, `\\\\?\\C:\\app\\x.node is not a valid Win32 application.`, /is not for x64/],
  ['a damaged file', gnu, `${file}: invalid ELF header`, /is damaged, or from another system/],
  ['half a file', gnu, `${file}: file too short`, /is damaged/],
  ['addons not allowed', gnu, 'Cannot load native addon because loading addons is disabled.', /--no-addons/],
  ['a disk without the right', gnu, `${file}: failed to map segment from shared object`, /noexec/],
])('%s', (_, platform, words, meaning) => {
  const text = explainDlopen(file, platform, new Error(words));
  expect(text).toContain(words.replace(/\.$/, ''));
  expect(text).toContain(file);
  expect(text).toMatch(meaning);
});

it('words that nobody knows are passed on', () => {
  expect(explainDlopen(file, gnu, new Error('it rains'))).toBe(
    `The native code could not be loaded: ${file}: it rains.`,
  );
});
