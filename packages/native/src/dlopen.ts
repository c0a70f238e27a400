import type { NativePlatform } from './platforms.js';

/** What the words of a dynamic loader mean, by what is in them. glibc's, musl's, Apple's, Windows's and Node's own. */
const meanings: readonly [RegExp, (platform: NativePlatform) => string][] = [
  [/version [`'"]?GLIBC_[\d.]+/, () => "This system's C library is older than the one that the file needs."],
  [
    /ld-linux|ld-musl|libc\.musl|libc\.so\.6: cannot open|symbol not found/i,
    ({ libc }) =>
      `The file is for systems with ${libc ?? 'another C library'}; this one seems to have another C library.`,
  ],
  [
    // glibc passes a file for another processor over and says that it found none.
    /\.node: cannot open shared object|wrong ELF class|incompatible architecture|Exec format|not a valid Win32/i,
    ({ cpu }) =>
      `The file is not for ${cpu}, or not whole. Was node_modules copied from another machine? Install it again on this one.`,
  ],
  [
    /invalid ELF header|file too short|not a mach-o|slice is not valid|not valid mach-o/i,
    () => 'The file is damaged, or from another system. Install it again on this machine.',
  ],
  [
    /ERR_DLOPEN_DISABLED|loading addons is disabled|has been disabled/i,
    () => 'Node was started with --no-addons, or with --permission without --allow-addons.',
  ],
  [
    /failed to map segment|Operation not permitted/i,
    () => 'Is its folder mounted without the right to execute (noexec)?',
  ],
];

/** A sentence about a file of native code that could not be loaded: the loader's own words, then what they mean. */
export function explainDlopen(file: string, platform: NativePlatform, error: unknown): string {
  const words = (error instanceof Error ? error.message : String(error)).trim().replace(/\.$/, '');
  const meaning = meanings.find(([pattern]) => pattern.test(words))?.[1](platform);
  const named = words.includes(file) ? words : `${file}: ${words}`;
  return `The native code could not be loaded: ${named}.${meaning === undefined ? '' : ` ${meaning}`}`;
}
