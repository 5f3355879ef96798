/** Every check of a verification: what it is called, and the rule that must hold. */
export const CHECKS = {
  line_counters: 'Every order line counts what its movements say',
  line_equation: 'Every ordered unit is in exactly one bucket, and carriers answer only for what was shipped',
  shipment_counters: 'Every shipment line counts what the movements of its shipment and node say',
  shipment_status: 'Every shipment has the status of the stage its units are in',
  order_status: 'Every order has the status that follows from its lines and holds',
  stock_reserved: 'Reserved stock is what movements claim at each node',
  stock_on_hand: 'Stock on hand is the sum of its movements',
  stock_short: 'Stock is short by exactly what is reserved beyond what is there',
  node_capacity: 'Capacity taken at each node is what shipments have claimed of its days and hours, and orders of its slots',
  shipment_capacity: 'Every shipment that claims capacity claims it for the units it has in work or sent',
  stock_soft: 'Soft claims on nodes and on the network are what open claims hold',
  unassigned_demand: 'Unassigned demand is what order lines wait for',
  supply_received: 'Supply counts what was received against it, and is closed when it is complete',
  supply_claimed: 'Supply counts what waiting order lines claim of it, and no line claims more than waits',
  order_deadlines: 'Every order with dates to keep is watched only while something of it is still to leave',
  movement_events: 'Every movement belongs to a recorded event',
  event_positions: 'Event positions run from 1 to the counter without a gap',
  routing_decisions: 'Every routing has its one stored decision, within 4,096 bytes',
  idempotency_orders: 'Every remembered answer that names an order names one that exists',
  invoiced_units: 'Every order line counts the units that its invoices bear',
  invoice_totals: 'Every invoice is the sum of its lines and charges',
  invoice_numbers: 'Invoice numbers run from 1 to the last of their series without a gap',
  strategy_versions: 'Versions of a strategy follow one another without gap or overlap',
  report_sums: 'Sums of reports are what orders were counted as, and what they were counted as is what they are',
  erased_customers: 'Nothing personal is kept of an erased customer, or beside an order of one, but notes that somebody wrote',
  orphans: 'Nothing refers to an order, line, shipment, item, node or channel that is not there',
  negatives: 'No counter is below zero',
} as const;

export type CheckName = keyof typeof CHECKS;
export type Figure = number | string | null;

/** One place where a stored figure is not what its ledger says. */
export interface Difference {
  /** Table and column: order_line.reserved. */
  readonly what: string;
  /** Which row, in words a person can look up. */
  readonly key: string;
  readonly stored: Figure;
  readonly recomputed: Figure;
}

export interface CheckReport {
  readonly check: CheckName;
  readonly rule: string;
  /** Rows looked at; 0 means that there was nothing to check. */
  readonly examined: number;
  readonly differences: number;
  /** The first differences, up to the limit asked for. */
  readonly named: readonly Difference[];
}

/** Collects what the statements find, per check. */
export class Findings {
  readonly #checks = new Map<CheckName, { examined: number; differences: number; named: Difference[] }>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    for (const name of Object.keys(CHECKS) as CheckName[]) this.#checks.set(name, { examined: 0, differences: 0, named: [] });
  }

  get limit(): number {
    return this.#limit;
  }

  /** `differences` counts rows; one row may name several figures. */
  add(check: CheckName, examined: number, differences: number, named: readonly Difference[]): void {
    const found = this.#checks.get(check);
    if (found === undefined) return;
    found.examined += examined;
    found.differences += differences;
    found.named.push(...named.slice(0, Math.max(0, this.#limit - found.named.length)));
  }

  reports(): CheckReport[] {
    return [...this.#checks].map(([check, found]) => ({ check, rule: CHECKS[check], ...found }));
  }
}
