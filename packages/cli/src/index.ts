export { runProgram } from './app.js';
export { type ReportOptions, renderReport } from './report/report.js';
export { readRuns } from './run/readRuns.js';
export type { ResolvedConfig, RunRecord, RunResult } from './run/record.js';
export type { Terminal } from './terminal/terminal.js';
