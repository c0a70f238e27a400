/** Where the shortcut heads of a network read. */
import { suggestion } from '../network/nearest.js';
import { NetworkError } from '../network/shapes.js';
import type { HeadSpec, NetworkSpec } from '../network/spec.js';

/**
 * 'stages': after every stage but the last; 'blocks': after every block but the last; 'all': at every tap that is not the
 * main head's; or names of taps.
 * The paper says "after each block layer" and leaves open which of the two is meant: see the README.
 */
export type HeadsChoice = (typeof choices)[number] | readonly string[];

const choices = ['none', 'stages', 'blocks', 'all'] as const;

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
  if (typeof choice === 'string' && !choices.includes(choice)) {
    throw new NetworkError(
      `\`heads\` must be 'none', 'stages', 'blocks', 'all' or a list of taps, got "${String(choice)}"`,
    );
  }
  const chosen = {
    none: () => [],
    stages: () => pick(isStage),
    blocks: () => pick(isBlock),
    all: () => oncePerLayer(taps.filter(([, layer]) => layer !== mainTap)),
  };
  const names = typeof choice === 'string' ? chosen[choice]() : [...choice];
  const known = taps.map(([tap]) => tap);
  const heads = names.map((name) => {
    const tap = Object.hasOwn(spec.taps, name) ? spec.taps[name] : undefined;
    if (tap === undefined) throw new NetworkError(`\`heads\`: there is no tap "${name}"${suggestion(name, known)}`);
    return { name, tap };
  });
  const order = (head: HeadSpec) => known.indexOf(head.name);
  return [{ name: 'main', tap: mainTap }, ...heads.sort((a, b) => order(a) - order(b))];
}

/** The same network with other shortcut heads. @throws NetworkError when it has no such taps */
export function withHeads(spec: NetworkSpec, choice: HeadsChoice): NetworkSpec {
  const [main] = spec.heads;
  if (main === undefined) throw new NetworkError('the network has no main head');
  return { ...spec, heads: resolveHeads(spec, choice, main.tap) };
}

/** Names of taps, of several at one layer the last. */
function oncePerLayer(taps: [tap: string, layer: string][]): string[] {
  return [...new Map(taps.map(([tap, layer]) => [layer, tap])).values()];
}

/** The same network with its main head only, as inference runs it. */
export function withoutShortcutHeads(spec: NetworkSpec): NetworkSpec {
  return { ...spec, heads: spec.heads.slice(0, 1) };
}
