import { cautions } from './cautions.js';
import { accuracyFindings, gradientFindings } from './findings.js';
import type { Group } from './groups.js';
import { code, escapeHtml, type Html, list } from './html.js';

/** The section 'What to conclude, and what not', as markup. */
export function conclusions(groups: Group[]): string {
  const found = [...accuracyFindings(groups), ...gradientFindings(groups)];
  const weak = cautions(groups);
  return [
    '<div class="text-part">',
    '<h3>What these runs show</h3>',
    groups.length === 1 ? '<p>One kind of run: there is no other method to compare it with.</p>' : '',
    found.length > 0 ? list(found) : '',
    weak.length > 0 ? `<div class="caution"><h3>What weakens it</h3>${list(weak)}</div>` : '',
    '<h3>How lambda was read</h3>',
    '<p>The exact formula of the paper for lambda, the balance between the main head and the shortcut heads, is not public. Several readings fit what is known of it. These runs used:</p>',
    list(groups.map(lambdaReading)),
    '<h3>What this report cannot say</h3>',
    list(LIMITS),
    '</div>',
  ].join('\n');
}

const LIMITS = [
  'Training loss and the accuracy of the combined output are what the optimiser sees: the weighted sum of all heads, on augmented images. Test figures are of the main head alone, the only one that inference has. The gap between the two is not over-fitting by itself; compare test accuracy with the training accuracy of the main head.',
  'A larger gradient in early layers is not yet better training: only the test accuracy, over enough seeds and epochs, tells that. Norms also depend on how many weights a layer has, how large they are, and how the loss is scaled.',
  'The gradients are means over a few probe steps of an epoch, not over all of them.',
  'Test accuracies are of the last epoch. Where other work reports the best epoch on the test set, its figures are higher for that reason alone.',
  '± is the sample standard deviation over the seeds, of one seed the standard error of counting on the test images. Ranges run from the lowest to the highest seed. None of them is a confidence interval.',
  'Images per second hold for this machine and for what else ran on it. The weights do not depend on either: the same options, seed and version give the same SHA-256 on any number of threads, on native kernels and in WebAssembly.',
];

/** `how`: ' linearly, once per epoch,'. A preset that is not here is shown by its name. */
const PRESETS: Record<string, (start: string, how: string) => string> = {
  vanilla: () => 'the main head only; no other head reaches the loss',
  sbp: () => 'main head and shortcut heads all with weight 1, in every epoch',
  'evo-rise': (start, how) =>
    `the main head's weight is lambda, which rises${how} from ${start} to 1, and the shortcut heads share the rest in equal parts`,
  'evo-rise-sum': (start, how) =>
    `the main head's weight is lambda, which rises${how} from ${start} to 1, and each shortcut head has all of the rest`,
  'evo-ratio': (start, how) =>
    `the main head keeps weight 1 and each shortcut head has (1 − lambda) / lambda, with a lambda that rises${how} from ${start} to 1`,
  'evo-ratio-mean': (start, how) =>
    `the main head keeps weight 1 and the shortcut heads share (1 − lambda) / lambda, with a lambda that rises${how} from ${start} to 1`,
  'evo-decay': (start, how) => `the main head keeps weight 1 and each shortcut head falls${how} from ${start} to 0`,
  adaptive: (start) =>
    `the main head keeps weight 1 and each shortcut head has (1 − lambda) / lambda, with a lambda that starts at ${start} and follows how far the main head lags behind`,
};
const RAMPS: Record<string, string> = {
  linear: 'linearly',
  exp10: 'as (10^r − 1)/9 of the elapsed share r',
  geometric: 'geometrically',
  cosine: 'as half a cosine',
};

function lambdaReading(group: Group): Html {
  const text = group.runs[0]?.config.lambda ?? '';
  const [preset = '', ramp = '', per = '', start = 'its start'] = text.split(',');
  const meaning = PRESETS[preset]?.(start, ` ${RAMPS[ramp] ?? ramp}, once per ${per},`) ?? 'a schedule of its own';
  return { html: `${escapeHtml(group.label)}, ${code(text).html}: ${escapeHtml(meaning)}.` };
}
