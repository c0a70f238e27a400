/** Excerpts of text and values from a file or a server, for error messages: short, in one line, printable. */

const longest = 100;
// Controls, direction marks, line separators and halves of a surrogate pair: signs that a terminal would obey, or not show.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The beginning of `text`, and its length where something is left out; signs that are not printable as \u{...}. */
export function excerpt(text: string, most = longest): string {
  const shown = text.slice(0, most).replace(unprintable, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
  return text.length <= most ? shown : `${shown}... (${text.length} characters)`;
}

/** A value out of JSON or YAML, in the way JSON writes it; NaN and its like by name. */
export function excerptOf(value: unknown, most = longest): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  try {
    return excerpt(JSON.stringify(value) ?? String(value), most);
  } catch {
    return Array.isArray(value) ? 'a list too deep to show' : 'an object too deep to show';
  }
}
