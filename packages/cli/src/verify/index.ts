/** The parts of `kestirme verify` that run in any host. */
export { type Difference, type Expected, firstDifference, inWords } from './compare.js';
export { collectEvidence, type Evidence, type EvidenceRequest } from './evidence.js';
export {
  type FixedData,
  type FixedImages,
  fixedBatchSize,
  fixedData,
  fixedNetwork,
  fixedOptions,
  fixedSeed,
  fixedSteps,
} from './fixedRun.js';
export { CannotRun, type Cell, type VerifyHost } from './host.js';
