import { componentsOf, isKit, type Order, type OrderLine, type Shipment } from "../order/index.ts";
import { cumulativeShare, largestRemainder } from "./prorate.ts";

/** What one order line bears on an invoice. Quantities are counted units, money is minor units of the order's currency. */
export interface InvoiceLine {
  readonly lineNo: number;
  readonly quantity: number;
  /** Price less the line's own discount; with the tax where prices include it. */
  readonly totalMinor: number;
  /** The line's own discount, which totalMinor has taken off already. */
  readonly discountMinor: number;
  /** The line's share of what the order as a whole is discounted. */
  readonly orderDiscountMinor: number;
  readonly taxMinor: number;
}

/** What an invoice bears as a whole. totalMinor = goods − discount + shipping + other + adjustment, + tax where prices do not include it. */
export interface InvoiceAmounts {
  readonly goodsMinor: number;
  /** Discount of the order: the lines' shares of it, and what of it comes off the shipping. */
  readonly discountMinor: number;
  readonly shippingMinor: number;
  readonly shippingDiscountMinor: number;
  readonly shippingTaxMinor: number;
  readonly otherMinor: number;
  /** By how much the order's stated total differs from what its lines and charges add up to. */
  readonly adjustmentMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
}

export interface InvoiceFigures extends InvoiceAmounts {
  readonly taxIncluded: boolean;
  readonly lines: readonly InvoiceLine[];
}

/** Everything that was invoiced of an order so far: sums over its invoices, and over their lines by line number. */
export interface InvoicedBefore {
  readonly amounts: InvoiceAmounts;
  readonly lines: ReadonlyMap<number, InvoiceLine>;
}

export const NOTHING_INVOICED: InvoicedBefore = {
  lines: new Map(),
  amounts: { goodsMinor: 0, discountMinor: 0, shippingMinor: 0, shippingDiscountMinor: 0, shippingTaxMinor: 0, otherMinor: 0, adjustmentMinor: 0, taxMinor: 0, totalMinor: 0 },
};

/** The sums after one more invoice of the order. */
export function invoicedAfter({ amounts, lines }: InvoicedBefore, invoice: InvoiceFigures): InvoicedBefore {
  const later = new Map(lines);
  for (const line of invoice.lines) {
    const known = lines.get(line.lineNo);
    later.set(line.lineNo, known === undefined ? line : {
      lineNo: line.lineNo, quantity: known.quantity + line.quantity, totalMinor: known.totalMinor + line.totalMinor, discountMinor: known.discountMinor + line.discountMinor,
      orderDiscountMinor: known.orderDiscountMinor + line.orderDiscountMinor, taxMinor: known.taxMinor + line.taxMinor,
    });
  }
  return {
    lines: later,
    amounts: {
      goodsMinor: amounts.goodsMinor + invoice.goodsMinor, discountMinor: amounts.discountMinor + invoice.discountMinor, shippingMinor: amounts.shippingMinor + invoice.shippingMinor,
      shippingDiscountMinor: amounts.shippingDiscountMinor + invoice.shippingDiscountMinor, shippingTaxMinor: amounts.shippingTaxMinor + invoice.shippingTaxMinor,
      otherMinor: amounts.otherMinor + invoice.otherMinor, adjustmentMinor: amounts.adjustmentMinor + invoice.adjustmentMinor, taxMinor: amounts.taxMinor + invoice.taxMinor,
      totalMinor: amounts.totalMinor + invoice.totalMinor,
    },
  };
}

/** An order line with the units that its money is shared out over: those it has in all, cancelled, invoiced before, and leaving now. */
interface PricedLine {
  readonly line: OrderLine;
  readonly ordered: number;
  readonly cancelled: number;
  readonly invoiced: number;
  readonly leaving: number;
}

/**
 * The invoice of a shipment whose goods have left. Every amount is what the order bears up to and with this shipment, as the
 * share of a running total, less what was invoiced before: however an order is split, its invoices sum to its total without the
 * share of its cancelled units, to the minor unit. What the order bears as a whole follows the value of the goods; shipping, and
 * what a discount takes beyond the goods, is on the first invoice. docs/decisions/0010-invoices.md has the reasons.
 */
export function decideInvoice(order: Order, shipment: Shipment, before: InvoicedBefore): InvoiceFigures {
  const priced = withKitsShared(order).map((line) => pricedLine(line, shipment, before));
  const leaving = priced.filter((one) => one.leaving > 0);
  const goods = leaving.map((one) => goodsOf(one, before));
  const goodsMinor = sum(goods, ({ totalMinor }) => totalMinor);
  const borne = borneByOrder(order, priced, before.amounts.goodsMinor + goodsMinor);
  const values = goods.map(({ totalMinor }) => Math.max(0, totalMinor));
  const invoiced = [...before.lines.values()];
  const discounts = largestRemainder(borne.goodsDiscountMinor - sum(invoiced, (line) => line.orderDiscountMinor), values);
  const spreadBefore = sum(invoiced, ({ taxMinor }) => taxMinor) - sum(priced, (one) => shareUpTo(one, "tax_minor", one.invoiced));
  const spread = largestRemainder(borne.spreadTaxMinor - spreadBefore, values);
  const lines = goods.map((line, index): InvoiceLine => ({ ...line, orderDiscountMinor: discounts[index] ?? 0, taxMinor: line.taxMinor + (spread[index] ?? 0) }));
  const shippingDiscountMinor = borne.shippingDiscountMinor - before.amounts.shippingDiscountMinor;
  const shippingTaxMinor = borne.shippingTaxMinor - before.amounts.shippingTaxMinor;
  return totalled(order.document.tax_included, lines, {
    goodsMinor, shippingDiscountMinor, shippingTaxMinor,
    discountMinor: sum(lines, (line) => line.orderDiscountMinor) + shippingDiscountMinor, taxMinor: sum(lines, ({ taxMinor }) => taxMinor) + shippingTaxMinor,
    shippingMinor: order.document.shipping_minor - before.amounts.shippingMinor, otherMinor: borne.otherMinor - before.amounts.otherMinor,
    adjustmentMinor: borne.adjustmentMinor - before.amounts.adjustmentMinor,
  });
}

/** What leaves of a kit are its components, so they bear its money: each unit of a component as much as any other. */
function withKitsShared(order: Order): OrderLine[] {
  const lines = new Map(order.lines.map((line) => [line.lineNo, line]));
  for (const kit of order.lines.filter(isKit)) {
    lines.delete(kit.lineNo);
    const components = componentsOf(order, kit);
    const shares = (figure: "total_minor" | "discount_minor" | "tax_minor"): number[] => largestRemainder(kit.document[figure], components.map(({ ordered }) => ordered));
    const [total, discount, tax] = [shares("total_minor"), shares("discount_minor"), shares("tax_minor")];
    components.forEach((line, index) => lines.set(line.lineNo, {
      ...line, document: { ...line.document, total_minor: total[index] ?? 0, discount_minor: discount[index] ?? 0, tax_minor: tax[index] ?? 0 },
    }));
  }
  return [...lines.values()];
}

function totalled(taxIncluded: boolean, lines: readonly InvoiceLine[], amounts: Omit<InvoiceAmounts, "totalMinor">): InvoiceFigures {
  const { goodsMinor, discountMinor, shippingMinor, otherMinor, adjustmentMinor, taxMinor } = amounts;
  return { ...amounts, taxIncluded, lines, totalMinor: goodsMinor - discountMinor + shippingMinor + otherMinor + adjustmentMinor + (taxIncluded ? 0 : taxMinor) };
}

/** Units that left stay invoiced whatever the carrier said of them: what was lost or came back is refunded, not uninvoiced. */
function pricedLine(line: OrderLine, shipment: Shipment, before: InvoicedBefore): PricedLine {
  const stages = shipment.lines.get(line.lineNo);
  return {
    line, ordered: line.ordered, cancelled: line.units.cancelled, invoiced: before.lines.get(line.lineNo)?.quantity ?? 0,
    leaving: stages === undefined ? 0 : stages.shipped + stages.handed_over,
  };
}

const shareUpTo = ({ line, ordered }: PricedLine, figure: "total_minor" | "discount_minor" | "tax_minor", units: number): number =>
  cumulativeShare(line.document[figure], units, ordered);

/** Total and discount are shared out, and the price before discount follows: so no unit ever costs less than nothing. */
function goodsOf(one: PricedLine, before: InvoicedBefore): InvoiceLine {
  const { lineNo } = one.line;
  const known = before.lines.get(lineNo);
  const upTo = one.invoiced + one.leaving;
  return {
    lineNo, quantity: one.leaving, totalMinor: shareUpTo(one, "total_minor", upTo) - (known?.totalMinor ?? 0),
    discountMinor: shareUpTo(one, "discount_minor", upTo) - (known?.discountMinor ?? 0), orderDiscountMinor: 0,
    taxMinor: shareUpTo(one, "tax_minor", upTo) - shareUpTo(one, "tax_minor", one.invoiced),
  };
}

/** What the order as a whole bears up to and with this shipment, beside the goods and the shipping. */
interface Borne {
  readonly goodsDiscountMinor: number;
  readonly shippingDiscountMinor: number;
  readonly otherMinor: number;
  readonly adjustmentMinor: number;
  /** Tax that no line states and that is spread over the goods. */
  readonly spreadTaxMinor: number;
  readonly shippingTaxMinor: number;
}

/**
 * The order's own figures cover the goods as ordered, or, once a channel has reduced them, what is left: merchandise_minor says
 * which. Whatever it is beyond these two is a difference of price, and part of the adjustment.
 */
function borneByOrder(order: Order, priced: readonly PricedLine[], invoicedGoodsMinor: number): Borne {
  const { document } = order;
  const all = sum(priced, ({ line }) => line.document.total_minor);
  const live = sum(priced, (one) => shareUpTo(one, "total_minor", one.ordered - one.cancelled));
  const covered = Math.min(Math.max(document.merchandise_minor, live), all);
  const untaxed = document.tax_minor - coveredTax(priced, covered, live, all);
  // Beside lines that state theirs, tax that is left over is the shipping's.
  const isShippingTax = untaxed > 0 && document.shipping_minor > 0 && priced.some(({ line }) => line.document.tax_minor !== 0);
  const expected = covered - document.discount_minor + document.shipping_minor + document.other_minor + (document.tax_included ? 0 : document.tax_minor);

  const units: Part = { part: sum(priced, (one) => one.invoiced + one.leaving), whole: sum(priced, ({ ordered, cancelled }) => (covered === all ? ordered : ordered - cancelled)) };
  const value: Part = { part: Math.min(invoicedGoodsMinor, covered), whole: covered };
  const discount = follow(-document.discount_minor, value, units);
  const other = follow(document.other_minor, discount.rest, units);
  const adjustment = follow(order.totalMinor - expected, other.rest, units);
  return {
    goodsDiscountMinor: 0 - discount.spread, shippingDiscountMinor: 0 - discount.first, otherMinor: other.first + other.spread, adjustmentMinor: adjustment.first + adjustment.spread,
    spreadTaxMinor: isShippingTax ? 0 : shareOfPart(untaxed, value, units), shippingTaxMinor: isShippingTax ? untaxed : 0,
  };
}

/** The tax of the lines that the order's figures cover, between that of what is left and that of everything. */
function coveredTax(priced: readonly PricedLine[], covered: number, live: number, all: number): number {
  const everything = sum(priced, ({ line }) => line.document.tax_minor);
  if (covered === all) return everything;
  const left = sum(priced, (one) => shareUpTo(one, "tax_minor", one.ordered - one.cancelled));
  return left + cumulativeShare(everything - left, covered - live, all - live);
}

/** How much of something has been reached. */
interface Part {
  readonly part: number;
  readonly whole: number;
}

const shareOfPart = (amount: number, { part, whole }: Part, units: Part): number =>
  (whole > 0 ? cumulativeShare(amount, part, whole) : cumulativeShare(amount, units.part, units.whole));

/**
 * A charge or deduction that follows the goods, and what then is left of their value: the next one follows that, so rounding
 * never makes goods cost less than nothing. What a deduction takes beyond the value comes at once. Goods without value are
 * followed by their units.
 */
function follow(amount: number, value: Part, units: Part): { readonly first: number; readonly spread: number; readonly rest: Part } {
  const first = Math.min(0, amount + value.whole);
  const spread = shareOfPart(amount - first, value, units);
  return { first, spread, rest: { part: value.part + spread, whole: value.whole + amount - first } };
}

const sum = <T>(list: readonly T[], read: (one: T) => number): number => list.reduce((total, one) => total + read(one), 0);
