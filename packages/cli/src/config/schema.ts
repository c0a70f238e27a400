/** Schema of config.json, which `migrate.ts` brings older ones to. In 1, checkpointEvery was a number of steps; until 2, augment was true or false. */
export const CONFIG_SCHEMA = 3;
