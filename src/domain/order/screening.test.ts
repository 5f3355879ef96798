import { describe, expect, test } from "vitest";
import { type ChannelChecks, DEFAULT_CHECKS } from "../catalog/index.ts";
import { MINUTE } from "../kernel/index.ts";
import { aCommand, aLine, anItem, aChannel, NOW } from "../shop.testing.ts";
import type { OrderContact } from "./address/index.ts";
import { type CaptureCommand, type CheckedOrder, checkCapture } from "./capture.ts";
import { captureHolds } from "./policies.ts";
import { RISK_RULES, scoreRisk } from "./risk.ts";
import { goodsOf, historyQueries, identitiesOf, OrderHistory, screenOrder, type Screening } from "./screening.ts";

const ada: OrderContact = { customer: { name: "Ada Lovelace", email: "Ada@Example.com", phone: "+49 170 1234567" }, ship_to: { street: "Weg 1", city: "Köln", postcode: "50667", country: "DE" } };
let serial = 0;

/** Orders of one channel one after the other, each screened against those before it. */
function aChannelWith(checks: Partial<ChannelChecks>) {
  const history = new OrderHistory([]);
  const channel = aChannel({ checks: { ...DEFAULT_CHECKS, ...checks } });
  const check = (over: Partial<CaptureCommand>, quantity = 1): CheckedOrder => {
    serial += 1;
    const checked = checkCapture(aCommand([aLine("A", quantity)], { contact: ada, ...over }), { channel, item: (sku) => anItem(sku), nodeExists: () => true, now: NOW, places: null }, `o${serial}`, serial);
    if (!checked.ok) throw new Error(checked.refusal.detail);
    return checked.value;
  };
  return (over: Partial<CaptureCommand> = {}, quantity = 1): Screening & { kinds: string[] } => {
    const checked = check(over, quantity);
    const identities = identitiesOf(channel.id, checked.settled.contact);
    const found = screenOrder(checked, identities, history);
    history.add(checked.order, identities);
    return { ...found, kinds: captureHolds(checked, (sku) => anItem(sku), found.holds).map(({ kind }) => kind) };
  };
}

const at = (minutes: number): Partial<CaptureCommand> => ({ placedAt: NOW - 1000 * MINUTE + minutes * MINUTE });
const reasonsOf = ({ holds }: Screening): string[] => holds.map(({ reason }) => reason);

describe("who a customer is", () => {
  const keys = (contact: OrderContact): string[] => identitiesOf("c", contact).map(({ key }) => key);
  test("each thing in one spelling", () => {
    expect(keys({ customer: { email: " ADA+shop@Example.com ", phone: "0049 (170) 123-4567", ip: "2001:DB8::1" }, ship_to_normalised: { street: "Weg  1", street2: "Hof", postcode: "SW1A 1AA", country: "GB" } })).toEqual([
      "c|email|ada@example.com", "c|phone|701234567", "c|address|GB|SW1A1AA|weg 1 hof", "c|ip|2001:db8::1",
    ]);
    expect(keys({ customer: { email: "a.d.a@googlemail.com", phone: "0170 1234567" } })).toEqual(["c|email|ada@gmail.com", "c|phone|701234567"]);
  });
  test.each([[{}], [{ customer: { email: "no mail", phone: "12" } }], [{ customer: { email: "@x", phone: "" } }], [{ ship_to_normalised: { city: "Köln", country: "DE" } }]])("%j says nobody", (contact) => {
    expect(keys(contact)).toEqual([]);
  });
});

describe("duplicates", () => {
  const rules = { duplicates: { withinMinutes: 10, by: ["email", "phone", "address"], hold: "FRAUD" } } as const;
  test("the same goods for the same customer within the time, whichever came first", () => {
    const order = aChannelWith(rules);
    expect(order(at(0)).kinds).toEqual([]);
    const twin = order(at(10));
    expect(twin.kinds).toEqual(["FRAUD"]);
    expect(reasonsOf(twin)).toEqual([`Possible duplicate of order #${serial - 1}: the same goods for the same e-mail, placed 10 minutes apart.`]);
    expect(order(at(-10)).kinds).toEqual(["FRAUD"]);
    expect(order(at(20.001)).kinds).toEqual([]);
  });
  test("other goods, another quantity or another customer are none", () => {
    const order = aChannelWith(rules);
    order(at(0));
    expect(order(at(1), 2).kinds).toEqual([]);
    expect(order({ ...at(1), contact: { customer: { email: "eve@example.com" }, ship_to: { street: "Elsewhere 2", city: "Köln", postcode: "50667", country: "DE" } } }).kinds).toEqual([]);
    expect(order({ ...at(1), contact: { customer: { email: "eve@example.com" }, ...(ada.ship_to ? { ship_to: { ...ada.ship_to, street: "WEG 1" } } : {}) } }).kinds).toEqual(["FRAUD"]);
  });
  test("by what the channel says, with the hold that it says", () => {
    const order = aChannelWith({ duplicates: { withinMinutes: 10, by: ["phone"], hold: "MANUAL" } });
    order(at(0));
    expect(order({ ...at(1), contact: { customer: { email: "ada@example.com" } } }).kinds).toEqual([]);
    expect(order({ ...at(1), contact: { customer: { phone: "0170 1234567" } } }).kinds).toEqual(["MANUAL"]);
  });
  test("goods are the same in any order and however they are split over lines", () => {
    const line = (itemId: string, ordered: number) => ({ lineNo: 1, itemId, parentLineNo: null, ordered, units: {} as never, attempts: 0, document: { sku: itemId } as never });
    expect(goodsOf({ lines: [line("a", 1), line("b", 2)] })).toBe(goodsOf({ lines: [line("b", 1), line("a", 1), line("b", 1)] }));
    expect(goodsOf({ lines: [line("a", 1), line("b", 2)] })).not.toBe(goodsOf({ lines: [line("a", 2), line("b", 1)] }));
  });
});

describe("velocity", () => {
  const rules = (over = {}) => ({ velocity: { withinMinutes: 60, by: ["email", "ip"] as const, maximumOrders: 2, maximumTotalMinor: null, ...over } });
  test("both ends of the time count, a millisecond more does not", () => {
    const order = aChannelWith(rules());
    order(at(0));
    order(at(30));
    expect(reasonsOf(order(at(60)))).toEqual(["3 orders for the same e-mail within 60 minutes; at most 2 go through unseen."]);
    const other = aChannelWith(rules());
    other(at(0));
    other(at(30));
    expect(other(at(60 + 1 / 60_000)).kinds).toEqual([]);
  });
  test("in whatever order they come in", () => {
    for (const times of [[0, 20, 40], [40, 20, 0], [20, 0, 40]]) {
      const order = aChannelWith(rules());
      expect(times.map((minutes) => order(at(minutes)).kinds.length)).toEqual([0, 0, 1]);
    }
  });
  test("an order in the middle of two spans counts each for itself", () => {
    const order = aChannelWith(rules());
    order(at(0));
    order(at(110));
    expect(order(at(55)).kinds).toEqual([]);
  });
  test("amounts", () => {
    const order = aChannelWith(rules({ maximumOrders: null, maximumTotalMinor: 3000 }));
    expect(order(at(0), 2).kinds).toEqual([]);
    expect(order(at(1), 1).kinds).toEqual([]);
    expect(reasonsOf(order(at(2), 1))).toEqual(["Orders of 4000 EUR minor units for the same e-mail within 60 minutes; at most 3000 go through unseen."]);
  });
  test("by network address", () => {
    const order = aChannelWith(rules());
    const from = (email: string): Partial<CaptureCommand> => ({ ...at(0), contact: { customer: { email, ip: "203.0.113.7" } } });
    expect(["a@x.org", "b@x.org", "c@x.org"].map((email) => order(from(email)).kinds.length)).toEqual([0, 0, 1]);
  });
});

describe("risk", () => {
  const rules = (over = {}) => ({ risk: { reviewFrom: 40, rejectAbove: null, usualTotalMinor: 1500, ...over } });
  test("a plain order has no points; an unusual one is held with every reason", () => {
    const order = aChannelWith(rules());
    expect(order(at(0))).toMatchObject({ risk: { score: 0, reasons: [] }, kinds: [], rejected: false });
    const odd = order({ ...at(1), contact: { customer: { name: "asdf", email: "x@mailinator.com" }, ship_to: { street: "P.O. Box 1", city: "Köln", postcode: "50667", country: "DE" }, bill_to: { country: "France" } } }, 5);
    expect(odd.risk?.reasons.map(({ rule }) => rule)).toEqual(["countries_differ", "total_high", "total_very_high", "throw_away_mail", "made_up_name", "po_box"]);
    expect(odd.risk?.score).toBe(100);
    expect(reasonsOf(odd)[0]).toBe("Risk score 100 of 100, to be looked at from 40: billing and shipping are in different countries (20); it costs more than is usual here (15); it costs more than three times what is usual here (15); an e-mail address of a kind that is thrown away (30); a name that looks made up (15); it goes to a box or locker (10).");
    expect(odd.rejected).toBe(false);
  });
  test("what the channel says counts, and high is always looked at, once", () => {
    const order = aChannelWith(rules({ reviewFrom: 90 }));
    expect(order({ ...at(0), risk: "medium" })).toMatchObject({ kinds: [], risk: { score: 25 } });
    expect(order({ ...at(1), risk: "high", contact: {} })).toMatchObject({ kinds: ["FRAUD"], risk: { score: 70 } });
  });
  test("rejected only where the channel says so, and only above its limit", () => {
    const rejected = (rejectAbove: number | null) => aChannelWith(rules({ rejectAbove }))({ ...at(0), risk: "high" }).rejected;
    expect([rejected(null), rejected(60), rejected(59)]).toEqual([false, false, true]);
  });
  test("several orders of one customer within a day", () => {
    const order = aChannelWith(rules());
    expect([0, 1, 2, 3].map((minutes) => order(at(minutes)).risk?.score)).toEqual([0, 10, 10, 30]);
  });
  test("a first order with dear shipping, and no second one", () => {
    const order = aChannelWith(rules());
    const dear = (minutes: number): Partial<CaptureCommand> => ({ ...at(minutes), totals: { totalMinor: null, shippingMinor: 300, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: false } });
    expect(order(dear(0)).risk?.reasons.map(({ rule }) => rule)).toEqual(["first_dear_shipping"]);
    expect(order(dear(1)).risk?.reasons.map(({ rule }) => rule)).toEqual(["several_orders"]);
  });
  test.each([["Ada Lovelace", false], ["test", true], ["Test Tester", true], ["xxx", true], ["Aaa", true], ["John123", true], ["Bo Li", false], ["李娜", false], ["김민준", false], ["Na Li", false], [undefined, false]])("the name %s looks made up: %s", (name, madeUp) => {
    const { reasons } = scoreRisk({ order: { totalMinor: 1, document: { shipping_minor: 0 } as never }, contact: { customer: { name, email: "a@b.c" } }, rules: rules().risk, channelRisk: null, recentOrders: 0, isFirst: false });
    expect(reasons.some(({ rule }) => rule === "made_up_name")).toBe(madeUp);
  });
  test("rules have names of their own, and points", () => {
    expect(new Set(RISK_RULES.map(({ rule }) => rule)).size).toBe(RISK_RULES.length);
    expect(RISK_RULES.every(({ points }) => points > 0 && points <= 100)).toBe(true);
  });
});

test("what is asked of the store is as long as the longest rule", () => {
  const channel = aChannel({ checks: { ...DEFAULT_CHECKS, duplicates: { withinMinutes: 10, by: ["email"], hold: "FRAUD" }, velocity: { withinMinutes: 60, by: ["email"], maximumOrders: 1, maximumTotalMinor: null } } });
  const checked = { order: { placedAt: NOW }, channel } as CheckedOrder;
  expect(historyQueries(checked, [{ kind: "email", key: "k" }])).toEqual([{ key: "k", from: NOW - 60 * MINUTE, to: NOW + 60 * MINUTE }]);
});

describe("payment", () => {
  const kinds = (payment: Partial<ChannelChecks["payment"]>, state: string, tenders: string[] = []): string[] =>
    aChannelWith({ payment: { ...DEFAULT_CHECKS.payment, ...payment } })({ payment: { state, payments: tenders.map((tender) => ({ tender, amountMinor: 1, reference: null })) } }).kinds;
  test.each([["pending", true], ["failed", true], ["authorised", false], ["partially_paid", false], ["paid", false]])("%s holds: %s", (state, holds) => {
    expect(kinds({}, state)).toEqual(holds ? ["PAYMENT"] : []);
  });
  test("states and tenders are the channel's", () => {
    expect(kinds({ hold: ["pending", "failed", "partially_paid", "authorised"] }, "partially_paid")).toEqual(["PAYMENT"]);
    expect(kinds({ hold: [] }, "failed")).toEqual([]);
    expect(kinds({ acceptTenders: ["cash_on_delivery"] }, "pending", ["cash_on_delivery"])).toEqual([]);
    expect(kinds({ acceptTenders: ["cash_on_delivery"] }, "pending", ["cash_on_delivery", "card"])).toEqual(["PAYMENT"]);
    expect(kinds({ acceptTenders: ["cash_on_delivery"] }, "pending")).toEqual(["PAYMENT"]);
    expect(kinds({ acceptTenders: ["cash_on_delivery"] }, "failed", ["cash_on_delivery"])).toEqual(["PAYMENT"]);
  });
});

test("holds have an owner and the due time of their kind", () => {
  const channel = aChannel({ checks: { ...DEFAULT_CHECKS, payment: { ...DEFAULT_CHECKS.payment, dueMinutes: 30 } }, routing: { holdKeepsStockMinutes: 90 } });
  const checked = checkCapture(aCommand([aLine("A", 1)], { contact: { ship_to: {} }, payment: { state: "pending", payments: [] }, risk: "high", requestedHolds: [{ kind: "CUSTOMER", reason: "gift", dueAt: null }] }),
    { channel, item: (sku) => anItem(sku), nodeExists: () => true, now: NOW, places: null }, "o", 1);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  expect(captureHolds(checked.value, (sku) => anItem(sku)).map(({ kind, owner, dueAt }) => [kind, owner, dueAt === null ? null : (dueAt - NOW) / MINUTE])).toEqual([
    ["ADDRESS", "customer-service", 1440], ["PAYMENT", "payments", 30], ["FRAUD", "fraud-review", 90], ["CUSTOMER", null, null],
  ]);
});
