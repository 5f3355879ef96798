import { expect, test } from "vitest";
import type { ChannelOrder } from "./channel-order.ts";
import { differencesOf, orderHere, orderThere } from "./reconcile.ts";

const line = (quantity: string) => ({ externalId: "1", variantId: null, sku: "A", title: "A", quantity, unitPrice: "10.00", discountMinor: 0, taxMinor: 0, properties: [] });
const anOrder = (over: Partial<ChannelOrder> = {}): ChannelOrder => ({
  externalId: "1", name: "#1", version: 1, test: false, cancelled: null, currency: "EUR", placedAt: 0, lines: [line("2"), line("1")],
  totals: { totalMinor: 3_000, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: true }, payment: { state: "paid", payments: [] }, risk: null, customer: {}, shipTo: null,
  takenOff: {}, leftThere: {}, billTo: null, note: null, attributes: {}, ...over,
});
const there = (over: Partial<ChannelOrder> = {}) => orderThere(anOrder(over), false);

test("what both sides say the same of is no difference", () => {
  expect(differencesOf(there(), orderHere("EUR", 3_000, 3))).toEqual([]);
});

test("parts of a unit add up", () => {
  expect(differencesOf(there({ lines: [line("0.1"), line("0.2")] }), orderHere("EUR", 3_000, 0.3))).toEqual([]);
});

test("what the channel took off may have been sent from here: figures without it are compared with nothing", () => {
  const returned = there({ lines: [line("1")], takenOff: { 1: { returned: 1, refunded: 0 } } });
  expect(differencesOf(returned, orderHere("EUR", 3_000, 3))).toBeNull();
  expect(differencesOf(returned, null)).toEqual(["missing_here"]);
});

test("a cent, a unit or another currency is one", () => {
  expect(differencesOf(there(), orderHere("EUR", 2_999, 3))).toEqual(["total"]);
  expect(differencesOf(there(), orderHere("EUR", 3_000, 2))).toEqual(["units"]);
  expect(differencesOf(there(), orderHere("USD", 3_000, 3))).toEqual(["total"]);
  expect(differencesOf(there(), orderHere("EUR", 1_000, 1))).toEqual(["total", "units"]);
});

test("nothing is left of an order that is cancelled, on whichever side", () => {
  const cancelled = { cancelled: { at: null, reason: "customer" } };
  expect(differencesOf(there(cancelled), orderHere("EUR", 3_000, 0))).toEqual([]);
  expect(differencesOf(there(cancelled), orderHere("EUR", 3_000, 3))).toEqual(["total", "units"]);
  expect(differencesOf(there(), orderHere("EUR", 3_000, 0))).toEqual(["total", "units"]);
  expect(differencesOf(null, orderHere("EUR", 3_000, 0))).toEqual([]);
});

test("an order that is missing on one side is one difference, and only where it should be there", () => {
  expect(differencesOf(there(), null)).toEqual(["missing_here"]);
  expect(differencesOf(there({ cancelled: { at: null, reason: "customer" } }), null)).toEqual([]);
  expect(differencesOf(there({ lines: [] }), null)).toEqual([]);
  expect(differencesOf(there({ test: true }), null)).toEqual([]);
  expect(differencesOf(orderThere(anOrder({ test: true }), true), null)).toEqual(["missing_here"]);
  expect(differencesOf(null, orderHere("EUR", 3_000, 3))).toEqual(["unknown_there"]);
  expect(differencesOf(null, null)).toEqual([]);
});

test("a state that cannot be read is compared with nothing, and is missed where nobody knows the order", () => {
  const unreadable = { figures: null, expected: true };
  expect(differencesOf(unreadable, orderHere("EUR", 3_000, 3))).toBeNull();
  expect(differencesOf(unreadable, null)).toEqual(["missing_here"]);
});
