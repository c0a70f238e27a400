import { createHash } from 'node:crypto';

/** JSON with sorted keys and without spaces: one text for equal contents, whatever order they were written in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** SHA-256 of the canonical JSON, in hexadecimal. */
export function sha256OfJson(value: unknown): string {
  return sha256Of(canonicalJson(value));
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  // By code units, not by a language's rules.
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
