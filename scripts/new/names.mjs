// The name of a method in the forms of each language.
import { ScriptError } from '../process.mjs';

/** Words that Rust or TypeScript keep for themselves, and that name something else in a folder of methods. */
const reserved = new Set(
  (
    'abstract as async await become box break case catch class const continue crate debugger default delete do dyn else ' +
    'enum export extends extern false final finally fn for function gen if impl implements import in instanceof interface ' +
    'let loop macro match mod move mut new null override package priv private protected pub public ref return self static ' +
    'struct super switch this throw trait true try type typeof undefined union unsafe unsized use var virtual void where ' +
    'while with yield index kind kinds missing tests'
  ).split(' '),
);

const longest = 40;

/** @returns {{kebab: string, snake: string, camel: string, pascal: string}} */
export function formsOf(given) {
  const kebab = given
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kebab) || kebab.length > longest) {
    throw new ScriptError(
      `'${given}' is not a name: letters, digits and single dashes, a letter first, at most ${longest} characters`,
    );
  }
  const words = kebab.split('-');
  const pascal = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  const forms = { kebab, snake: words.join('_'), camel: pascal[0].toLowerCase() + pascal.slice(1), pascal };
  if (reserved.has(forms.snake) || reserved.has(forms.camel)) {
    throw new ScriptError(`'${given}' is a word of Rust, of TypeScript or of the folders' own; take another name`);
  }
  return forms;
}

/** A template with its placeholders replaced. */
export function fill(template, { kebab, snake, camel, pascal }) {
  return template
    .replaceAll('__kebab__', kebab)
    .replaceAll('__snake__', snake)
    .replaceAll('__camel__', camel)
    .replaceAll('__Pascal__', pascal);
}
