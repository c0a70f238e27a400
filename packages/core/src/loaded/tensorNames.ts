/** Names of a state's tensors that are no weights. */

/** Holds the optimiser's number of steps, beside its tensors. */
export const stepsName = 'optimizer.steps';

export const averagePrefix = 'optimizer.average.';

/** Whether a tensor of a state is no weight. */
export const isOfOptimizer = (name: string) => name.startsWith('optimizer.');

/** The tensor that an evaluation uses for the weight of this name: its moving average, where the state has one. */
export function answeringName(name: string, has: (name: string) => boolean): string {
  const average = `${averagePrefix}${name}`;
  return has(average) ? average : name;
}
