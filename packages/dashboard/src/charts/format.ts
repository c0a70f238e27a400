/** Numbers as text. A value that is no finite number becomes a dash: the report never prints NaN. */

export const MISSING = '–';
const MINUS = '−';
const SUPERSCRIPTS: Record<string, string> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function power(base: number, exponent: number): string {
  return base + [...String(exponent)].map((digit) => SUPERSCRIPTS[digit] ?? digit).join('');
}

function signed(text: string): string {
  return text.startsWith('-') ? MINUS + text.slice(1) : text;
}

/** Three significant digits, as 0.0123, 123 or 1.23×10⁻⁷. */
export function number(value: unknown, digits = 3): string {
  if (!isNumber(value)) return MISSING;
  if (value === 0) return '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -3 || exponent > 5) return `${signed(mantissa)}×${power(10, exponent)}`;
  return signed(exponent >= digits - 1 ? String(Math.round(value)) : value.toPrecision(digits));
}

export function fixed(value: unknown, decimals: number): string {
  return isNumber(value) ? signed(value.toFixed(decimals)) : MISSING;
}

/** A share in [0, 1] as percent. */
export function percent(value: unknown, decimals = 1): string {
  return isNumber(value) ? `${signed((value * 100).toFixed(decimals))}%` : MISSING;
}

export function duration(seconds: unknown): string {
  if (!isNumber(seconds)) return MISSING;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function bytes(value: unknown): string {
  if (!isNumber(value)) return MISSING;
  return value < 2 ** 30 ? `${number(value / 2 ** 20)} MiB` : `${number(value / 2 ** 30)} GiB`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** 'a', 'a and b', 'a, b and c'; beyond `most` the rest is counted. */
export function enumerate(items: string[], most = items.length): string {
  const shown =
    items.length > most ? [...items.slice(0, most), plural(items.length - most, 'other', 'others')] : [...items];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
