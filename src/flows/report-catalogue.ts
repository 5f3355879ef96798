import { secondsOf, type Measure } from "./count-order.ts";
import type { ReadSum } from "./reports.ts";

/** A number of a report. Without a currency it is no money; null where there is nothing to say. */
export interface Figure {
  readonly name: string;
  readonly currency: string | null;
  readonly value: number | null;
}

export interface FigureAbout {
  readonly name: string;
  readonly unit: "count" | "units" | "minor" | "micros" | "percent" | "seconds";
  readonly definition: string;
}

/** Which instant of an order puts it into a stretch of time. */
export type ReportedBy = "placed" | "departure" | "arrival" | "promise" | "now" | "ship_date";
export const GROUPS = ["day", "week", "channel", "node"] as const;
export type Group = (typeof GROUPS)[number];

/** A report, as people, screens and the reference read of it. */
export interface ReportAbout {
  readonly code: string;
  readonly name: string;
  readonly by: ReportedBy;
  readonly definition: string;
  readonly formula: string;
  readonly figures: readonly FigureAbout[];
  readonly groups: readonly Group[];
  readonly filters: readonly ("channel" | "node")[];
  /** What the list of orders is narrowed down by, beside a point's time; null where it cannot show what makes the point, and why. */
  readonly orders: Readonly<Record<string, readonly string[]>> | null;
  readonly ordersWhy: string | null;
  readonly measures: readonly Measure[];
  /** The figures of a stretch; of promises with what of it has passed. */
  readonly figuresOf: (sums: readonly ReadSum[], past: readonly ReadSum[]) => readonly Figure[];
}

const figure = (name: string, value: number | null, currency: string | null = null): Figure => ({ name, currency, value });
const about = (name: string, unit: FigureAbout["unit"], definition: string): FigureAbout => ({ name, unit, definition });
const total = (sums: readonly ReadSum[], measure: Measure, part?: string): number =>
  sums.reduce((sum, one) => (one.measure === measure && (part === undefined || one.part === part) ? sum + one.amount : sum), 0);
/** Quantities are kept in millionths. */
const units = (sums: readonly ReadSum[], measure: Measure): number => total(sums, measure) / 1_000_000;
/** To a hundredth of a percent; null of nothing. */
const percent = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 100);
const currencies = (sums: readonly ReadSum[], measure: Measure): string[] => [...new Set(sums.filter((one) => one.measure === measure).map(({ part }) => part))].toSorted();

const BY_TIME: readonly Group[] = ["day", "week", "channel"];

function ofDurations(code: "click_to_ship" | "click_to_door", name: string, by: "departure" | "arrival", definition: string, until: string): ReportAbout {
  return {
    code, name, by, definition, formula: `percentiles of (${until} - placed_at) over shipments, by nearest rank in classes that grow by 4.1 percent: off by 2 percent at most`, groups: ["day", "week", "channel", "node"], filters: ["channel", "node"], measures: [code],
    figures: [about("shipments", "count", `Shipments that ${by === "departure" ? "left" : "arrived"} in the time.`), ...[50, 90, 95].map((p) => about(`p${p}`, "seconds", `So long or shorter for ${p} percent of them; off by 2 percent at most.`))],
    orders: null, ordersWhy: `The list of orders cannot be narrowed down by ${by}.`,
    figuresOf: (sums) => [figure("shipments", total(sums, code)), ...[50, 90, 95].map((p) => figure(`p${p}`, percentile(sums, p)))],
  };
}

/** The middle of the class in which the nearest rank is. */
function percentile(sums: readonly ReadSum[], p: number): number | null {
  const classes = new Map<number, number>();
  for (const { part, amount } of sums) classes.set(Number(part), (classes.get(Number(part)) ?? 0) + amount);
  const all = [...classes.values()].reduce((sum, count) => sum + count, 0);
  let left = Math.ceil((all * p) / 100);
  for (const [durationClass, count] of [...classes].toSorted(([a], [b]) => a - b)) if ((left -= count) <= 0) return Math.round(secondsOf(durationClass));
  return null;
}

const share = (code: string, name: string, part: { readonly name: string; readonly measure: Measure; readonly definition: string }, whole: Measure, definition: string, extra: Partial<ReportAbout> = {}): ReportAbout => ({
  code, name, by: "placed", definition, formula: `100 * ${part.name} / orders`, groups: BY_TIME, filters: ["channel"], measures: [whole, part.measure], orders: null, ordersWhy: null,
  figures: [about("orders", "count", whole === "orders" ? "Orders placed in the time." : "Of the orders placed in the time those that have a shipment, planned or sent."), about(part.name, "count", part.definition), about("rate", "percent", `${part.name} of orders.`)],
  figuresOf: (sums) => [figure("orders", total(sums, whole)), figure(part.name, total(sums, part.measure)), figure("rate", percent(total(sums, part.measure), total(sums, whole)))], ...extra,
});

/** Every report, in the order in which a screen offers them. The reference is written from this table, so that both say the same. */
export const REPORTS: readonly ReportAbout[] = [
  {
    code: "volume", name: "Volume", by: "placed", definition: "What customers ordered: orders that were placed in the time, cancelled ones included.", formula: "count(orders), count(lines), sum(units), sum(total) per currency", groups: BY_TIME, filters: ["channel"],
    figures: [about("orders", "count", "Orders placed."), about("lines", "count", "Lines as they were ordered: a kit is one."), about("units", "units", "Base units of all items together; a kit counts as its components."), about("value", "minor", "Totals of the orders, each currency for itself.")],
    orders: {}, ordersWhy: null, measures: ["orders", "lines", "units", "value"],
    figuresOf: (sums) => [figure("orders", total(sums, "orders")), figure("lines", total(sums, "lines")), figure("units", units(sums, "units")), ...currencies(sums, "value").map((currency) => figure("value", total(sums, "value", currency), currency))],
  },
  ofDurations("click_to_ship", "Click to ship", "departure", "How long customers waited until goods left: from the order to each of its shipments' departure, or its handing over.", "departure"),
  ofDurations("click_to_door", "Click to door", "arrival", "How long customers waited for their goods: from the order to the delivery, collection or handing over of each of its shipments, as far as somebody told of it.", "arrival"),
  {
    code: "shipping_cost", name: "Shipping cost per order", by: "placed", definition: "What labels and boxes of an order are expected to cost, by its newest routing decision that has a price, as the strategy weights it. Orders without a priced decision are left out.",
    formula: "sum(label cost) / orders, per currency", groups: BY_TIME, filters: ["channel"], orders: null, ordersWhy: "The list of orders cannot be narrowed down to those with a price.", measures: ["costed_orders", "cost"],
    figures: [about("orders", "count", "Orders placed in the time with a price, by its currency."), about("cost", "micros", "What they are expected to cost together, in millionths of the currency."), about("cost_per_order", "micros", "cost by orders.")],
    figuresOf: (sums) => currencies(sums, "costed_orders").flatMap((currency) => {
      const [orders, cost] = [total(sums, "costed_orders", currency), total(sums, "cost", currency)];
      return [figure("orders", orders, currency), figure("cost", cost, currency), figure("cost_per_order", orders === 0 ? null : Math.round(cost / orders), currency)];
    }),
  },
  share("cancel_rate", "Cancel rate", { name: "cancelled", measure: "cancelled_orders", definition: "Those of them of which every unit is cancelled now." }, "orders", "How many of the orders placed in the time were cancelled altogether.", { orders: { status: ["CANCELLED"] } }),
  {
    code: "fill_rate", name: "Fill rate", by: "placed", definition: "How much of what was ordered in the time has left. Young orders have most of it before them, so read a time that is over.", formula: "100 * shipped_units / units", groups: BY_TIME, filters: ["channel"],
    figures: [about("units", "units", "Base units ordered."), about("shipped_units", "units", "Of them shipped or handed over."), about("cancelled_units", "units", "Of them cancelled."), about("rate", "percent", "shipped_units of units.")],
    orders: {}, ordersWhy: null, measures: ["units", "shipped_units", "cancelled_units"],
    figuresOf: (sums) => [figure("units", units(sums, "units")), figure("shipped_units", units(sums, "shipped_units")), figure("cancelled_units", units(sums, "cancelled_units")), figure("rate", percent(total(sums, "shipped_units"), total(sums, "units")))],
  },
  share("split_rate", "Split rate", { name: "split", measure: "split_orders", definition: "Those of them with more than one shipment that is not cancelled." }, "planned_orders", "How many of the orders placed in the time go in more than one shipment.", { ordersWhy: "The list of orders cannot be narrowed down by the number of shipments." }),
  {
    code: "promise_accuracy", name: "Promise accuracy", by: "promise", definition: "Whether orders kept the date that falls into the time: the arrival that was promised, else deliver_by, else ship_by. Kept is what is known to have arrived, or left, whole and by then. Cancelled orders are left out.",
    formula: "100 * kept / (kept + late)", groups: BY_TIME, filters: ["channel"], orders: null, ordersWhy: "The list of orders cannot be narrowed down by promised dates.", measures: ["promised", "promise_kept", "promise_changed"],
    figures: [about("promised", "count", "Orders with a date in the time."), about("kept", "count", "Those that kept it."), about("late", "count", "Those that did not, and whose date has passed."), about("open", "count", "Those whose date has not passed, and that did not keep it yet."), about("changed", "count", "Those whose customers were told another date at least once."), about("rate", "percent", "kept of kept and late.")],
    figuresOf: (sums, past) => {
      const [promised, kept] = [total(sums, "promised"), total(sums, "promise_kept")];
      const late = total(past, "promised") - total(past, "promise_kept");
      return [figure("promised", promised), figure("kept", kept), figure("late", late), figure("open", promised - kept - late), figure("changed", total(sums, "promise_changed")), figure("rate", percent(kept, kept + late))];
    },
  },
  {
    code: "backlog_age", name: "Backlog by age", by: "now", definition: "Orders of which something is still to leave, by how long ago they were placed, to a quarter of an hour. It is always of now.", formula: "count(orders with units that have neither left nor been cancelled)", groups: [], filters: ["channel"],
    figures: [about("orders", "count", "Open orders of that age.")], orders: { status: ["PENDING", "ON_HOLD", "BACKORDERED", "PROCESSING", "PARTIALLY_SHIPPED"] }, ordersWhy: null, measures: ["open_orders"], figuresOf: (sums) => [figure("orders", total(sums, "open_orders"))],
  },
  {
    code: "capacity_use", name: "Capacity use", by: "ship_date", definition: "What shipments have claimed of nodes' days, by each node's own calendar, against the limits as they are now.", formula: "100 * taken / limit over days of nodes with a limit and something taken", groups: ["day", "week", "node"], filters: ["node"],
    figures: [about("orders", "count", "Shipments, planned or sent, of nodes with or without a limit."), about("orders_limit", "count", "What those with a limit could send in these days."), about("orders_rate", "percent", "Taken of the limit, where there is one."), about("units", "count", "Counted units."), about("units_limit", "count", "As orders_limit."), about("units_rate", "percent", "As orders_rate.")],
    orders: null, ordersWhy: "The list of orders cannot be narrowed down by ship dates.", measures: [], figuresOf: () => [],
  },
];
