/** Kernels as people call them, by their name in kernels/api.ts. A new one appears under that name. */
const names: Record<string, string> = {
  'Conv2d.forward': 'conv2d forward',
  'Conv2d.forwardPlane': 'conv2d forward, a plane',
  'Conv2d.forwardDense': 'conv2d forward, dense',
  'Conv2d.addBorder': 'conv2d border',
  'Conv2d.backwardWeights': 'conv2d weight gradient',
  'Conv2d.backwardWeightsPlane': 'conv2d weight gradient, a plane',
  'Conv2d.backwardWeightsDense': 'conv2d weight gradient, dense',
  'Conv2d.backwardInput': 'conv2d input gradient',
  'Norm.forwardTrain': 'norm statistics',
  'Norm.forwardEval': 'norm table',
  'Norm.backward': 'norm coefficients',
  backwardApply: 'norm backward',
  biasTable: 'bias table',
  'Neurons.forward': 'neurons forward',
  'Neurons.backward': 'neurons backward',
  'Neurons.forwardSteps': 'neurons forward by steps',
  'Neurons.backwardSteps': 'neurons backward by steps',
  'Neurons.fold': 'thresholds',
  'Currents.forward': 'current',
  'Currents.backward': 'current backward',
  'Pool.averageForward': 'average pool forward',
  'Pool.averageForwardPlane': 'average pool forward, a plane',
  'Pool.averageBackward': 'average pool backward',
  'Pool.maxForward': 'max pool forward',
  'Pool.maxBackward': 'max pool backward',
  'GlobalAveragePool.forward': 'global average pool forward',
  'GlobalAveragePool.forwardPlane': 'global average pool forward, a plane',
  'GlobalAveragePool.backward': 'global average pool backward',
  'Linear.forward': 'linear forward',
  'Linear.backward': 'linear backward',
  'Loss.forwardBackward': 'loss',
  meanOfSteps: 'mean logits',
  firingRatePenalty: 'firing-rate penalty',
  addToPixels: 'gradient of each step',
  planeValues: 'values of a plane',
  addDigits: 'sum of spikes',
  combineBits: 'and, or of spikes',
  passGradient: 'gradient of an operand',
  accumulate: 'accumulate',
  sumSteps: 'sum over steps',
  zero: 'zero',
  flatten: 'flatten',
  encodeDirect: 'encode',
  encodeRate: 'encode',
  randomMembranes: 'random membranes',
  sgdStep: 'sgd',
  adamStep: 'adam',
  sumOfSquares: 'gradient norm',
  countSpikes: 'count spikes',
};

/** Exports besides kernels. */
const others = /^(abiVersion|exact\w+|\w+Len|minExponent)$/;

export function isKernel(exported: string): boolean {
  return !others.test(exported);
}

export function kernelName(key: string): string {
  return names[key] ?? key;
}
