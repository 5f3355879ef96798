import { describe, expect, test } from "vitest";
import { DEFAULT_OPERATIONS } from "../catalog/index.ts";
import { ShipTimes } from "../shipping/index.ts";
import { aCalendar } from "../shipping/shipping.testing.ts";
import { anItem } from "../shop.testing.ts";
import { decideRouting, type RoutingRequest } from "./index.ts";
import { aRequest, at, candidatesIn, cardOf, operating, placesOf, rulesWith, serviceOf, travelBy } from "./routing.testing.ts";

const [A, B] = [anItem("A", { weightGrams: 1000 }), anItem("B", { weightGrams: 1000 })];
const [NEAR, FAR] = [at("near", 1), at("far", 3)];
const LABELS = [rulesWith({ objective: { weights: { label: 1000 } } })];
const one = serviceOf("one", 1);
const card = cardOf("one", { 1: [[31_500, 4]] });

/** Verdict and, where there is one, more about it, by node. */
function verdicts(request: RoutingRequest): Record<string, unknown> {
  return Object.fromEntries(candidatesIn(decideRouting(request).detail).map(({ node, verdict, why }) => [String(node), why === undefined ? verdict : `${String(verdict)}: ${String(why)}`]));
}

describe("no node is left", () => {
  const stock = { near: "A 1", far: "A 1" };

  test("where a strategy excludes every node: the line waits, and each node says why", () => {
    const request = aRequest([[A, 1]], [NEAR, FAR], stock, { rules: [rulesWith({ filters: [{ kind: "node_kinds", kinds: ["store"], tier: null }] })] });
    expect(placesOf(request)).toEqual(["1x1 waits"]);
    expect(verdicts(request)).toEqual({ near: "NODE_KIND", far: "NODE_KIND" });
    expect(decideRouting(request).reason).toBe("No node can ship this. Line 1 cannot be placed: no eligible node has enough (for instance NEAR is not a kind of node that the rules allow).");
  });

  test("where all go offline, and later orders of the same batch find none", () => {
    const before = aRequest([[A, 1]], [NEAR, FAR], stock, { rules: LABELS, travel: travelBy([one], [card]) });
    expect(placesOf(before)).toEqual(["1x1@near"]);
    const after = { ...before, nodes: before.nodes.map((node) => ({ ...node, status: "offline" as const })) };
    expect(placesOf(after)).toEqual(["1x1 waits"]);
    expect(verdicts(after)).toEqual({ near: "OFFLINE", far: "OFFLINE" });
  });

  test("where there are none at all", () => {
    expect(placesOf(aRequest([[A, 1]], [], {}))).toEqual(["1x1 waits"]);
  });
});

describe("a node without", () => {
  const nowhere = at("nowhere", 0, { latitude: null, longitude: null });

  test("coordinates costs what the farthest costs, and no distance keeps it out", () => {
    const stock = { nowhere: "A 1", far: "A 1" };
    const rules = [rulesWith({ filters: [{ kind: "maximum_distance", km: 500, tier: null }] })];
    expect(placesOf(aRequest([[A, 1]], [nowhere, FAR], stock, { rules }))).toEqual(["1x1@far"]);
    expect(placesOf(aRequest([[A, 1]], [nowhere], stock, { rules }))).toEqual(["1x1@nowhere"]);
    expect(decideRouting(aRequest([[A, 1]], [nowhere], stock)).detail).toMatchObject({ total_cost_micros: 400_302_300 });
  });

  test("a calendar works around the clock, and one whose calendar nobody knows never", () => {
    const lost = at("lost", 1, operating({ calendar: "no-such" }));
    const request = aRequest([[A, 1]], [lost, FAR], { lost: "A 1", far: "A 1" }, { rules: LABELS, travel: travelBy([one], [card]) });
    expect(placesOf(request)).toEqual(["1x1@far"]);
    expect(verdicts(request)).toEqual({ lost: "CLOSED", far: "CHOSEN" });
  });

  test("a rate card or a cell of it is struck, and the missing cell is named", () => {
    const [dear, bare] = [serviceOf("dear", 1, { fromNodes: ["near"] }), serviceOf("bare", 1, { fromNodes: ["far"] })];
    const request = aRequest([[A, 40]], [NEAR, FAR], { near: "A 40", far: "A 40" }, { rules: LABELS, travel: travelBy([dear, bare], [cardOf("dear", { 1: [[31_500, 4]] })]) });
    expect(placesOf(request)).toEqual(["1x40 waits"]);
    expect(verdicts(request)).toEqual({
      near: "NO_PRICE: dhl dear has no price for zone 1 at 40,000 g: its rate card dear-card ends at 31,500 g.", far: "NO_PRICE: dhl bare has no rate card.",
    });
    expect(decideRouting(request).reason).toContain("(for instance NEAR has no price for it (dhl dear has no price for zone 1 at 40,000 g: its rate card dear-card ends at 31,500 g)).");
  });

  test("a price for both lines sends one of them", () => {
    const request = aRequest([[A, 20], [B, 20]], [NEAR, FAR], { near: "A 20, B 20", far: "A 20, B 20" }, { rules: LABELS, travel: travelBy([one], [card]) });
    expect(placesOf(request).map((place) => place.split("@")[1]).toSorted()).toEqual(["far", "near"]);
  });

  test("a zone in the card's cells is struck", () => {
    const request = aRequest([[A, 1]], [NEAR], { near: "A 1" }, { rules: LABELS, travel: travelBy([serviceOf("one", 1, { zone: "9" })], [card]) });
    expect(verdicts(request)).toEqual({ near: "NO_PRICE: dhl one has no price for zone 9 at 1,000 g: its rate card one-card has no cells for that zone." });
  });
});

describe("prices in another currency", () => {
  const dollars = cardOf("one", { 1: [[31_500, 4]] }, { currency: "USD" });
  const request = (perMillion: Readonly<Record<string, number>>) =>
    aRequest([[A, 1]], [NEAR], { near: "A 1" }, { rules: LABELS, travel: travelBy([one], [dollars], { facts: { exchangeRates: { base: "EUR", perMillion } } }) });

  test("count by the rate of the day", () => {
    expect(decideRouting(request({ USD: 920_000 })).detail).toMatchObject({ terms_micros: { label: 3_680_000 }, total_cost_micros: 3_680_000 });
  });

  test("count not at all without one: the node has no price", () => {
    expect(placesOf(request({}))).toEqual(["1x1 waits"]);
    expect(verdicts(request({}))["near"]).toMatch(/^NO_PRICE: .*USD/);
  });
});

describe("a destination", () => {
  test("without coordinates costs every node the same, so that priority decides", () => {
    const nodes = [at("near", 1, { priority: 2 }), at("far", 3, { priority: 1 })];
    const request = aRequest([[A, 1]], nodes, { near: "A 1", far: "A 1" }, { destination: { latitude: null, longitude: null, country: "DE" } });
    expect(placesOf(request)).toEqual(["1x1@far"]);
    expect(placesOf({ ...request, destination: null })).toEqual(["1x1@far"]);
  });

  test("outside every lane has no node where goods travel by service", () => {
    const request = aRequest([[A, 1]], [NEAR], { near: "A 1" }, { rules: LABELS, travel: travelBy([one], [card]), destination: { latitude: 0, longitude: 0, country: "FR" } });
    expect(placesOf(request)).toEqual(["1x1 waits"]);
    expect(verdicts(request)).toEqual({ near: "NO_LANE" });
    expect(verdicts({ ...request, destination: null })).toEqual({ near: "NO_LANE" });
  });
});

describe("days on which something is closed", () => {
  const berlin = (calendar: string | null, cutOff: string | null = null) => at("near", 1, { timeZone: "Europe/Berlin", cutOff, operations: { ...DEFAULT_OPERATIONS, calendar } });
  const planned = (now: number, node: ReturnType<typeof at>, service = one, calendars: readonly ReturnType<typeof aCalendar>[] = []) => {
    const facts = { calendars: new Map(calendars.map((calendar) => [calendar.code, calendar])) };
    const travel = travelBy([service], [card], { facts, timeZone: "Europe/Berlin" });
    return decideRouting(aRequest([[A, 1]], [node], { near: "A 1" }, { rules: LABELS, now, travel: { ...travel, times: new ShipTimes(travel.facts) } })).shipments.map(({ shipDate, arrivalDate, arrivesAt }) => [shipDate, arrivalDate, new Date(arrivesAt).toISOString()]);
  };

  test.each([
    ["spring, before the hour that is left out", "2026-03-27T16:59:00Z", ["2026-03-27", "2026-03-30", "2026-03-30T21:59:59.000Z"]],
    ["spring, after its cut-off", "2026-03-27T17:00:00Z", ["2026-03-30", "2026-03-31", "2026-03-31T21:59:59.000Z"]],
    ["autumn, before the hour that comes twice", "2026-10-23T15:59:00Z", ["2026-10-23", "2026-10-26", "2026-10-26T22:59:59.000Z"]],
    ["autumn, after its cut-off", "2026-10-23T16:00:00Z", ["2026-10-26", "2026-10-27", "2026-10-27T22:59:59.000Z"]],
  ])("the clocks change: %s", (_, now, expected) => {
    expect(planned(Date.parse(now), berlin(null, "18:00"))).toEqual([expected]);
  });

  test("holidays at both ends move the day of leaving and that of arrival", () => {
    const node = aCalendar("08:00-18:00", { code: "node", exceptions: { "2026-03-02": "" } });
    const carrier = aCalendar("00:00-24:00", { code: "carrier", exceptions: { "2026-03-03": "", "2026-03-05": "" } });
    expect(planned(Date.parse("2026-03-02T08:00:00Z"), berlin("node"), { ...one, calendar: "carrier" }, [node, carrier])).toEqual([["2026-03-04", "2026-03-06", "2026-03-06T22:59:59.000Z"]]);
  });

  test("a node that never opens has no services", () => {
    expect(planned(Date.parse("2026-03-02T08:00:00Z"), berlin("never"), one, [aCalendar("", { code: "never", days: [] })])).toEqual([]);
  });
});

describe("very large orders", () => {
  const nodes = Array.from({ length: 500 }, (_, n) => at(`n${n}`, n / 10));
  const items = Array.from({ length: 200 }, (_, n) => anItem(`${n}`, { weightGrams: 100 }));
  const stockOf = (units: (line: number, node: number) => number): Record<string, string> => Object.fromEntries(nodes.map(({ code }, n) => [code, items.flatMap(({ sku }, line) => {
    const some = units(line, n);
    return some > 0 ? [`${sku} ${some}`] : [];
  }).join(", ")]));

  /** Questions about stock that a decision asks: what it costs whatever the machine. */
  function questions(request: RoutingRequest): { asked: number; placed: number } {
    let asked = 0;
    const { book } = request;
    const available = book.available.bind(book);
    book.available = (item, nodeId) => ((asked += 1), available(item, nodeId));
    const plan = decideRouting(request);
    return { asked, placed: plan.assignments.reduce((sum, { quantity }) => sum + quantity, 0) };
  }

  test("of 200 lines over 500 nodes are decided in a bounded number of steps", () => {
    const { asked, placed } = questions(aRequest(items.map((item) => [item, 1]), nodes, stockOf((line, node) => (node % 50 === line % 50 ? 1 : 0))));
    expect(placed).toBe(200);
    expect(asked).toBeLessThan(1_000_000);
  });

  test("of 200 lines that all have to be divided, too", () => {
    const { asked, placed } = questions(aRequest(items.map((item) => [item, 8]), nodes, stockOf((line, node) => (node % 50 === line % 50 ? 1 : 0))));
    expect(placed).toBe(1600);
    expect(asked).toBeLessThan(1_000_000);
  });
});
