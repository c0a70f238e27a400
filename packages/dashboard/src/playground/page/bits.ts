/** The weights' hash at the end, and how to come to the same one elsewhere. */
import { fixedHashes, fixedSetting, isFixed } from '../setting/fixedRun.js';
import { linkOf } from '../setting/link.js';
import type { Setting } from '../setting/setting.js';
import { byId, make } from './element.js';
import type { LaneRecord } from './laneRecord.js';
import { sampleOf } from './methodStyle.js';

export function showBits(setting: Setting, records: readonly LaneRecord[]): void {
  const link = make('a', { href: `#${linkOf(fixedSetting)}`, textContent: 'a small fixed setting' });
  byId('bits-words').replaceChildren(
    'A training ends with the same weights, bit for bit, here and in a terminal, on any number of threads. Of ',
    ...[link, ', Node’s hash is known to this page, which compares.'],
  );
  byId('hashes').replaceChildren(...records.map((record) => partOf(setting, record)));
}

function partOf(setting: Setting, { info: { method, command }, weightsSha256 }: LaneRecord): HTMLElement {
  const hash = make('code', { textContent: weightsSha256 ?? 'known after the last step' });
  hash.dataset.hash = method;
  return make('div', {}, [
    make('p', {}, [
      sampleOf(method),
      `${method}: SHA-256 of the weights: `,
      hash,
      verdictOf(setting, method, weightsSha256),
    ]),
    make('details', {}, [
      make('summary', { textContent: 'The same in a terminal' }),
      make('pre', {}, [make('code', { textContent: command })]),
    ]),
  ]);
}

function verdictOf(setting: Setting, method: LaneRecord['info']['method'], hash: string | null): string {
  if (hash === null || !isFixed(setting)) return '';
  const isSame = hash === fixedHashes[method];
  return isSame ? ' ✓ the same as Node’s' : ` ✗ not Node’s, which is ${fixedHashes[method]}`;
}
