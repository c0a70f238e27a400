// A checkpoint's metadata: the input is the JSON of its fields, put into a file that is otherwise sound; or a whole file.
import { must, readOrRefuse } from '../expectations.mjs';

export const instruments = ['core/checkpoint/checkpoint.js', 'core/plain/check.js', 'core/plain/json.js'];

export async function target() {
  const { CheckpointError, decodeCheckpoint, encodeCheckpoint, parseCheckpoint } = await import(
    '../../../packages/core/dist/checkpoint/checkpoint.js'
  );
  const { encodeSafetensors, SafetensorsError } = await import('../../../packages/core/dist/checkpoint/safetensors.js');
  const file = 'some/checkpoint.safetensors';
  const tensors = new Map([['conv.weight', { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, -2) }]]);

  /** Lines 'field JSON' as metadata, whatever they hold. */
  function fileOf(text) {
    const metadata = { format: 'pt' };
    for (const line of text.split('\n')) {
      const space = line.indexOf(' ');
      if (space > 0) metadata[`kestirme.${line.slice(0, space)}`] = line.slice(space + 1);
    }
    return encodeSafetensors({ tensors, metadata });
  }

  return {
    mostBytes: 4096,
    words: ['\nsums ', '\nposition ', '"__proto__":', '"constructor":', '"taps":', '"positive":[', '"epoch":', 'null'],
    async run(bytes) {
      const whole = bytes.length > 8 && bytes[8] === 0x7b ? bytes : fileOf(bytes.toString('utf8'));
      // The hash is left to those who know it: nothing else may depend on its being right.
      const read = readOrRefuse(() => parseCheckpoint(whole, file), [CheckpointError, SafetensorsError], file);
      if (!read) return;
      const { position, sums, mean, std } = read;
      must(Number.isSafeInteger(position.epoch) && position.iteration >= 0, 'a position in the run');
      must([...mean, ...std].every(Number.isFinite), 'finite means and deviations');
      must(sums === null || (Number.isFinite(sums.lossSum) && sums.images >= 0), 'sums that can go on');
      const again = await decodeCheckpoint(await encodeCheckpoint(read));
      must(JSON.stringify(again) === JSON.stringify(read), 'the same after writing and reading');
    },
  };
}
