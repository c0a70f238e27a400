/** A platform that there is a package of native code for: an entry of platforms.json, which building and packing read too. */
export interface NativePlatform {
  /** The end of the package's name, such as `linux-x64-gnu`. */
  readonly name: string;
  /** As process.platform. */
  readonly os: string;
  /** As process.arch. */
  readonly cpu: string;
  /** On Linux only. */
  readonly libc?: 'glibc' | 'musl';
  /** As rustc names it. */
  readonly target: string;
  /** The levels that it has a file for, lowest first. Every processor of the platform has the first. */
  readonly levels: readonly [string, ...string[]];
}

/** The package of a platform. */
export const packageName = ({ name }: NativePlatform) => `@kestirme/native-${name}`;

/** The file of one level in a platform's folder. */
export const fileName = (level: string) => `kestirme.${level}.node`;

/** The platform of a process; undefined where there is none. A C library that could not be told counts as glibc. */
export function findPlatform(
  platforms: readonly NativePlatform[],
  { os, cpu, libc }: { os: string; cpu: string; libc: string | null },
): NativePlatform | undefined {
  const fits = (one: NativePlatform) => one.libc === undefined || one.libc === (libc ?? 'glibc');
  return platforms.find((one) => one.os === os && one.cpu === cpu && fits(one));
}
