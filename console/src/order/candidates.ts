// The ranked candidates of one decision: how far, what it would cost, what it could fill, and the verdict.
import { chip } from '../chip.ts';
import { button, type Child, h, hidden } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { kilometres, micros, plural } from '../numbers.ts';
import { isStruck, verdictLook } from '../words.ts';
import type { Candidate, Decision } from './decision.ts';

const SHOWN = 8;

export function candidateTable(decision: Decision, currency: string, facts: Facts): HTMLElement {
  const { candidates, leftOut } = decision;
  if (candidates.length === 0) return h('p', { class: 'muted' }, 'No candidates were kept with this decision.');
  const farthest = Math.max(1, ...candidates.map(({ km }) => km ?? 0));
  const rows = candidates.map((candidate, index) => row(candidate, index, decision, currency, facts, farthest));
  for (const late of rows.slice(SHOWN)) late.hidden = true;
  const more = candidates.length <= SHOWN ? null : button(`Show ${candidates.length - SHOWN} more`, () => {
    for (const late of rows) late.hidden = false;
    more?.remove();
  }, { class: 'button quiet' });
  return h('div', { class: 'candidates-frame' },
    h('table', { class: 'candidates', role: 'table', 'aria-label': 'Candidates, the best first' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...['Node', 'Verdict', 'Distance', 'Cost', 'Could fill'].map((title) => h('th', { scope: 'col', role: 'columnheader', class: classOf(title) }, title)))),
      h('tbody', { role: 'rowgroup' }, ...rows)),
    more, leftOut > 0 ? h('p', { class: 'muted' }, `${plural(leftOut, 'candidate')} more took part and ${leftOut === 1 ? 'was' : 'were'} not kept.`) : null);
}

const classOf = (title: string): string => `k-${title.toLowerCase().replaceAll(' ', '-')}`;

function row(candidate: Candidate, index: number, decision: Decision, currency: string, facts: Facts, farthest: number): HTMLTableRowElement {
  const { node, verdict, km, costMicros, why, detail } = candidate;
  const chosen = verdict === 'CHOSEN';
  const struck = isStruck(verdict);
  const cell = (name: string, ...children: readonly Child[]): HTMLTableCellElement => h('td', { class: `k-${name}`, role: 'cell' }, ...children);
  const name = facts.nodeName(node);
  return h('tr', { role: 'row', class: chosen ? 'chosen' : struck ? 'struck' : '' },
    h('th', { scope: 'row', role: 'rowheader', class: 'k-node' }, h('span', { class: 'rank', 'aria-hidden': 'true' }, index + 1), h('span', { class: 'node-name' }, name), name === node ? null : h('span', { class: 'mono code' }, node)),
    cell('verdict', chip(verdictLook(verdict)), why === null || chosen ? null : h('span', { class: 'why-not' }, why), detail === null ? null : h('span', { class: 'why-detail' }, detail)),
    cell('distance', ...distance(km, farthest)), cell('cost', costMicros === null ? '–' : micros(costMicros, currency)), cell('could-fill', ...fills(candidate, decision.lines)));
}

function distance(km: number | null, farthest: number): Child[] {
  if (km === null) return [h('span', { class: 'muted' }, 'unknown')];
  const bar = h('span', { class: 'bar' });
  bar.style.setProperty('--share', `${Math.max(1, Math.round((km / farthest) * 100))}%`);
  return [h('span', { class: 'track', 'aria-hidden': 'true' }, bar), h('span', { class: 'km' }, kilometres(km))];
}

/** One mark per line where they are few, and always the figure. */
function fills({ linesFilled }: Candidate, lines: number): Child[] {
  if (linesFilled === null) return ['–'];
  if (lines === 0) return [plural(linesFilled, 'line')];
  const pips = lines > 6 ? null : h('span', { class: 'pips', 'aria-hidden': 'true' }, ...Array.from({ length: lines }, (_, index) => h('i', { class: index < linesFilled ? 'on' : '' })));
  return [pips, h('span', {}, `${linesFilled}/${lines}`), hidden(' lines')];
}
