/** The whole setting of a paper, as options of `kestirme train`: each value with its source, and how sure it is. */
import type { Confidence } from 'kestirme';

export interface Sourced {
  /** As a configuration file has it. */
  readonly value: string | number | boolean;
  readonly confidence: Confidence;
  /** Where the value stands. */
  readonly source: string;
}

export interface Recipe {
  readonly name: string;
  /** A line for a list. */
  readonly help: string;
  readonly paper: string;
  /** Test accuracy that was published of it, in percent, with its conditions; null: none that has been checked. */
  readonly published: string | null;
  /** Options by their names in files. What is not here has the program's default. */
  readonly values: Readonly<Record<string, Sourced>>;
  /** Where this program cannot do what the paper did, whatever the options. */
  readonly departs: readonly string[];
}

/** Values of one source, equally sure. */
export function sourced(
  confidence: Confidence,
  source: string,
  values: Readonly<Record<string, Sourced['value']>>,
): Record<string, Sourced> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, confidence, source }]));
}
