/**
 * Messages name options in backquotes, by the paths that they have in this library: `warmupEpochs`, `optimizer.momentum`.
 * So a program whose users know them by other names can put those in: `nameOf` gives the name for a path, or nothing,
 * which leaves it as it is.
 */
export function renameOptions(message: string, nameOf: (path: string) => string | undefined): string {
  return message.replace(/`([a-z]\w*(?:\.\w+)*)`/gi, (quoted: string, path: string) => nameOf(path) ?? quoted);
}
