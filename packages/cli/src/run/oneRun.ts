import { join } from 'node:path';
import { Failure } from '../errors.js';
import { modelLabel } from '../models/names.js';
import { datasetName } from '../options/composite.js';
import { CONFIG_FILE, METRICS_FILE, RESULT_FILE } from './fileNames.js';
import { isConfigurationOf } from './fingerprint.js';
import type { RunRecord } from './record.js';

/**
 * @throws Failure when the files of a finished run in `dir` are not of one run. `written`: config.json as it is,
 * which may lack options that came later.
 */
export function requireOneRun({ config, metrics, result }: RunRecord, written: object, dir: string): void {
  const [configFile, metricsFile, resultFile] = [CONFIG_FILE, METRICS_FILE, RESULT_FILE].map((name) => join(dir, name));
  const other = `one of the two is from another run, or was changed`;
  if (metrics.length !== result.epochs) {
    throw new Failure(`${metricsFile} has ${metrics.length} epochs, but ${resultFile} says ${result.epochs}`);
  }
  const last = metrics.at(-1);
  const [what, said] =
    last?.judgedBy === undefined ? ['test', result.testAccuracy] : ['validation', result.validationAccuracy];
  if (last?.testAccuracy !== said) {
    const has = `${metricsFile} ends with the ${what} accuracy ${last?.testAccuracy}`;
    throw new Failure(`${has}, but ${resultFile} says ${said}: ${other}`);
  }
  const { method, model, seed, timeSteps } = config;
  const epochs = result.stopped === undefined ? config.epochs : result.epochs;
  const asked = { method, model: modelLabel(model), seed, epochs, timeSteps, dataset: datasetName(config.data) };
  for (const [name, value] of Object.entries(asked)) {
    const got = result[name as keyof typeof asked];
    if (got !== value) throw new Failure(`${configFile} says ${name} ${value}, but ${resultFile} ${got}: ${other}`);
  }
  const { fingerprint } = result;
  if (fingerprint !== undefined && ![written, config].some((one) => isConfigurationOf(fingerprint, one))) {
    throw new Failure(`${configFile} is not the configuration that ${resultFile} has the fingerprint of: ${other}`);
  }
}
