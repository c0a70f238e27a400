// result.json of a run folder.
import { must, mustSurviveJson, readOrRefuse } from '../expectations.mjs';

export const instruments = [
  'cli/run/resultFile.js',
  'cli/run/fingerprintCheck.js',
  'core/plain/check.js',
  'core/plain/json.js',
];

export async function target() {
  const { checkResult, parseObject } = await import('../../../packages/cli/dist/run/resultFile.js');
  const { Failure } = await import('../../../packages/cli/dist/errors.js');
  const file = 'some/result.json';
  const parse = (text) => checkResult(parseObject(text, file), file);
  return {
    mostBytes: 2048,
    words: ['"__proto__":', '"constructor":', '\r\n', '\ufeff'],
    run(bytes) {
      const read = readOrRefuse(() => parse(bytes.toString('utf8')), [Failure], file);
      if (!read) return;
      must(read.testAccuracy >= 0 && read.testAccuracy <= 1, 'an accuracy');
      must(/^[0-9a-f]{64}$/.test(read.weightsSha256), 'a hash');
      mustSurviveJson(read, parse);
    },
  };
}
