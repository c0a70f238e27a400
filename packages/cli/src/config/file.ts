import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { plain } from 'kestirme';
import { type CST, isMap, isScalar, Parser, parseDocument, type YAMLMap } from 'yaml';
import { codeOf, messageOf, UsageError } from '../errors.js';
import { suggestion } from '../options/nearest.js';
import { findKey, namesOf, type OptionTable } from '../options/option.js';
import { at, type Given, whereListed } from '../options/parse.js';
import { migrateConfig } from './migrate.js';

/** Bytes of the largest configuration file. No configuration is longer; a wrong file often is. */
const LARGEST_FILE = 1 << 16;
/** Levels of YAML: the document, its mapping, a list, its entries, and some to spare. */
const DEEPEST = 8;
const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype'];

/** The options of `command` that a JSON or YAML file sets. `config.json` of a run folder is one, too. */
export function readConfigFile(table: OptionTable, file: string, command: string): Given {
  return givenFromObject(table, readConfigObject(file, '--config'), file, command);
}

/** The keys and values of a configuration file, in the present form; `option` named the file. */
export function readConfigObject(file: string, option: '--config' | '--resume'): Record<string, unknown> {
  return migrateConfig(parseConfigText(readConfigText(file, option), file), file);
}

/** `object`: in the present form, which `migrateConfig` gives. */
export function givenFromObject(
  table: OptionTable,
  object: Record<string, unknown>,
  file: string,
  command: string,
): Given {
  const given: Given = new Map();
  for (const [name, value] of Object.entries(object)) {
    const where = `${file}: ${plain.excerpt(name)}`;
    if (PROTOTYPE_KEYS.includes(name)) throw new UsageError(`${where} is not a key that a configuration may have`);
    if (name === 'schema') continue;
    if (name === 'version') {
      if (typeof value !== 'string') throw new UsageError(`${where} is ${plain.excerptOf(value)}, not text`);
      continue;
    }
    const key = findKey(table, name);
    const row = key === undefined ? undefined : table[key];
    if (key === undefined || row === undefined || row.commandLineOnly) {
      if (row !== undefined) throw new UsageError(`${where} belongs on the command line, not in a file`);
      const forFiles = Object.fromEntries(Object.entries(table).filter(([, one]) => !one.commandLineOnly));
      const names = [...Object.keys(forFiles), ...namesOf(forFiles)];
      throw new UsageError(`${where} is no option of ${command}${suggestion(name, names) || whereListed(command)}`);
    }
    if (given.has(key)) throw new UsageError(`${where} sets ${key} a second time`);
    given.set(key, { value: at(where, () => row.type.fromFile(value)), where });
  }
  return given;
}

/** A mapping from JSON or YAML text; `file` decides which and stands in errors. */
export function parseConfigText(text: string, file: string): Record<string, unknown> {
  const kind = extname(file).toLowerCase();
  let value: unknown;
  if (kind === '.json') {
    try {
      value = plain.parseJson(text);
    } catch (error) {
      throw new UsageError(`${file} is not JSON: ${messageOf(error)}`);
    }
  } else if (kind === '.yaml' || kind === '.yml') {
    value = parseYaml(text, file);
  } else {
    throw new UsageError(`${file}: a configuration ends in .json, .yaml or .yml`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${file} must hold keys and values, e.g. "epochs: 10"`);
  }
  return value as Record<string, unknown>;
}

/** The outermost mapping; undefined when there is none. */
function parseYaml(text: string, file: string): unknown {
  try {
    if (depthOf(text) > DEEPEST) throw new SyntaxError(`it is nested more than ${DEEPEST} deep`);
    // Keys are compared below: the parser's own way takes time that grows with the square of their number.
    const document = parseDocument(text, { uniqueKeys: false, strict: true });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) throw problem;
    if (!isMap(document.contents)) return undefined;
    checkKeys(document.contents);
    const map: unknown = document.toJS({ maxAliasCount: 0, mapAsMap: true });
    return map instanceof Map ? Object.fromEntries(map) : undefined;
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${plain.excerpt(messageOf(error), 200)}`);
  }
}

/**
 * How deep collections lie in each other. Only the parser's first half works without recursion; deep text that reached the
 * second would exhaust the stack, which can end the process instead of throwing.
 */
function depthOf(text: string): number {
  let depth = 0;
  let level: CST.Token[] = [...new Parser().parse(text)];
  while (level.length > 0) {
    depth++;
    level = level.flatMap(partsOf);
  }
  return depth;
}

function partsOf(token: CST.Token): CST.Token[] {
  const inner = 'items' in token ? token.items.flatMap(({ key, value }) => [key, value]) : [];
  if (token.type === 'document') inner.push(token.value);
  return inner.filter((part) => part !== undefined && part !== null);
}

/** No option takes a mapping, so that only the outermost keys matter. */
function checkKeys(map: YAMLMap): void {
  const seen = new Set<string>();
  for (const { key } of map.items) {
    const name: unknown = isScalar(key) ? key.value : key;
    if (typeof name !== 'string') throw new SyntaxError('keys must be text');
    if (seen.has(name)) throw new SyntaxError(`the key '${plain.excerpt(name)}' stands there twice`);
    seen.add(name);
  }
}

function readConfigText(file: string, option: '--config' | '--resume'): string {
  let bytes: Buffer;
  try {
    const found = statSync(file);
    // Reading a device may never end.
    if (!found.isFile()) throw new UsageError(`${option}: ${file} is not a file`);
    if (found.size > LARGEST_FILE) {
      throw new UsageError(`${option}: ${file} has ${found.size} bytes, a configuration at most ${LARGEST_FILE}`);
    }
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (codeOf(error) === 'ENOENT') throw new UsageError(`${option}: there is no file ${file}`);
    throw new UsageError(`${option}: cannot read ${file}: ${messageOf(error)}`);
  }
  try {
    return plain.decodeUtf8(bytes);
  } catch (error) {
    throw new UsageError(`${option}: ${file} ${messageOf(error)}`);
  }
}
