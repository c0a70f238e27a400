/** The weights' hash at the end, and how to come to the same one elsewhere. */
import { element } from '../../charts/dom.js';
import { fixedHashes, fixedSetting, isFixed } from '../setting/fixedRun.js';
import { linkOf } from '../setting/link.js';
import type { Setting } from '../setting/setting.js';
import { byId } from './element.js';
import type { LaneRecord } from './laneRecord.js';
import { keyOf } from './methodKey.js';

export function showBits(setting: Setting, records: readonly LaneRecord[]): void {
  const link = element('a', { href: `#${linkOf(fixedSetting)}` }, 'a small fixed setting');
  byId('bits-words').replaceChildren(
    'A training ends with the same weights, bit for bit, here and in a terminal, on any number of threads. Of ',
    ...[link, ', Node’s hash is known to this page, which compares.'],
  );
  byId('hashes').replaceChildren(...records.map((record) => partOf(setting, record)));
}

function partOf(setting: Setting, { info: { method, command }, weightsSha256 }: LaneRecord): HTMLElement {
  const hash = element('code', { 'data-hash': method }, weightsSha256 ?? 'known after the last step');
  const verdict = verdictOf(setting, method, weightsSha256);
  return element(
    'div',
    {},
    element('p', {}, keyOf(method), ` ${method}: SHA-256 of the weights: `, hash, verdict),
    element(
      'details',
      {},
      element('summary', {}, 'The same in a terminal'),
      element('pre', {}, element('code', {}, command)),
    ),
  );
}

function verdictOf(setting: Setting, method: LaneRecord['info']['method'], hash: string | null): string {
  if (hash === null || !isFixed(setting)) return '';
  const isSame = hash === fixedHashes[method];
  return isSame ? ' ✓ the same as Node’s' : ` ✗ not Node’s, which is ${fixedHashes[method]}`;
}
