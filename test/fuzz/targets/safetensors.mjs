import { must, mustEqual, readOrRefuse } from '../expectations.mjs';

export const instruments = ['core/checkpoint/safetensors.js', 'core/plain/json.js', 'core/plain/excerpt.js'];

export async function target() {
  const { decodeSafetensors, encodeSafetensors, SafetensorsError } = await import(
    '../../../packages/core/dist/checkpoint/safetensors.js'
  );
  const file = 'some/weights.safetensors';
  return {
    mostBytes: 4096,
    words: ['"__proto__":', '"constructor":', '"\\ud800"', '\\u0000', '[9007199254740991,0]', '"shape":[]', '[0,0]'],
    run(bytes) {
      const read = readOrRefuse(() => decodeSafetensors(bytes, file), [SafetensorsError], file);
      if (!read) return;
      let total = 0;
      for (const { shape, data } of read.tensors.values()) {
        total += data.byteLength;
        must(data.length === (shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1)), 'as many values as the shape');
        must(
          shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0),
          'extents are sizes',
        );
      }
      must(total <= bytes.length, 'no more data than the file has');
      mustEqual(decodeSafetensors(encodeSafetensors(read)), read, 'the same after writing and reading');
    },
  };
}
