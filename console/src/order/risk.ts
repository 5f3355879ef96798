// What speaks for fraud, where the order's channel asks for it: the score, and what it is made of.
import type { Order } from '../api.ts';
import { h } from '../dom.ts';

/** Null where nobody asked. */
export function riskPanel({ risk }: Order): HTMLElement | null {
  if (risk === null) return null;
  return h('section', { class: 'card money', 'aria-labelledby': 'risk-title' }, h('h2', { id: 'risk-title' }, `Risk: ${risk.score} of 100`),
    risk.reasons.length === 0 ? h('p', { class: 'muted' }, 'Nothing speaks for fraud.')
      : h('dl', { class: 'sums' }, ...risk.reasons.map(({ reason, points }) => h('div', {}, h('dt', {}, reason.charAt(0).toUpperCase() + reason.slice(1)), h('dd', {}, `+${points}`)))));
}

const SOURCES: Readonly<Record<string, string>> = { channel: 'from the channel', operator: 'from your own file', built_in: 'from the built-in places' };
const PRECISIONS: Readonly<Record<string, string>> = { exact: 'Exact', postcode: 'Middle of the postcode', town: 'Middle of the town' };

/** Where the order's coordinates come from, in words; null where it has none. */
export const placeWords = ({ geocode }: Order): string | null =>
  (geocode === null ? null : `${PRECISIONS[geocode.precision] ?? geocode.precision}, ${SOURCES[geocode.source] ?? geocode.source}`);
