/** A command line of this program that a shell reads back as the same words. */
export function commandLine(words: readonly string[]): string {
  const quoted = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ['npx kestirme', ...quoted].join(' ');
}
