import fc from "fast-check";
import { expect, test } from "vitest";
import { currencyExponent } from "../kernel/index.ts";
import { checkCapture, noStages, type Order, type Shipment } from "../order/index.ts";
import { aChannel, aCommand, aLine, aNode, anItem, NOW, openShop } from "../shop.testing.ts";
import { decideInvoice, invoicedAfter, type InvoicedBefore, type InvoiceFigures, NOTHING_INVOICED } from "./index.ts";

const items = [0, 1, 2, 3].map((scale) => anItem(`S${scale}`, { quantityScale: scale }));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const addUp = (invoices: readonly InvoiceFigures[]): InvoicedBefore => invoices.reduce(invoicedAfter, NOTHING_INVOICED);

interface Given {
  readonly currency: string;
  readonly lines: readonly { readonly scale: number; readonly counted: number; readonly price: number; readonly discount: number; readonly tax: number }[];
  readonly shipping: number; readonly discount: number; readonly tax: number; readonly other: number; readonly difference: number; readonly taxIncluded: boolean; readonly linesStateTax: boolean;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const orders: fc.Arbitrary<Given> = fc.record({
  currency: fc.constantFrom("JPY", "EUR", "BHD", "CLF"), linesStateTax: fc.boolean(), taxIncluded: fc.boolean(),
  lines: fc.array(fc.record({
    scale: fc.integer({ min: 0, max: 3 }), counted: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 50_000 })), price: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9_999_999 })),
    discount: fc.oneof(fc.constant(0), fc.constant(1), share), tax: fc.integer({ min: 0, max: 5_000 }),
  }), { minLength: 1, maxLength: 4 }),
  shipping: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 })), discount: fc.oneof(fc.constant(0), share), tax: fc.integer({ min: 0, max: 20_000 }),
  other: fc.oneof(fc.constant(0), fc.integer({ min: -3_000, max: 3_000 })), difference: fc.oneof(fc.constant(0), fc.integer({ min: -500, max: 500 })),
});

/** The order as capture makes it, or null where capture refuses it. */
function capture(given: Given): Order | null {
  const exponent = currencyExponent(given.currency) ?? 2;
  const { captureFacts } = openShop({ items, nodes: [aNode("n")], channel: aChannel({ currency: given.currency }) });
  const price = (minor: number): string => (minor / 10 ** exponent).toFixed(exponent);
  const grossOf = ({ scale, counted, price: minor }: Given["lines"][number]): number => Number((BigInt(minor) * BigInt(counted) + BigInt(10 ** scale) / 2n) / BigInt(10 ** scale));
  const lines = given.lines.map((line) => aLine(`S${line.scale}`, (line.counted / 10 ** line.scale).toFixed(line.scale), {
    unitPrice: price(line.price), discountMinor: Math.floor(grossOf(line) * line.discount), taxMinor: given.linesStateTax ? line.tax : 0,
  }));
  const merchandise = sum(given.lines.map((line, index) => grossOf(line) - (lines[index]?.discountMinor ?? 0)));
  const discountMinor = Math.floor((merchandise + given.shipping) * given.discount);
  const taxMinor = given.tax + sum(lines.map((line) => line.taxMinor));
  const expected = merchandise - discountMinor + given.shipping + given.other + (given.taxIncluded ? 0 : taxMinor);
  const totalMinor = given.difference === 0 ? null : Math.max(0, expected + given.difference);
  const totals = { totalMinor, shippingMinor: given.shipping, discountMinor, taxMinor, otherMinor: given.other, taxIncluded: given.taxIncluded };
  const checked = checkCapture(aCommand(lines, { currency: given.currency, totals }), captureFacts, "order-1", 1);
  return checked.ok ? checked.value.order : null;
}

function shipmentOf(order: Order, shipmentNo: number, units: readonly number[]): Shipment {
  return {
    shipmentNo, nodeId: "node-n", timeZone: "UTC", status: "SHIPPED", stateSince: NOW, plannedShipDate: null, capacity: null, cancelRequested: false, document: { packages: [], cancel_lines: [] },
    lines: new Map(order.lines.map((line, index) => [line.lineNo, { ...noStages(), [index % 2 === 0 ? "shipped" : "handed_over"]: units[index] ?? 0 }])),
  };
}

/** What happens to an order: of every line's waiting units a share leaves or is cancelled. At the end the rest does. */
type Happening = { readonly leaves: boolean; readonly shares: readonly number[] };
const happenings = (end: fc.Arbitrary<boolean>): fc.Arbitrary<{ steps: Happening[]; restLeaves: boolean }> => fc.record({
  steps: fc.array(fc.record({ leaves: fc.boolean(), shares: fc.array(share, { minLength: 4, maxLength: 4 }) }), { maxLength: 6 }), restLeaves: end,
});

function live(order: Order, steps: readonly Happening[], restLeaves: boolean): InvoiceFigures[] {
  const invoices: InvoiceFigures[] = [];
  const waiting = (index: number): number => {
    const line = order.lines[index];
    return line === undefined ? 0 : line.ordered - line.units.shipped - line.units.cancelled;
  };
  for (const { leaves, shares } of [...steps, { leaves: restLeaves, shares: [1, 1, 1, 1] }]) {
    const units = order.lines.map((_, index) => Math.round(waiting(index) * (shares[index] ?? 0)));
    order.lines.forEach((line, index) => (line.units[leaves ? "shipped" : "cancelled"] += units[index] ?? 0));
    if (leaves && sum(units) > 0) invoices.push(decideInvoice(order, shipmentOf(order, invoices.length + 1, units), addUp(invoices)));
  }
  return invoices;
}

/** Every invoice is the sum of its parts. */
function addsUp(invoice: InvoiceFigures): void {
  const { lines } = invoice;
  expect(invoice.goodsMinor).toBe(sum(lines.map((line) => line.totalMinor)));
  expect(invoice.discountMinor).toBe(sum(lines.map((line) => line.orderDiscountMinor)) + invoice.shippingDiscountMinor);
  expect(invoice.taxMinor).toBe(sum(lines.map((line) => line.taxMinor)) + invoice.shippingTaxMinor);
  expect(invoice.totalMinor).toBe(invoice.goodsMinor - invoice.discountMinor + invoice.shippingMinor + invoice.otherMinor + invoice.adjustmentMinor + (invoice.taxIncluded ? 0 : invoice.taxMinor));
  for (const figure of Object.values(invoice.lines).flatMap((line) => Object.values(line))) expect(Object.is(figure, -0)).toBe(false);
}

test("however an order is split, its invoices sum to its total, figure by figure", () => {
  let checked = 0;
  fc.assert(fc.property(orders, fc.array(fc.array(share, { minLength: 4, maxLength: 4 }), { maxLength: 6 }), (given, shares) => {
    const order = capture(given);
    if (order === null) return;
    const invoices = live(order, shares.map((one) => ({ leaves: true, shares: one })), true);
    for (const invoice of invoices) addsUp(invoice);
    const { amounts, lines } = addUp(invoices);
    const { document } = order;
    expect(amounts.totalMinor).toBe(order.totalMinor);
    expect(amounts).toMatchObject({
      goodsMinor: document.merchandise_minor, discountMinor: document.discount_minor, taxMinor: document.tax_minor, shippingMinor: document.shipping_minor, otherMinor: document.other_minor,
    });
    for (const line of order.lines) expect(lines.get(line.lineNo)).toMatchObject({ quantity: line.ordered, totalMinor: line.document.total_minor, discountMinor: line.document.discount_minor });
    expect(invoices.slice(1).every((invoice) => invoice.shippingMinor === 0 && invoice.shippingDiscountMinor === 0 && invoice.shippingTaxMinor === 0)).toBe(true);
    checked += invoices.length;
  }), { numRuns: 600 });
  expect(checked).toBeGreaterThan(500);
});

test("units that are cancelled are never invoiced, and the order of things changes nothing", () => {
  fc.assert(fc.property(orders, happenings(fc.boolean()), (given, { steps, restLeaves }) => {
    const order = capture(given);
    if (order === null) return;
    const invoices = live(order, steps, restLeaves);
    for (const invoice of invoices) addsUp(invoice);
    if (invoices.length === 0) return;
    const { amounts, lines } = addUp(invoices);
    const exact = (figure: "total_minor" | "discount_minor"): number[] => order.lines.map((line) => (line.document[figure] * line.units.shipped) / line.ordered);
    order.lines.forEach((line, index) => {
      expect(lines.get(line.lineNo)?.quantity ?? 0).toBe(line.units.shipped);
      expect(Math.abs((lines.get(line.lineNo)?.totalMinor ?? 0) - (exact("total_minor")[index] ?? 0))).toBeLessThanOrEqual(0.5);
    });
    const { merchandise_minor: merchandise, discount_minor: discount } = order.document;
    const left = merchandise === 0 ? 0 : amounts.goodsMinor / merchandise;
    if (merchandise > 0) expect(Math.abs(amounts.discountMinor - amounts.shippingDiscountMinor - Math.min(discount, merchandise) * left)).toBeLessThanOrEqual(0.5);
    expect(amounts.shippingMinor).toBe(order.document.shipping_minor);
    // One shipment of all that left, after all that was cancelled, comes to the same money.
    const once = decideInvoice(order, shipmentOf(order, 1, order.lines.map((line) => line.units.shipped)), NOTHING_INVOICED);
    expect(amounts).toEqual(addUp([once]).amounts);
  }), { numRuns: 600 });
});

test("no invoice and no line costs less than nothing where nothing is taken off beyond the goods and the shipping", () => {
  fc.assert(fc.property(orders, happenings(fc.boolean()), (given, { steps, restLeaves }) => {
    const order = capture({ ...given, difference: 0 });
    if (order === null) return;
    const deductions = order.document.discount_minor - Math.min(0, order.document.other_minor);
    if (deductions > order.document.merchandise_minor + order.document.shipping_minor) return;
    for (const invoice of live(order, steps, restLeaves)) {
      expect(invoice.totalMinor).toBeGreaterThanOrEqual(0);
      for (const line of invoice.lines) expect(Math.min(line.totalMinor - line.orderDiscountMinor, line.orderDiscountMinor, line.discountMinor, line.taxMinor)).toBeGreaterThanOrEqual(0);
    }
  }), { numRuns: 600 });
});

test("money that a channel changes between two shipments is on the later one", () => {
  fc.assert(fc.property(orders, fc.array(share, { minLength: 4, maxLength: 4 }), fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 900 }), (given, shares, shipping, discount) => {
    const order = capture(given);
    if (order === null) return;
    const units = order.lines.map((line, index) => Math.floor(line.ordered * (shares[index] ?? 0)));
    const rest = order.lines.map((line, index) => line.ordered - (units[index] ?? 0));
    if (sum(units) === 0 || sum(rest) === 0) return;
    const first = decideInvoice(order, shipmentOf(order, 1, units), NOTHING_INVOICED);
    order.document = { ...order.document, shipping_minor: shipping, discount_minor: discount };
    const second = decideInvoice(order, shipmentOf(order, 2, rest), addUp([first]));
    addsUp(second);
    expect(first.totalMinor + second.totalMinor).toBe(order.totalMinor);
  }), { numRuns: 300 });
});

test("units that a channel took off its order are off its invoices, whatever the channel's figures make of the rest", () => {
  fc.assert(fc.property(orders, fc.array(share, { minLength: 4, maxLength: 4 }), fc.integer({ min: -400, max: 400 }), (given, shares, adjustment) => {
    const order = capture({ ...given, difference: 0, discount: 0, other: 0 });
    if (order === null) return;
    order.lines.forEach((line, index) => (line.units.cancelled = Math.floor(line.ordered * (shares[index] ?? 0))));
    const rest = order.lines.map((line) => line.ordered - line.units.cancelled);
    const merchandise = sum(order.lines.map((line, index) => Math.round((line.document.total_minor * (rest[index] ?? 0)) / line.ordered)));
    // Where goods are worth nothing, nobody can tell whether the figures cover what was taken off.
    if (merchandise === order.document.merchandise_minor) return;
    order.document = { ...order.document, merchandise_minor: merchandise };
    order.totalMinor = Math.max(0, merchandise + order.document.shipping_minor + (order.document.tax_included ? 0 : order.document.tax_minor) + adjustment);
    const half = rest.map((units) => Math.floor(units / 2));
    const invoices: InvoiceFigures[] = [];
    for (const units of [half, rest.map((all, index) => all - (half[index] ?? 0))]) {
      if (sum(units) > 0) invoices.push(decideInvoice(order, shipmentOf(order, invoices.length + 1, units), addUp(invoices)));
    }
    expect(sum(invoices.map(({ totalMinor }) => totalMinor))).toBe(sum(rest) === 0 ? 0 : order.totalMinor);
  }), { numRuns: 300 });
});

test("an example: three of five units, a tenth off, shipping first, one unit cancelled", () => {
  const order = capture({
    currency: "EUR", taxIncluded: false, linesStateTax: false, difference: 0, shipping: 490, discount: 0, tax: 950, other: 0, lines: [{ scale: 0, counted: 5, price: 1_000, discount: 0, tax: 0 }],
  });
  if (order === null) throw new Error("captured");
  order.document = { ...order.document, discount_minor: 500 };
  order.totalMinor = 5_000 - 500 + 490 + 950;
  const [line] = order.lines;
  if (!line) throw new Error("a line");
  const first = decideInvoice(order, shipmentOf(order, 1, [3]), NOTHING_INVOICED);
  expect(first).toMatchObject({ goodsMinor: 3_000, discountMinor: 300, shippingMinor: 490, taxMinor: 570, totalMinor: 3_760 });
  expect(first.lines).toEqual([{ lineNo: 1, quantity: 3, totalMinor: 3_000, discountMinor: 0, orderDiscountMinor: 300, taxMinor: 570 }]);
  line.units.cancelled = 1;
  const second = decideInvoice(order, shipmentOf(order, 2, [1]), addUp([first]));
  expect(second).toMatchObject({ goodsMinor: 1_000, discountMinor: 100, shippingMinor: 0, taxMinor: 190, totalMinor: 1_090 });
});

test("the components of a kit bear its price, however they leave", () => {
  const goods = [...items, anItem("KIT", { components: [{ sku: "S0", quantity: 2 }, { sku: "S1", quantity: 1 }] })];
  const { captureFacts } = openShop({ items: goods, nodes: [aNode("n")] });
  const checked = checkCapture(aCommand([aLine("KIT", 3, { unitPrice: "10.01", discountMinor: 5, taxMinor: 7 }), aLine("S0", 1)]), captureFacts, "order-1", 1);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  const { order } = checked.value;
  expect(order.lines.map(({ lineNo, ordered }) => [lineNo, ordered])).toEqual([[1, 0], [2, 1], [3, 6], [4, 3]]);
  const invoices = [[0, 1, 4, 0], [0, 0, 2, 3]].map((units, index, all) => {
    order.lines.forEach((line, at) => (line.units.shipped += units[at] ?? 0));
    return { shipment: shipmentOf(order, index + 1, units), all };
  }).reduce<InvoiceFigures[]>((made, { shipment }) => [...made, decideInvoice(order, shipment, addUp(made))], []);
  for (const invoice of invoices) addsUp(invoice);
  const { amounts, lines } = addUp(invoices);
  expect(amounts).toMatchObject({ goodsMinor: 3003 - 5 + 1000, totalMinor: order.totalMinor });
  expect([...lines.values()].map(({ lineNo, quantity }) => [lineNo, quantity])).toEqual([[2, 1], [3, 6], [4, 3]]);
  expect(sum([3, 4].map((lineNo) => lines.get(lineNo)?.totalMinor ?? 0))).toBe(2998);
});
