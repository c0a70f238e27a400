/** Where the shortcut heads of a network read. */
import { suggestion } from '../network/nearest.js';
import { NetworkError } from '../network/shapes.js';
import type { HeadSpec, NetworkSpec } from '../network/spec.js';

/**
 * 'stages': after every stage but the last; 'blocks': after every block but the last; or names of taps.
 * The paper says "after each block layer" and leaves open which of the two is meant: see the README.
 */
export type HeadsChoice = 'none' | 'stages' | 'blocks' | readonly string[];

const isBlock = (tap: string) => /^stage\d+\.block\d+$/.test(tap);
const isStage = (tap: string) => /^stage\d+$/.test(tap);

/** The heads of a network whose main head reads `mainTap` (a LIF layer). */
export function resolveHeads(spec: Pick<NetworkSpec, 'taps'>, choice: HeadsChoice, mainTap: string): HeadSpec[] {
  const taps = Object.entries(spec.taps);
  const pick = (matches: (tap: string) => boolean) => {
    const found = taps.filter(([tap, layer]) => matches(tap) && layer !== mainTap).map(([tap]) => tap);
    if (found.length === 0)
      throw new NetworkError(`\`heads\`: '${String(choice)}' finds no taps in this network; name taps instead`);
    return found;
  };
  if (typeof choice === 'string' && !['none', 'stages', 'blocks'].includes(choice)) {
    throw new NetworkError(`\`heads\` must be 'none', 'stages', 'blocks' or a list of taps, got "${String(choice)}"`);
  }
  const names =
    choice === 'none' ? [] : choice === 'stages' ? pick(isStage) : choice === 'blocks' ? pick(isBlock) : [...choice];
  const known = taps.map(([tap]) => tap);
  const heads = names.map((name) => {
    const tap = Object.hasOwn(spec.taps, name) ? spec.taps[name] : undefined;
    if (tap === undefined) throw new NetworkError(`\`heads\`: there is no tap "${name}"${suggestion(name, known)}`);
    return { name, tap };
  });
  const order = (head: HeadSpec) => known.indexOf(head.name);
  return [{ name: 'main', tap: mainTap }, ...heads.sort((a, b) => order(a) - order(b))];
}

/** The same network with its main head only, as inference runs it. */
export function withoutShortcutHeads(spec: NetworkSpec): NetworkSpec {
  return { ...spec, heads: spec.heads.slice(0, 1) };
}
