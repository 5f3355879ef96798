import fc from "fast-check";
import { expect, test } from "vitest";
import { aCommand, aLine, aNode, anItem, openShop } from "../shop.testing.ts";
import { type CaptureLine, checkCapture } from "./index.ts";

const items = [anItem("A"), anItem("K", { quantityScale: 3, baseUnit: "kilogram" })];
const { captureFacts: facts } = openShop({ items, nodes: [aNode("n")] });

const cents = fc.integer({ min: 0, max: 5_000 });
const lines = fc.array(fc.record({ weighed: fc.boolean(), pieces: fc.integer({ min: 1, max: 9 }), price: cents, discount: cents }), { minLength: 1, maxLength: 4 });
const charges = fc.record({ stated: fc.option(cents, { nil: null }), shipping: cents, discount: cents, tax: cents, other: fc.integer({ min: -5_000, max: 5_000 }), taxIncluded: fc.boolean() });

/** Pieces are whole, weights quarters of a kilogram, so what a line costs is counted here in cents without rounding twice. */
const grossOf = ({ weighed, pieces, price }: { weighed: boolean; pieces: number; price: number }): number => (weighed ? Math.round((price * pieces) / 4) : price * pieces);
const lineOf = (line: { weighed: boolean; pieces: number; price: number; discount: number }): CaptureLine =>
  aLine(line.weighed ? "K" : "A", line.weighed ? (line.pieces / 4).toFixed(2) : line.pieces, { unitPrice: (line.price / 100).toFixed(2), discountMinor: line.discount });

test("nothing is captured that costs less than nothing, and the discount that made it so is named", () => {
  let refused = 0;
  fc.assert(fc.property(lines, charges, (given, { stated, shipping, discount, tax, other, taxIncluded }) => {
    const totals = { totalMinor: stated, shippingMinor: shipping, discountMinor: discount, taxMinor: tax, otherMinor: other, taxIncluded };
    const checked = checkCapture(aCommand(given.map(lineOf), { totals }), facts, "order-1", 1);
    const tooLarge = given.flatMap((line, index) => (line.discount > grossOf(line) ? [`/lines/${index}/discount_minor`] : []));
    const merchandise = given.reduce((sum, line) => sum + grossOf(line) - line.discount, 0);
    const total = merchandise - discount + (taxIncluded ? 0 : tax) + shipping + other;
    const expected = tooLarge.length > 0 ? tooLarge : stated === null && total < 0 ? [discount > 0 ? "/totals/discount_minor" : "/totals/other_minor"] : [];
    if (!checked.ok) refused += 1;
    expect(checked.ok ? [] : checked.refusal.errors?.map(({ pointer }) => pointer)).toEqual(expected);
    if (!checked.ok) return;
    expect(checked.value.order.totalMinor).toBe(stated ?? total);
    expect(checked.value.order.totalMinor).toBeGreaterThanOrEqual(0);
    for (const { document } of checked.value.order.lines) expect(document.total_minor).toBeGreaterThanOrEqual(0);
  }), { numRuns: 500 });
  expect(refused).toBeGreaterThan(100);
});
