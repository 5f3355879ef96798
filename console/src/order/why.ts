// "Why here": the sentence first, then the table behind it. It shows the stored decision and recomputes nothing.
import type { Event, Order, RoutingDecision } from '../api.ts';
import { button, h } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { kilometres, micros, plural } from '../numbers.ts';
import { copy } from '../states.ts';
import { calendarDay, time } from '../time.ts';
import { spoken, triggerWords, verdictLook } from '../words.ts';
import { actorOf } from './story.ts';
import { candidateTable } from './candidates.ts';
import { type Decision, readDecision } from './decision.ts';

export interface WhyContext {
  readonly order: Order;
  readonly facts: Facts;
  readonly events: readonly Event[];
  readonly announce: (text: string) => void;
}

export function whyPanel(stored: readonly RoutingDecision[], context: WhyContext): HTMLElement {
  const decisions = stored.map(readDecision).toSorted((a, b) => b.no - a.no);
  const [latest, ...earlier] = decisions;
  const panel = h('section', { class: 'card why', 'aria-labelledby': 'why-title' });
  if (!latest) {
    panel.append(h('h2', { id: 'why-title', class: 'eyebrow' }, 'Why here'), ...notRouted(context.order));
    return panel;
  }
  panel.append(
    h('div', { class: 'why-head' }, h('h2', { id: 'why-title', class: 'eyebrow' }, 'Why here'), copyButtons(latest, context)),
    sentence(latest, context.facts), ...body(latest, context),
    earlier.length === 0 ? '' : h('section', { class: 'earlier' }, h('h3', {}, plural(earlier.length, 'earlier decision')), ...earlier.map((one) => folded(one, context))),
  );
  return panel;
}

function notRouted({ holds, lines }: Order): HTMLElement[] {
  const open = holds.filter((hold) => hold.released_at === null && (hold.kind === 'ITEM' || hold.kind === 'ADDRESS'));
  const waits = lines.some((line) => (line.buckets['pending'] ?? 0) > 0);
  const why = open.length > 0 ? `No node has been looked for yet: ${open.map((hold) => hold.reason).join(' ')}`
    : waits ? 'No node has been looked for yet.' : 'This order was routed outside Ordo, so no decision is kept here.';
  return [h('p', { class: 'sentence' }, why)];
}

/** The names of the chosen nodes stand out in the sentence, which is otherwise exactly as it was stored. */
function sentence({ sentence: stored, chosen }: Decision, facts: Facts): HTMLElement {
  let parts: (string | Node)[] = [stored];
  for (const name of new Set(chosen.map((code) => facts.nodeName(code)))) {
    parts = parts.flatMap((part) => (typeof part !== 'string' || name === '' ? [part] : part.split(name).flatMap((one, index) => (index === 0 ? [one] : [h('strong', {}, name), one]))));
  }
  return h('p', { class: 'sentence' }, ...parts);
}

function body(decision: Decision, context: WhyContext): HTMLElement[] {
  const { facts, order } = context;
  return [
    h('p', { class: 'decided muted' }, `Decided ${triggerWords(decision.trigger)}, `, time(decision.decidedAt, { style: 'relative' }), ' · ', time(decision.decidedAt, { style: 'full' }), ...by(decision, context)),
    ...rulesOf(decision), ...ways(decision, facts), ...costs(decision, order.currency, facts),
    candidateTable(decision, order.currency, facts),
  ];
}

function by({ no, trigger }: Decision, { events }: WhyContext): string[] {
  if (trigger !== 'MANUAL') return [];
  const event = events.find((one) => one.type === 'OrderRouted' && one.data['decision_no'] === no);
  return event ? [` · by ${actorOf(event)}`] : [];
}

/** By which rules it was decided, which of them were given up, and which could not be asked. */
function rulesOf({ rules, relaxed, notes }: Decision): HTMLElement[] {
  const by = rules === null ? [] : [h('p', { class: 'decided rules' }, 'By the strategy ', h('strong', {}, rules.strategy), rules.version === null ? '' : `, version ${rules.version}`, rules.group === null ? '' : `, group “${rules.group}”`)];
  const given = relaxed.length === 0 ? [] : [h('p', { class: 'decided' }, `Given up to place it: ${[...new Set(relaxed)].map((rule) => spoken(rule).toLowerCase()).join(', ')}`)];
  return [...by, ...given, ...(notes.length === 0 ? [] : [h('ul', { class: 'decided notes', 'aria-label': 'Rules that could not be asked' }, ...notes.map((note) => h('li', {}, note)))])];
}

/** How each node sends its part, and when that is there. */
function ways({ ways: all }: Decision, facts: Facts): HTMLElement[] {
  if (all.length === 0) return [];
  const day = (what: string, date: string | null): (string | Node)[] => (date === null ? [] : [`, ${what} `, h('time', { datetime: date }, calendarDay(date))]);
  return [h('dl', { class: 'terms ways' }, ...all.map(({ node, carrier, service, leaves, arrives, daysLate }) => h('div', {},
    h('dt', {}, facts.nodeName(node)),
    h('dd', {}, `${carrier}${service === null ? '' : ` ${service}`}`, ...day('leaves', leaves), ...day('there', arrives), daysLate === 0 ? '' : `, ${plural(daysLate, 'day')} late`))))];
}

function costs({ rules, otherTerms, distanceCost, splitCost, splitCostEach, totalCost, method, runnerUp, chosen }: Decision, currency: string, facts: Facts): HTMLElement[] {
  // A plan that places nothing costs nothing, which would say the opposite of what it means.
  if (chosen.length === 0) return [];
  const terms: [string, string][] = [];
  // Strategies say which costs count: the others are not worth a word.
  const counts = (amount: number | null): amount is number => amount !== null && (rules === null || amount !== 0);
  for (const [term, amount] of otherTerms) terms.push([spoken(term), micros(amount, currency)]);
  if (counts(distanceCost)) terms.push(['Distance', micros(distanceCost, currency)]);
  if (counts(splitCost)) terms.push([splitTerm(chosen.length, splitCostEach, currency), micros(splitCost, currency)]);
  if (totalCost !== null) terms.push(['Cost in all', micros(totalCost, currency)]);
  if (runnerUp && totalCost !== null) terms.push([`Next best: ${facts.nodeName(runnerUp.node)}`, `+${micros(Math.max(0, runnerUp.cost - totalCost), currency)}`]);
  if (method !== null) terms.push(['Method', method]);
  return terms.length === 0 ? [] : [h('dl', { class: 'terms' }, ...terms.map(([what, amount]) => h('div', {}, h('dt', {}, what), h('dd', {}, amount))))];
}

const splitTerm = (parcels: number, each: number | null, currency: string): string =>
  parcels < 2 ? 'No split' : each === null ? 'Split' : `Split: ${parcels - 1} × ${micros(each, currency)}`;

function folded(decision: Decision, context: WhyContext): HTMLElement {
  return h('details', { class: 'fold', 'data-key': `decision-${decision.no}` },
    h('summary', {}, h('span', { class: 'fold-mark' }), h('span', { class: 'fold-text' }, decision.sentence), time(decision.decidedAt, { style: 'relative' })),
    h('div', { class: 'fold-body' }, sentence(decision, context.facts), ...body(decision, context)));
}

function copyButtons(decision: Decision, { order, facts, announce }: WhyContext): HTMLElement {
  const act = (label: string, text: () => string, attributes: Record<string, string>): HTMLButtonElement => {
    const made: HTMLButtonElement = button(label, () => void copy(text()).then((done) => {
      announce(done ? 'Copied' : 'Copying is not possible here');
      made.textContent = done ? 'Copied' : 'Not possible';
      setTimeout(() => void (made.textContent = label), 1800);
    }), { class: 'button quiet', ...attributes });
    return made;
  };
  return h('div', { class: 'actions' }, act('Copy reason', () => decision.sentence, { id: 'copy-reason', title: 'The sentence (C)' }),
    act('With candidates', () => asText(decision, order, facts), { title: 'The sentence and its table, as text' }));
}

export function asText(decision: Decision, order: Pick<Order, 'number' | 'external_id' | 'currency'>, facts: Facts): string {
  const rows = decision.candidates.map(({ node, verdict, km, costMicros }) => [
    verdict === 'CHOSEN' ? '*' : '-', facts.nodeName(node), `(${verdictLook(verdict).word.toLowerCase()})`, km === null ? '' : kilometres(km), costMicros === null ? '' : micros(costMicros, order.currency),
  ].filter((part) => part !== '').join(' '));
  return [`Order #${order.number} (${order.external_id})`, decision.sentence, ...rows].join('\n');
}

