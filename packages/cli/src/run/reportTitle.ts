import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { modelLabel } from '../models/names.js';
import { datasetName } from '../options/composite.js';

export function reportTitle(configs: readonly Pick<ResolvedConfig, 'model' | 'data' | 'timeSteps'>[]): string {
  const names = new Set(
    configs.map(({ model, data, timeSteps }) => `${modelLabel(model)} on ${datasetName(data)}, T = ${timeSteps}`),
  );
  return `Kestirme: ${[...names].join('; ')}`;
}
