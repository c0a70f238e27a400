import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseDocument } from 'yaml';
import { codeOf, messageOf, UsageError } from '../errors.js';
import { CONFIG_SCHEMA } from '../run/record.js';
import { suggestion } from './nearest.js';
import { findKey, namesOf, type OptionTable } from './option.js';
import { at, type Given } from './parse.js';

/** No configuration is longer; a wrong file often is. */
const LARGEST_FILE = 1 << 20;
const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype'];

/** The options that a JSON or YAML file sets. `config.json` of a run folder is one, too. */
export function readConfigFile(table: OptionTable, file: string): Given {
  return givenFromObject(table, parseConfigText(readText(file), file), file);
}

export function givenFromObject(table: OptionTable, object: Record<string, unknown>, file: string): Given {
  const given: Given = new Map();
  for (const [name, value] of Object.entries(object)) {
    const where = `${file}: ${name}`;
    if (PROTOTYPE_KEYS.includes(name)) throw new UsageError(`${where} is not a key that a configuration may have`);
    if (name === 'schema') {
      if (value !== CONFIG_SCHEMA)
        throw new UsageError(`${where} is ${JSON.stringify(value)}; this version reads ${CONFIG_SCHEMA}`);
      continue;
    }
    if (name === 'version') continue;
    const key = findKey(table, name);
    const row = key === undefined ? undefined : table[key];
    if (key === undefined || row === undefined || row.commandLineOnly) {
      if (row !== undefined) throw new UsageError(`${where} belongs on the command line, not in a file`);
      const forFiles = Object.fromEntries(Object.entries(table).filter(([, one]) => !one.commandLineOnly));
      const names = [...Object.keys(forFiles), ...namesOf(forFiles)];
      throw new UsageError(`${where} is not a key of this command${suggestion(name, names)}`);
    }
    if (given.has(key)) throw new UsageError(`${where} sets ${key} a second time`);
    given.set(key, { value: at(where, () => row.type.fromFile(value)), where });
  }
  return given;
}

/** A mapping from JSON or YAML text; `file` decides which and stands in errors. */
export function parseConfigText(text: string, file: string): Record<string, unknown> {
  const kind = extname(file).toLowerCase();
  if (kind === '.json') {
    try {
      JSON.parse(text);
    } catch (error) {
      throw new UsageError(`${file} is not JSON: ${messageOf(error)}`);
    }
  } else if (kind !== '.yaml' && kind !== '.yml') {
    throw new UsageError(`${file}: a configuration ends in .json, .yaml or .yml`);
  }
  // JSON is YAML; this parser also refuses a key that stands there twice, which JSON.parse lets pass.
  const document = parseDocument(text, { uniqueKeys: true, strict: true });
  const problem = document.errors[0];
  if (problem !== undefined) throw new UsageError(`${file} cannot be read: ${messageOf(problem)}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${file} must hold keys and values, e.g. "epochs: 10"`);
  }
  return value as Record<string, unknown>;
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new UsageError(`--config: there is no file ${file}`);
    throw new UsageError(`--config: ${messageOf(error)}`);
  }
  if (bytes.length > LARGEST_FILE) {
    throw new UsageError(`--config: ${file} has ${bytes.length} bytes, a configuration at most ${LARGEST_FILE}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`--config: ${file} is not UTF-8 text`);
  }
}
