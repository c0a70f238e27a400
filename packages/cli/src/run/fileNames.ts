/** Names of the files of a run folder. */
export const CONFIG_FILE = 'config.json';
export const METRICS_FILE = 'metrics.jsonl';
export const STEPS_FILE = 'steps.jsonl';
/** What the images were taken for after the last epoch; for looking at alone. */
export const ANSWERS_FILE = 'answers.json';
export const CHECKPOINT_FILE = 'checkpoint.safetensors';
export const PREVIOUS_CHECKPOINT_FILE = 'checkpoint.previous.safetensors';
/** Weights of the best epoch, of which `BestFile` tells. */
export const BEST_FILE = 'best.safetensors';
export const RESULT_FILE = 'result.json';
export const REPORT_FILE = 'report.html';
/** Hashes of everything that the run is a function of, from its start on. */
export const FINGERPRINT_FILE = 'fingerprint.json';

/** The network that a model file built, and the beginning of the name of that file's copy. */
export const NETWORK_FILE = 'network.json';
export const MODEL_COPIES = ['.mjs', '.js', '.cjs', '.ts', '.mts', '.cts'].map((extension) => `model${extension}`);

/** The file beside the report of a comparison. */
export const COMPARISON_FILE = 'compare.json';
