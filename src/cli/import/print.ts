import { plain } from '../format.ts';
import { type Output, tableOf } from '../output.ts';
import { countText, moneyText } from '../../files/numbers.ts';
import type { Outcome, Report, StateRow } from './report.ts';

const OUTCOMES: readonly { readonly name: Outcome; readonly words: string }[] = [
  { name: 'delivered', words: 'delivered' }, { name: 'shipped', words: 'shipped' }, { name: 'cancelled', words: 'cancelled' }, { name: 'in_between', words: 'in between' },
];

const WORDS: Readonly<Record<string, string>> = {
  APPROVED_BEFORE_PURCHASE: 'approved before the purchase', CARRIER_BEFORE_APPROVAL: 'at the carrier before the approval', DELIVERED_BEFORE_CARRIER: 'delivered before the carrier had it',
  NO_CARRIER_DATE: 'without a time at the carrier', NO_DELIVERY_DATE: 'without a time of delivery', DATES_PAST_STATUS: 'with dates past their status', CLOCK_IN_FUTURE: 'in the future',
  NOT_APPROVED: 'never approved', PAYMENT_DIFFERS: 'paid other than price and freight', NO_COORDINATES: 'zip prefixes without coordinates',
};

/** The report for people; its last lines are the counts and the totals. */
export function printReport(report: Report, output: Output): void {
  const { orders, clocks, notices, changes } = report;
  output.line();
  for (const line of tableOf(['In the data', 'Orders', 'Captured', 'In Ordo now'], stateRows(report))) output.line(line);
  output.line();
  output.line(`Clocks put in order: ${clocks.orders} orders${listOf(clocks.kinds)}.`);
  output.line(`Noted as they are: ${listed(notices) || 'nothing'}.`);
  output.line(`Written to ${report.errors_file}, row by row${report.faults > 0 ? `: ${countText(report.faults)} need a look` : ''}.`);
  const done = [[changes.nodes, 'sellers'], [changes.items, 'products'], [changes.receipts, 'receipts'], [changes.orders, 'orders'], [changes.facts, 'facts']] as const;
  const changed = done.filter(([count]) => count > 0).map(([count, what]) => `${countText(count)} ${what}`).join(', ');
  output.line(changed === '' ? `Nothing to do: all of it was there (${report.seconds.toFixed(1)} s).` : `This run: ${changed}, in ${report.seconds.toFixed(1)} s.`);
  output.line();
  for (const line of tableOf([report.currency, 'Merchandise', 'Freight', 'Paid'], moneyRows(report))) output.line(line);
  output.line(`Ordo's own sum of the captured orders: ${moneyText(report.ordo_total_minor, report.digits)} ${report.currency}, merchandise and freight.`);
  output.line();
  output.line(output.bold(`${countText(orders.captured)} of ${countText(orders.in_data)} orders captured: ${OUTCOMES.map(({ name, words }) => `${countText(orders[name])} ${words}`).join(', ')}.`));
  output.line(output.bold(`${countText(orders.refused)} refused${reasonsOf(report)}.`));
  const { merchandise, freight, paid } = report.totals.all;
  output.line(output.bold(`Merchandise ${moneyText(merchandise, report.digits)}, freight ${moneyText(freight, report.digits)}, paid ${moneyText(paid, report.digits)} ${report.currency}.`));
}

function stateRows({ states, orders }: Report): string[][] {
  const rows = Object.entries(states).toSorted(([, a], [, b]) => b.orders - a.orders).map(([name, row]) => [plain(name) || '(none)', countText(row.orders), countText(row.captured), fate(row)]);
  return [...rows, ['all', countText(orders.in_data), countText(orders.captured), '']];
}

function fate({ outcomes, refused }: StateRow): string {
  const parts = OUTCOMES.flatMap(({ name, words }) => (outcomes[name] === undefined ? [] : [`${countText(outcomes[name])} ${words}`]));
  return [...parts, ...Object.entries(refused).map(([reason, count]) => `${countText(count)} refused: ${reason}`)].join(', ');
}

function reasonsOf({ states }: Report): string {
  const reasons: Record<string, number> = {};
  for (const { refused } of Object.values(states)) for (const [reason, count] of Object.entries(refused)) reasons[reason] = (reasons[reason] ?? 0) + count;
  return listOf(reasons);
}

function moneyRows({ totals, digits }: Report): string[][] {
  const row = (name: string, part: keyof Report['totals']): string[] =>
    [name, moneyText(totals[part].merchandise, digits), moneyText(totals[part].freight, digits), moneyText(totals[part].paid, digits)];
  const { merchandise, freight, paid } = totals.without_order;
  return [
    row('captured', 'captured'), row('refused', 'refused'), ...(merchandise + freight + paid > 0 ? [row('rows of no order', 'without_order')] : []), row('all rows', 'all'),
  ];
}

const listed = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).map(([name, count]) => `${countText(count)} ${WORDS[name] ?? name}`).join(', ');
const listOf = (counts: Readonly<Record<string, number>>): string => (Object.keys(counts).length === 0 ? '' : `: ${listed(counts)}`);
