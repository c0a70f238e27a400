/** Schema of config.json, which `migrate.ts` brings older ones to. In 1, checkpointEvery was a number of steps. */
export const CONFIG_SCHEMA = 2;
