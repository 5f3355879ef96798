import { describe, expect, test } from "vitest";
import { decideInvoice, NOTHING_INVOICED } from "../billing/index.ts";
import { DEFAULT_CHECKS } from "../catalog/index.ts";
import { type CaptureCommand, type CaptureLine, checkCapture, openHolds, type Order, orderHold, placeHold, releaseHold, withTerms } from "../order/index.ts";
import { aChannel, aCommand, aLine, aNode, anItem, codeOf, NOW, openShop, type Shop, stockOf } from "../shop.testing.ts";
import { cancelUnits, followChannel, liveUnits, releaseShipment, shipShipment } from "./index.ts";

const ITEMS = [anItem("CUP"), anItem("TEA"), anItem("SET", { components: [{ sku: "CUP", quantity: 2 }, { sku: "TEA", quantity: 1 }] })];
const shop = (channel = aChannel()): Shop => openShop({ items: ITEMS, nodes: [aNode("east")], stock: [stockOf("CUP", "east", 99), stockOf("TEA", "east", 99)], channel });
const line = (sku: string, quantity: number, over: Partial<CaptureLine> = {}): CaptureLine => aLine(sku, quantity, { externalId: "a", ...over });

/** The channel's next states of an order that was captured as its version 1. */
function following(at: Shop, lines: readonly CaptureLine[], over: Partial<CaptureCommand> = {}) {
  const order = at.capture(lines, { sourceVersion: 1, ...over });
  let version = 1;
  let contact = over.contact ?? {};
  const told = (now: readonly CaptureLine[], more: Partial<CaptureCommand> = {}, cancelled: { readonly reason: string } | null = null): void => {
    version += 1;
    const fresh = checkCapture(aCommand(now, { sourceVersion: version, ...more }), at.captureFacts, order.id, 1);
    if (!fresh.ok) throw new Error(fresh.refusal.detail);
    const followed = followChannel(at.journal, order, { version, cancelled, takenOff: {}, leftThere: {}, fresh: fresh.value, contact }, at.facts);
    if (!followed.ok) throw new Error(followed.refusal.detail);
    if (followed.value.contactChanged) contact = fresh.value.settled.contact;
  };
  return { order, told };
}

/** What is invoiced once all that is planned has left. */
function invoiced({ journal, facts, node }: Shop, order: Order): number {
  const [shipment, ...others] = order.shipments.filter(({ status }) => status === "PLANNED");
  if (!shipment || others.length > 0) throw new Error("one shipment");
  expect(codeOf(releaseShipment(journal, order, shipment, node("east"), NOW))).toBe("ok");
  expect(codeOf(shipShipment(journal, order, shipment, { carrier: null, service: null, trackingNumbers: [] }, facts, NOW))).toBe("ok");
  return decideInvoice(order, shipment, NOTHING_INVOICED).totalMinor;
}

describe("how an order is paid", () => {
  const pending = (tender: string): Partial<CaptureCommand> => ({ payment: { state: "pending", payments: [{ tender, amountMinor: 1000, reference: null }] } });
  test("another tender, in the same state, that is paid later by agreement lifts the hold, and the one before places it again", () => {
    const at = shop(aChannel({ checks: { ...DEFAULT_CHECKS, payment: { ...DEFAULT_CHECKS.payment, acceptTenders: ["cash on delivery"] } } }));
    const { order, told } = following(at, [line("CUP", 1)], pending("card"));
    const open = (): string[] => openHolds(order.holds).map(({ kind }) => kind);
    expect(open()).toEqual(["PAYMENT"]);
    told([line("CUP", 1)], pending("cash on delivery"));
    expect(open()).toEqual([]);
    told([line("CUP", 1)], pending("card"));
    expect(open()).toEqual(["PAYMENT"]);
  });
});

describe("units that come back onto a line", () => {
  test.each([
    ["after some were taken off", 3], ["as kits after some were taken off", 3],
  ])("%s bear what the channel says of them", (what, units) => {
    const sku = what.includes("kits") ? "SET" : "CUP";
    const at = shop();
    const { order, told } = following(at, [line(sku, units, { taxMinor: 60 })], { totals: { ...aCommand([]).totals, taxMinor: 60 } });
    told([line(sku, 1, { taxMinor: 20 })], { totals: { ...aCommand([]).totals, taxMinor: 20 } });
    told([line(sku, units, { taxMinor: 60 })], { totals: { ...aCommand([]).totals, taxMinor: 60 } });
    expect(order.lines.filter(({ parentLineNo }) => parentLineNo === null).map(({ document }) => [document.total_minor, document.tax_minor])).toEqual([[3000, 60], [2000, 40]]);
    expect(invoiced(at, order)).toBe(3060);
  });

  test("after the channel cancelled the order and took that back", () => {
    const at = shop();
    const { order, told } = following(at, [line("CUP", 3)]);
    told([line("CUP", 3)], {}, { reason: "by mistake" });
    told([line("CUP", 3)]);
    expect(invoiced(at, order)).toBe(3000);
  });

  test("beside units that were cancelled here and that the channel still counts", () => {
    const at = shop();
    const { order, told } = following(at, [line("CUP", 5)]);
    expect(codeOf(cancelUnits(at.journal, order, [{ lineNo: 1, quantity: 2 }], "broken", false))).toBe("ok");
    told([line("CUP", 6)]);
    expect(order.lines.map(({ ordered, document }) => [ordered, document.total_minor])).toEqual([[5, 5000], [1, 1000]]);
    expect(invoiced(at, order)).toBe(4000);
  });
});

describe("kits of which a component was cancelled here", () => {
  test.each([[3, 5, 3], [2, 4, 2], [1, 2, 1], [0, 0, 0]])("%i that the channel has left are %i cups and %i teas", (kits, cups, teas) => {
    const at = shop();
    const other = aLine("TEA", 1, { externalId: "b" });
    const { order, told } = following(at, [line("SET", 3), other]);
    expect(codeOf(cancelUnits(at.journal, order, [{ lineNo: 3, quantity: 1 }], "broken", false))).toBe("ok");
    told([...(kits === 0 ? [] : [line("SET", kits)]), other]);
    expect(order.lines.map(liveUnits)).toEqual([0, 1, cups, teas]);
    expect(openHolds(order.holds)).toEqual([]);
  });
});

test("a PRICING hold that a person placed stays when the channel tells of something else", () => {
  const at = shop();
  const { order, told } = following(at, [line("CUP", 1)]);
  placeHold(order, withTerms(orderHold("PRICING", "ask sales"), at.facts.channel, NOW), NOW);
  told([line("CUP", 1)], { contact: { note: "hurry" } });
  expect(openHolds(order.holds).map(({ reason }) => reason)).toEqual(["ask sales"]);
});

test("an order whose last goods the channel took off takes what it adds later; one that was ended here does not", () => {
  const at = shop();
  const { order, told } = following(at, [line("CUP", 1)]);
  told([]);
  expect(order.lines.map(liveUnits)).toEqual([0]);
  told([line("TEA", 2, { externalId: "b" })]);
  expect(order.lines.map(liveUnits)).toEqual([0, 2]);
  expect(codeOf(cancelUnits(at.journal, order, null, "closed here", false))).toBe("ok");
  told([line("TEA", 3, { externalId: "b" })]);
  expect(order.lines.map(liveUnits)).toEqual([0, 0]);
});

describe("an order that its channel cancelled and revived", () => {
  const address = (postcode: string): Partial<CaptureCommand> => ({ risk: "high", contact: { ship_to: { street: "Weg 1", city: "Ort", postcode, country: "DE" } } });
  const open = (order: Order): string[] => openHolds(order.holds).map(({ kind }) => kind);

  test("is held again for what nobody had looked at", () => {
    const at = shop();
    const { order, told } = following(at, [line("CUP", 1)], address("1"));
    expect(open(order)).toEqual(["ADDRESS", "FRAUD"]);
    told([line("CUP", 1)], address("1"), { reason: "by mistake" });
    expect(open(order)).toEqual([]);
    told([line("CUP", 1)], address("1"));
    expect(open(order)).toEqual(["ADDRESS", "FRAUD"]);
    expect(order.shipments).toEqual([]);
    told([line("CUP", 1)], address("1"));
    expect(order.holds).toHaveLength(4);
  });

  test("is not held for what was put right or released before", () => {
    const at = shop();
    const { order, told } = following(at, [line("CUP", 1)], address("1"));
    for (const hold of order.holds.filter(({ kind }) => kind === "FRAUD")) releaseHold(hold, NOW, "me", "a known customer");
    told([line("CUP", 1)], address("1"), { reason: "by mistake" });
    told([line("CUP", 1)], address("10115"));
    expect(open(order)).toEqual([]);
  });
});
