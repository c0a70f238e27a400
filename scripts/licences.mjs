// Which licences the packages of others may have: the list stands in deny.toml, for the Rust side and for this one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.mjs';

/** The list `allow` of deny.toml. */
export function allowedLicences(text = readFileSync(join(root, 'deny.toml'), 'utf8')) {
  const list = /^allow = \[([^\]]*)\]/m.exec(text)?.[1];
  if (list === undefined) throw new Error('deny.toml has no list of allowed licences');
  return [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
}

/**
 * Whether an SPDX expression can be met with `allowed` alone. Knows AND of ORs, with brackets around an OR; what is more
 * involved than that is not allowed.
 */
export function licenceAllowed(expression, allowed) {
  if (typeof expression !== 'string') return false;
  const bare = (part) =>
    part
      .trim()
      .replace(/^\((.*)\)$/, '$1')
      .trim();
  return bare(expression)
    .split(/ AND /)
    .every((part) =>
      bare(part)
        .split(/ OR /)
        .some((name) => allowed.includes(name.trim())),
    );
}

/** One sentence for every package whose licence is not allowed. */
export function licenceProblems(manifests, allowed) {
  return manifests
    .filter(({ license }) => !licenceAllowed(license, allowed))
    .map(({ name, version, license }) => `${name} ${version}: licence ${JSON.stringify(license) ?? 'not stated'}`);
}
