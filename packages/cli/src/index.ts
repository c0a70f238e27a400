// The program, in any terminal.
export { runProgram } from './app.js';
export { processTerminal, type Terminal } from './terminal/terminal.js';

// What the commands do, for programs.
export {
  type CompareRunsOptions,
  compareRuns,
  diffRuns,
  evaluateRun,
  type RunOutcome,
  readRun,
  type TrainRunOptions,
  trainRun,
} from './program/index.js';
export type { Comparison } from './program/compare.js';
export type { Evaluation, EvaluationChoice } from './program/evaluate.js';
export type { RunListeners } from './program/listeners.js';
export type { ModelArguments, ModelFunction } from './models/modelFile.js';
export { Failure, UsageError } from './errors.js';

// Run folders and their report.
export type { ResolvedConfig } from './config/resolvedConfig.js';
export type { RunRecord, RunResult, RunSoFar } from './run/record.js';
export type { StepNews } from './run/news.js';
export { readRuns } from './run/readRuns.js';
export { type ReportOptions, renderReport } from './report/report.js';

// Run folders for a live page that a program of one's own shows, as docs/electron.md does.
export { LiveRuns, type LiveRunsOptions, type PagePort } from './dashboard/liveRuns.js';
export type { Session } from './dashboard/watchedRuns.js';

// The parts of `kestirme verify` that need Node; those for any host are in '@kestirme/cli/verify'.
export { verifyCommandOf } from './commands/verify.js';
export { expected } from './verify/expected.js';
export { nodeHost, openFixedData } from './verify/nodeHost.js';
export { read as readExpected, shortHash } from './verify/written.js';
