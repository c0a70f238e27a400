/** The demands on a program's own data, before they are trained on. */
import type { NetworkSpec } from '../network/spec.js';
import { type Check, check, listOf, objectOf, optional, share, text } from '../plain/check.js';
import { kindOf } from '../plain/kind.js';
import type { BatchSource, DataInfo } from './batch.js';

const wholeFrom = (least: number): Check =>
  check((value) => Number.isSafeInteger(value) && (value as number) >= least, `a whole number from ${least} up`);

const sizes = objectOf({
  name: text,
  channels: wholeFrom(1),
  height: wholeFrom(1),
  width: wholeFrom(1),
  frames: optional(wholeFrom(1)),
  classes: wholeFrom(2),
  trainSize: wholeFrom(1),
  testSize: wholeFrom(1),
  validationSize: optional(wholeFrom(1)),
});

const meanOfPixels: Check = (value, path) => unitHint(share(value, path), value);
/** A number in 32 bits, as the kernels have it. */
const spreadOfPixels: Check = (value, path) =>
  unitHint(
    check((x) => typeof x === 'number' && Math.fround(x) > 0 && x <= 1, 'a number above 0 and at most 1')(value, path),
    value,
  );

/** The usual mistake: statistics of bytes. */
function unitHint(problem: string | undefined, value: unknown): string | undefined {
  const ofBytes = problem !== undefined && typeof value === 'number' && value > 1 && value <= 255;
  return ofBytes ? `${problem}: pixels count as 0 to 1 here, so divide by 255` : problem;
}

function eachOf(item: Check, length: number, what: string): Check {
  const items = listOf(item);
  return (value, path) => {
    if (!Array.isArray(value) || value.length !== length) {
      return `${path} must be a list of ${length}, one for each ${what}, got ${kindOf(value)}`;
    }
    return items(value, path);
  };
}

/** The fault of a description of data, as 'info.mean[0] must be ..., got ...'; undefined when there is none. */
export function dataInfoProblem(info: DataInfo): string | undefined {
  const problem = sizes(info, 'info');
  if (problem !== undefined) return problem;
  return objectOf({
    classNames: eachOf(text, info.classes, 'class'),
    mean: eachOf(meanOfPixels, info.channels, 'channel'),
    std: eachOf(spreadOfPixels, info.channels, 'channel'),
  })(info, 'info');
}

/** @throws TypeError when `data` is no source of batches; `parts`: those that are needed. */
export function requireSource(data: BatchSource, parts: readonly ('trainBatches' | 'testBatches')[]): void {
  const given: Partial<BatchSource> = data ?? {};
  const missing = parts.find((part) => typeof given[part] !== 'function');
  if (missing !== undefined) {
    throw new TypeError(
      `data must be what createLoader makes of a data set, or a BatchSource of your own; got ${kindOf(data)} without ${missing}`,
    );
  }
}

/** @throws TypeError or RangeError when the data are impossible, or not those that the network was built for. */
export function requireFittingData(network: NetworkSpec, data: BatchSource): void {
  requireSource(data, ['trainBatches', 'testBatches']);
  const { info, trainBatchCount } = data;
  const problem = dataInfoProblem(info) ?? wholeFrom(1)(trainBatchCount, 'trainBatchCount');
  if (problem !== undefined) throw new RangeError(`data.${problem}`);
  const { input } = network;
  const pairs: [string, number, number][] = [
    ['channels', input.channels, info.channels],
    ['rows', input.height, info.height],
    ['columns', input.width, info.width],
    ['classes', network.classes, info.classes],
  ];
  for (const [what, expected, got] of pairs) {
    if (expected !== got) {
      throw new RangeError(`network '${network.name}' expects ${expected} ${what}, data set '${info.name}' has ${got}`);
    }
  }
  requireFittingFrames(network, info);
}

function requireFittingFrames({ name, input, timeSteps }: NetworkSpec, info: DataInfo): void {
  const frames = input.frames === true ? timeSteps : undefined;
  if (frames === info.frames) return;
  const has = info.frames === undefined ? 'images' : `frames, T = ${info.frames}`;
  const reads =
    frames === undefined
      ? `reads images; its input needs \`frames: true\` and T = ${info.frames} (\`timeSteps\`)`
      : `reads frames, one for each of T = ${frames} time steps`;
  throw new RangeError(`network '${name}' ${reads}; data set '${info.name}' has ${has}`);
}
