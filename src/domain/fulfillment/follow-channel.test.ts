import { describe, expect, test } from "vitest";
import { DEFAULT_CHECKS } from "../catalog/index.ts";
import { type CaptureCommand, type CaptureLine, checkCapture, openHolds } from "../order/index.ts";
import { aChannel, aCommand, aLine, aNode, anItem, codeOf, openShop, type Shop, stockOf } from "../shop.testing.ts";
import { followChannel } from "./index.ts";

const ITEMS = [anItem("CUP"), anItem("TEA"), anItem("SET", { components: [{ sku: "CUP", quantity: 2 }, { sku: "TEA", quantity: 1 }] })];
const shop = (channel = aChannel()): Shop => openShop({ items: ITEMS, nodes: [aNode("east")], stock: [stockOf("CUP", "east", 99), stockOf("TEA", "east", 99)], channel });
const line = (sku: string, quantity: number, over: Partial<CaptureLine> = {}): CaptureLine => aLine(sku, quantity, { externalId: "a", ...over });

/** The channel's next states of an order that was captured as its version 1. */
function following(at: Shop, lines: readonly CaptureLine[], over: Partial<CaptureCommand> = {}) {
  const order = at.capture(lines, { sourceVersion: 1, ...over });
  let version = 1;
  const told = (now: readonly CaptureLine[], more: Partial<CaptureCommand> = {}, cancelled: { readonly reason: string } | null = null): void => {
    version += 1;
    const fresh = checkCapture(aCommand(now, { sourceVersion: version, ...more }), at.captureFacts, order.id, 1);
    if (!fresh.ok) throw new Error(fresh.refusal.detail);
    expect(codeOf(followChannel(at.journal, order, { version, cancelled, takenOff: {}, fresh: fresh.value, contact: {} }, at.facts))).toBe("ok");
  };
  return { order, told };
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
