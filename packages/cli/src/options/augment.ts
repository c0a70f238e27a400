/** `--augment`: a name, steps, or a file with steps. A run remembers the steps, not the file. */
import { readFileSync } from 'node:fs';
import { type AugmentPreset, augmentPresets, requireSteps, type Steps, steps } from '@kestirme/datasets';
import { plain } from 'kestirme';
import { parseConfigText } from '../config/file.js';
import { messageOf } from '../errors.js';
import { expandHome } from './home.js';
import { kindText, parseKind } from './kinds.js';
import { quote, ValueError, type ValueType } from './types.js';

/** Bytes of the largest file with steps. */
const LARGEST_FILE = 1 << 16;

const names: readonly string[] = augmentPresets;

/** 'none', 'standard', 'autoaugment', or 'STEP:OPTION=VALUE,...+STEP'. */
export const augmentType: ValueType<string> & { opposite: string } = {
  form: 'NAME|STEPS|FILE',
  range: `${names.join(' | ')} | STEP:OPTION=VALUE,...+STEP | FILE.json, .yaml`,
  opposite: 'none',
  fromText: (text) => (/\.(json|ya?ml)$/i.test(text) ? stepsOfFile(expandHome(text)) : usualText(text)),
  fromFile(value) {
    // As runs of before had it.
    if (typeof value === 'boolean') return value ? 'standard' : 'none';
    if (typeof value === 'string') return augmentType.fromText(value);
    if (!Array.isArray(value) || value.length === 0 || !value.every((step) => typeof step === 'string')) {
      throw new ValueError(`${plain.excerptOf(value)} is not ${names.join(', ')}, or a list of steps as text`);
    }
    return usualText(value.join('+'));
  },
};

function usualText(text: string): string {
  if (names.includes(text)) return text;
  const usual = text.split('+').map((step) => kindText(steps, step.trim()));
  stepsIn(usual.join('+'));
  return usual.join('+');
}

/** What the text, in its usual form, stands for. */
export function parseAugment(text: string): AugmentPreset | Steps {
  return names.includes(text) ? (text as AugmentPreset) : stepsIn(text);
}

function stepsIn(text: string): Steps {
  try {
    return requireSteps(
      'augment',
      text.split('+').map((step) => parseKind(steps, step)),
    );
  } catch (error) {
    throw error instanceof RangeError ? new ValueError(error.message) : error;
  }
}

/** Of `augment: [crop:padding=4, flip]`. */
function stepsOfFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ValueError(`${file} cannot be read: ${messageOf(error)}`);
  }
  if (text.length > LARGEST_FILE)
    throw new ValueError(`${file} has ${text.length} characters, at most ${LARGEST_FILE}`);
  const { augment, ...others } = parseConfigText(text, file);
  const [other] = Object.keys(others);
  if (other !== undefined) throw new ValueError(`${file} holds ${quote(other)} beside augment, a list of steps`);
  if (typeof augment === 'string' && /\.(json|ya?ml)$/i.test(augment)) {
    throw new ValueError(`${file}: augment names another file; it has to be a list of steps`);
  }
  return augmentType.fromFile(augment);
}
