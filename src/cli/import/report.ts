import type { OrderSummary } from './api.ts';
import { CLOCK_CODES } from './clocks.ts';
import type { Dataset, Money } from './dataset.ts';
import type { IssueCode, IssueLog } from './issues.ts';
import type { OrderPlan, Plan, Reason, Settings } from './plan.ts';
import { isWhereItShouldBe } from './replay.ts';

export type Outcome = 'delivered' | 'shipped' | 'cancelled' | 'in_between';

/** Orders of one state in the data: what became of them, and why others are not in Ordo. */
export interface StateRow {
  orders: number;
  captured: number;
  readonly outcomes: Partial<Record<Outcome, number>>;
  readonly refused: Partial<Record<Reason | 'refused by Ordo', number>>;
}

export interface Report {
  readonly directory: string;
  readonly channel: string;
  readonly currency: string;
  readonly digits: number;
  readonly orders: { readonly in_data: number; readonly captured: number; readonly refused: number } & Readonly<Record<Outcome, number>>;
  readonly states: Readonly<Record<string, StateRow>>;
  /** Orders of which a clock was put in order, and how often each kind occurred. */
  readonly clocks: { readonly orders: number; readonly kinds: Readonly<Record<string, number>> };
  readonly notices: Readonly<Record<string, number>>;
  /** Minor units. `all` is the sum of the other three, and of the files' rows. */
  readonly totals: Readonly<Record<'captured' | 'refused' | 'without_order' | 'all', Money>>;
  /** What Ordo itself says the captured orders come to; equal to captured merchandise and freight. */
  readonly ordo_total_minor: number;
  readonly changes: Changes;
  readonly faults: number;
  readonly errors_file: string;
  readonly seconds: number;
}

/** What this run did. */
export interface Changes {
  readonly nodes: number;
  readonly items: number;
  readonly receipts: number;
  readonly orders: number;
  readonly facts: number;
}

const NOTICES = ['NOT_APPROVED', 'PAYMENT_DIFFERS', 'NO_COORDINATES'] as const satisfies readonly IssueCode[];

export function outcomeOf(status: string): Outcome {
  if (status === 'COMPLETED') return 'delivered';
  if (status === 'SHIPPED') return 'shipped';
  return status === 'CANCELLED' ? 'cancelled' : 'in_between';
}

export interface Reconciled extends Pick<Report, 'orders' | 'states' | 'clocks' | 'notices' | 'totals' | 'ordo_total_minor'> {}

/** Counts what Ordo has against what the data say; whatever differs is a fault. */
export function reconcile(dataset: Dataset, plan: Plan, there: ReadonlyMap<string, OrderSummary>, issues: IssueLog): Reconciled {
  const tally = new Tally();
  let ordoTotal = 0;
  const refusedBefore = new Set(issues.list.flatMap(({ orderId }) => orderId ?? []));
  for (const { source, reason } of plan.refused) {
    tally.refuse(source.status, reason);
    tally.pay('refused', sumOf(source));
  }
  for (const order of plan.orders) {
    const summary = there.get(order.source.id);
    if (summary === undefined) {
      tally.refuse(order.source.status, 'refused by Ordo');
      tally.pay('refused', order);
      continue;
    }
    tally.capture(order.source.status, outcomeOf(summary.status));
    tally.pay('captured', order);
    ordoTotal += summary.total_minor;
    compare(order, summary, dataset, issues, refusedBefore);
  }
  tally.pay('without_order', dataset.orphans);
  const { delivered, shipped, cancelled, in_between } = tally.outcomes;
  const captured = delivered + shipped + cancelled + in_between;
  return {
    orders: { in_data: dataset.orders.length, captured, delivered, shipped, cancelled, in_between, refused: dataset.orders.length - captured },
    states: Object.fromEntries(tally.states), clocks: clocksOf(issues), notices: countsOf(NOTICES, issues), totals: tally.money, ordo_total_minor: ordoTotal,
  };
}

function compare({ source, target, merchandise, freight }: OrderPlan, summary: OrderSummary, { files }: Dataset, issues: IssueLog, noted: ReadonlySet<string>): void {
  const where = { file: files.orders, row: source.row, orderId: source.id };
  if (summary.total_minor !== merchandise + freight) {
    issues.add('TOTAL_DIFFERS', where, `Order ${source.id} comes to ${summary.total_minor} minor units in Ordo and to ${merchandise + freight} in the data.`);
  }
  if (isWhereItShouldBe(summary.status, target)) return;
  const because = noted.has(source.id) ? '; see what is said of it above' : '';
  issues.add('STATE_DIFFERS', where, `Order ${source.id} is ${summary.status} in Ordo, and ${source.status} in the data${because}.`);
}

function clocksOf(issues: IssueLog): Report['clocks'] {
  const codes: ReadonlySet<string> = new Set(CLOCK_CODES);
  const orders = new Set(issues.list.flatMap(({ code, orderId }) => (codes.has(code) && orderId !== null ? [orderId] : [])));
  return { orders: orders.size, kinds: countsOf(CLOCK_CODES, issues) };
}

const countsOf = (codes: readonly IssueCode[], issues: IssueLog): Record<string, number> => Object.fromEntries(codes.map((code) => [code, issues.count(code)]).filter(([, count]) => count !== 0));

const sumOf = ({ items, payments }: OrderPlan['source']): Money => ({
  merchandise: items.reduce((sum, item) => sum + item.priceMinor, 0), freight: items.reduce((sum, item) => sum + item.freightMinor, 0),
  paid: payments.reduce((sum, payment) => sum + payment.valueMinor, 0),
});

class Tally {
  readonly states = new Map<string, StateRow>();
  readonly outcomes: Record<Outcome, number> = { delivered: 0, shipped: 0, cancelled: 0, in_between: 0 };
  readonly money: Record<keyof Report['totals'], Money>;

  constructor() {
    const nothing = { merchandise: 0, freight: 0, paid: 0 };
    this.money = { captured: nothing, refused: nothing, without_order: nothing, all: nothing };
  }

  capture(status: string, outcome: Outcome): void {
    const row = this.#row(status);
    row.captured += 1;
    row.outcomes[outcome] = (row.outcomes[outcome] ?? 0) + 1;
    this.outcomes[outcome] += 1;
  }

  refuse(status: string, reason: keyof StateRow['refused']): void {
    const { refused } = this.#row(status);
    refused[reason] = (refused[reason] ?? 0) + 1;
  }

  pay(part: Exclude<keyof Report['totals'], 'all'>, { merchandise, freight, paid }: Money): void {
    for (const name of [part, 'all'] as const) {
      const sum = this.money[name];
      this.money[name] = { merchandise: sum.merchandise + merchandise, freight: sum.freight + freight, paid: sum.paid + paid };
    }
  }

  #row(status: string): StateRow {
    const row = this.states.get(status) ?? { orders: 0, captured: 0, outcomes: {}, refused: {} };
    row.orders += 1;
    this.states.set(status, row);
    return row;
  }
}

export interface ReportHead extends Pick<Report, 'directory' | 'errors_file' | 'seconds' | 'changes'> {
  readonly settings: Settings;
}

export function reportOf({ settings, ...head }: ReportHead, reconciled: Reconciled, issues: IssueLog): Report {
  return { ...head, channel: settings.channel, currency: settings.currency, digits: settings.digits, ...reconciled, faults: issues.faults };
}
