/** Which groups of runs a sentence may compare: those of the same data and settings, but for the method. */

import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { datasetName } from '../options/composite.js';
import { configText, differingKeys, type Group, NEUTRAL, optionText, tellingKeys } from './groups.js';

/** Groups that differ in the method, and in the options that come with it, alone. */
export interface Setting {
  /** The options that set it apart from the other settings; empty when there is one. */
  label: string;
  groups: Group[];
  /** A name for each group, as short as the setting allows. */
  nameOf: (group: Group) => string;
}

/** Options that a method brings with it; heads only as far as vanilla training has none. */
const OF_METHOD: readonly string[] = ['method', 'lambda'];
const PER_RUN: readonly string[] = [...NEUTRAL, 'seed', 'version'];

type Key = keyof ResolvedConfig;

export function settingsOf(groups: Group[]): Setting[] {
  const runs = groups.flatMap((group) => group.runs);
  const keys = differingKeys(runs).filter((key) => !PER_RUN.includes(key) && !OF_METHOD.includes(key));
  const others = keys.filter((key) => key !== 'heads');
  const buckets = new Map<string, Group[]>();
  for (const group of groups) {
    const key = JSON.stringify(others.map((name) => optionOf(group, name)));
    buckets.set(key, [...(buckets.get(key) ?? []), group]);
  }
  const sets = [...buckets.values()].flatMap(splitByHeads);
  return sets.map((members) => ({
    label:
      sets.length > 1
        ? labelOf(members, tellingKeys(runs, others), keys.includes('heads') && severalHeads(groups))
        : '',
    groups: members,
    nameOf: (group) => shortName(group, members),
  }));
}

/** Training without shortcut heads is to be compared with each way to have them. */
function splitByHeads(groups: Group[]): Group[][] {
  const kinds = [...new Set(groups.map((group) => optionOf(group, 'heads')))].filter((heads) => heads !== 'none');
  if (kinds.length < 2) return [groups];
  return kinds.map((kind) => groups.filter((group) => ['none', kind].includes(optionOf(group, 'heads'))));
}

function severalHeads(groups: Group[]): boolean {
  return new Set(groups.map((group) => optionOf(group, 'heads')).filter((heads) => heads !== 'none')).size > 1;
}

function labelOf(members: Group[], keys: Key[], withHeads: boolean): string {
  // Training without heads does not tell which heads the others have.
  const run = (members.find((group) => optionOf(group, 'heads') !== 'none') ?? members[0])?.runs[0];
  if (!run) return '';
  const shown: Key[] = withHeads ? [...keys, 'heads'] : keys;
  return shown.map((key) => optionText(run, key)).join(', ');
}

function optionOf(group: Group, key: Key): string {
  const [run] = group.runs;
  if (!run) return '';
  // The same images may lie in several places.
  return key === 'data' ? datasetName(run.config.data) : configText(run, key);
}

function shortName(group: Group, members: Group[]): string {
  const siblings = members.filter((one) => one.method === group.method);
  if (siblings.length < 2) return group.method;
  const keys = differingKeys(siblings.flatMap((one) => one.runs)).filter((key) => !PER_RUN.includes(key));
  return `${group.method} (${keys.map((key) => optionOf(group, key)).join(', ')})`;
}

/** Options that set the settings apart, by their names. */
export function differingOptions(groups: Group[]): string[] {
  const runs = groups.flatMap((group) => group.runs);
  return differingKeys(runs).filter(
    (key) => !PER_RUN.includes(key) && !OF_METHOD.includes(key) && (key !== 'heads' || severalHeads(groups)),
  );
}
