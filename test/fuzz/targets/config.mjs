// Configuration files, JSON when the input begins like it and YAML else, up to what the library takes of them.
import { mustEqual, readOrRefuse } from '../expectations.mjs';

export const instruments = [
  'cli/config/file.js',
  'cli/config/migrate.js',
  'cli/config/resolve.js',
  'cli/options/parse.js',
  'cli/options/composite.js',
  'cli/options/types.js',
  'core/plain/json.js',
];

export async function target() {
  const cli = '../../../packages/cli/dist';
  const { givenFromObject, parseConfigText } = await import(`${cli}/config/file.js`);
  const { migrateConfig } = await import(`${cli}/config/migrate.js`);
  const { merge } = await import(`${cli}/options/parse.js`);
  const { resolveComparison, resolveTraining } = await import(`${cli}/config/resolve.js`);
  const { compareOptions, trainOptions } = await import(`${cli}/options/table.js`);
  const { parseSurrogate } = await import(`${cli}/options/kinds.js`);
  const { trainingOptions } = await import(`${cli}/run/network.js`);
  const { UsageError } = await import(`${cli}/errors.js`);
  const { OptionsError } = await import('../../../packages/core/dist/train/validateOptions.js');

  function resolved(table, given) {
    const { values, origin } = merge(table, [given]);
    return table === trainOptions ? [resolveTraining(values, origin)] : resolveComparison(values, origin);
  }

  return {
    mostBytes: 2048,
    words: [...Object.keys(trainOptions).map((key) => `"${key}":`), 'tanh:3', 'step:30:0.1', 'evo-decay,cosine'].concat(
      [
        '"__proto__":',
        '"constructor":',
        '\nlr: ',
        '!!set ',
        '%YAML 1.1\n---\n',
        '&a ',
        '*a',
        '? ',
        '<<: ',
        '\r\n',
        '\ufeff',
      ],
      ['.inf', '.nan', '|\n ', 'cifar10:a', 'T: '],
    ),
    run(bytes) {
      const text = bytes.toString('utf8');
      const file = bytes[0] === 0x7b ? 'some/config.json' : 'some/config.yaml';
      const object = readOrRefuse(() => migrateConfig(parseConfigText(text, file), file), [UsageError], file);
      if (!object) return;
      const table = Array.isArray(object.methods) ? compareOptions : trainOptions;
      const given = readOrRefuse(() => givenFromObject(table, object, file, 'train'), [UsageError], file);
      if (!given) return;
      // What concerns two options may name the one that is not in the file.
      for (const config of readOrRefuse(() => resolved(table, given), [UsageError], '') ?? []) {
        const again = givenFromObject(trainOptions, JSON.parse(JSON.stringify(config)), file, 'train');
        mustEqual(resolved(trainOptions, again)[0], config, 'the same after writing and reading');
        parseSurrogate(config.surrogate);
        readOrRefuse(() => trainingOptions(config, config.heads === 'none' ? 1 : 3), [OptionsError], 'impossible');
      }
    },
  };
}
