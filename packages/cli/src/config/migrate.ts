/**
 * config.json of versions before, brought to the present schema: what they wrote otherwise, and what they did not write
 * because there was no choice. Every reader of a run folder or of --config comes by here; nothing else knows of old forms.
 */
import { plain } from 'kestirme';
import { UsageError } from '../errors.js';
import { PROGRAM_VERSION } from '../version.js';
import { CONFIG_SCHEMA } from './schema.js';

type Config = Readonly<Record<string, unknown>>;

/** From the schema that is the key to the next one. */
const steps: Readonly<Record<number, (config: Config) => Config>> = {
  // Steps between checkpoints, besides those after each epoch; 0: none besides.
  1: (config) => {
    const { checkpointEvery: every } = config;
    if (typeof every !== 'number') return config;
    const steps = every === 0 ? '' : `,${every}step${every === 1 ? '' : 's'}`;
    return { ...config, checkpointEvery: `1epoch${steps}` };
  },
  // The usual augmentation, or none.
  2: (config) => {
    const { augment } = config;
    return typeof augment === 'boolean' ? { ...config, augment: augment ? 'standard' : 'none' } : config;
  },
};

/** Options that came without a new schema, as all runs before had them. Defaults may change, and these may not. */
const unwritten: Config = { validation: 0, neuron: 'lif', norm: 'bn', loss: 'cross-entropy' };

/**
 * `config` as the present version would have written it. What has no schema was written by a person, for this version.
 * @throws UsageError when the schema is not one of this version or before, naming `file`
 */
export function migrateConfig(config: Config, file: string): Record<string, unknown> {
  if (!Object.hasOwn(config, 'schema')) return { ...config };
  let now = config;
  for (let schema = schemaOf(config, file); schema < CONFIG_SCHEMA; schema++) now = steps[schema]?.(now) ?? now;
  return { ...unwritten, ...withLists(now), schema: CONFIG_SCHEMA };
}

function schemaOf({ schema, version }: Config, file: string): number {
  if (typeof schema === 'number' && Number.isInteger(schema) && schema >= 1) {
    if (schema <= CONFIG_SCHEMA) return schema;
    const writer = typeof version === 'string' ? ` (version ${plain.excerpt(version)})` : '';
    throw new UsageError(
      `${file}: schema is ${schema}, of a newer program than this one (version ${PROGRAM_VERSION}), which reads 1 to ` +
        `${CONFIG_SCHEMA}: take the program that wrote it${writer}`,
    );
  }
  throw new UsageError(`${file}: schema is ${plain.excerptOf(schema)}, not a whole number from 1 to ${CONFIG_SCHEMA}`);
}

/** A comparison had one network and one T at first. */
function withLists(config: Config): Config {
  const { model, timeSteps, ...rest } = config;
  if (!isComparison(config) || config.models !== undefined) return config;
  return {
    ...rest,
    ...(model === undefined ? {} : { models: [model] }),
    ...(timeSteps === undefined ? {} : { timeSteps: Array.isArray(timeSteps) ? timeSteps : [timeSteps] }),
  };
}

/** A comparison's config.json has methods and seeds where a run's has one of each. */
export function isComparison(config: Config): boolean {
  return Array.isArray(config.methods);
}
