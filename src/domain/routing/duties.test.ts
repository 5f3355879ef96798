import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_ROUTING_POLICY, type Item } from "../catalog/index.ts";
import { anItem } from "../shop.testing.ts";
import type { CustomsFacts, DutyRates, ExportRestriction } from "../shipping/index.ts";
import { type Customs, decideRouting, type RoutingRequest } from "./index.ts";
import { aRequest, at, candidatesIn, cardOf, MONDAY, NO_CUSTOMS, placesOf, type RequestOver, rulesWith, serviceOf, travelBy } from "./routing.testing.ts";

/** Two nodes, one of them abroad: the destination is in Germany, and Berlin is far. */
const BERLIN = at("berlin", 30);
const ZURICH = at("zurich", 1, { address: { country: "CH" } });
const PARIS = at("paris", 1, { address: { country: "FR" } });
const TEA = anItem("TEA", { hsCode: "691200", originCountry: "CN", weightGrams: 1000 });
const EU_DUTY: DutyRates = { destination: "EU", currency: "EUR", deMinimisMicros: 0, rates: [{ hsPrefix: "6912", origin: null, basisPoints: 1000, perUnitMicros: 0 }, { hsPrefix: "61", origin: null, basisPoints: 5000, perUnitMicros: 0 }] };
const TERRITORIES = new Map([["DE", "EU"], ["FR", "EU"]]);

const customsOf = (over: Partial<CustomsFacts> = {}, more: Partial<Customs> = {}): Customs =>
  ({ facts: { ...NO_CUSTOMS, territories: TERRITORIES, dutyRates: new Map([["EU", EU_DUTY]]), ...over }, exchangeRates: { base: "EUR", perMillion: {} }, currency: "EUR", ...more });
const DDP = { ...DEFAULT_ROUTING_POLICY, incoterm: "DDP" as const };
const rules = [rulesWith({ objective: { weights: { distance: 1000, split: 1000, duty: 1000 } } })];
const ask = (over: RequestOver = {}, lines: Parameters<typeof aRequest>[0] = [[TEA, 2, { valueMinor: 60_000 }]], nodes = [BERLIN, ZURICH], stock: Readonly<Record<string, string>> = Object.fromEntries(nodes.map(({ code }) => [code, "TEA 9, COAT 9"]))): RoutingRequest =>
  aRequest(lines, nodes, stock, { rules, policy: DDP, customs: customsOf(), ...over });

describe("duty as a cost", () => {
  test("counts where the seller pays it: 60 on goods worth 600 outweigh a shorter way that saves 64.5 only while they are less", () => {
    expect(placesOf(ask())).toEqual(["1x2@zurich"]);
    expect(placesOf(ask({}, [[TEA, 2, { valueMinor: 70_000 }]]))).toEqual(["1x2@berlin"]);
    const { detail, reason } = decideRouting(ask());
    expect(detail).toMatchObject({ terms_micros: { duty: 60_000_000 }, chosen: [{ node: "zurich", incoterm: "DDP", duty_micros: 60_000_000 }] });
    expect(reason).toContain("Duty of 60.00 is paid.");
  });

  test.each([0, 500, 1000, 2000])("by its weight: %i thousandths", (weight) => {
    const { detail } = decideRouting(ask({ rules: [rulesWith({ objective: { weights: { duty: weight } } })] }, undefined, [ZURICH]));
    expect(detail["total_cost_micros"]).toBe(60_000 * weight);
  });

  test("is shown and not counted where the customer pays it", () => {
    const plan = decideRouting(ask({ policy: DEFAULT_ROUTING_POLICY }, [[TEA, 2, { valueMinor: 70_000 }]]));
    expect(plan.detail).toMatchObject({ chosen: [{ node: "zurich", incoterm: "DAP", duty_micros: 70_000_000 }] });
    expect(plan.detail["terms_micros"]).toBeUndefined();
    expect(plan.reason).toContain("The customer pays duty of 70.00.");
    const missing = decideRouting(ask({ policy: DEFAULT_ROUTING_POLICY, customs: customsOf({ dutyRates: new Map() }) }));
    expect(missing.detail).toMatchObject({ chosen: [{ node: "zurich", incoterm: "DAP", duty_micros: null }] });
  });

  test("within a customs territory nothing is due, and nobody asks what goods are", () => {
    const unknown = anItem("TEA", { hsCode: null });
    expect(placesOf(ask({ customs: customsOf({ dutyRates: new Map() }) }, [[unknown, 1]], [BERLIN, PARIS]))).toEqual(["1x1@paris"]);
  });

  test("a service's word comes before the channel's", () => {
    const service = (incoterm: "DDP" | "DAP") => serviceOf(incoterm.toLowerCase(), 1, { incoterm, zone: incoterm });
    const travel = travelBy([service("DDP"), service("DAP")], [cardOf("ddp", { DDP: [[31_500, 5]] }), cardOf("dap", { DAP: [[31_500, 9]] })]);
    const label = [rulesWith({ objective: { weights: { label: 1000, duty: 1000 } } })];
    const chosen = (valueMinor: number): unknown => decideRouting(ask({ rules: label, travel }, [[TEA, 1, { valueMinor }]], [ZURICH])).detail;
    expect(chosen(3_000)).toMatchObject({ chosen: [{ service: "dhl/ddp", incoterm: "DDP" }], terms_micros: { label: 5_000_000, duty: 3_000_000 } });
    expect(chosen(5_000)).toMatchObject({ chosen: [{ service: "dhl/dap", incoterm: "DAP" }], terms_micros: { label: 9_000_000 } });
  });

  test("goods free of duty while a shipment is small may be better off in two", () => {
    const customs = customsOf({ dutyRates: new Map([["EU", { ...EU_DUTY, deMinimisMicros: 150_000_000 }]]) });
    const geneva = at("geneva", 1, { address: { country: "CH" } });
    const lines: Parameters<typeof aRequest>[0] = [[TEA, 1, { valueMinor: 10_000 }], [anItem("COAT", { hsCode: "6101", originCountry: "CN" }), 1, { valueMinor: 10_000 }]];
    expect(new Set(decideRouting(ask({ customs }, lines, [ZURICH, geneva])).assignments.map(({ nodeId }) => nodeId)).size).toBe(2);
    expect(new Set(decideRouting(ask({}, lines, [ZURICH, geneva])).assignments.map(({ nodeId }) => nodeId)).size).toBe(1);
  });

  test("lines that leave together each have their own value and rate", () => {
    const coat = anItem("COAT", { hsCode: "6101", originCountry: "CN" });
    const kept = [rulesWith({ objective: { weights: { duty: 1000 } }, split: { keepTogether: "handling_class" } })];
    const { detail } = decideRouting(ask({ rules: kept }, [[TEA, 2, { valueMinor: 10_000 }], [coat, 1, { valueMinor: 4_000 }]], [ZURICH]));
    expect(detail["total_cost_micros"]).toBe(10_000_000 + 20_000_000);
  });
});

describe("what nobody has said is named, and keeps a node from sending at the seller's cost", () => {
  const noHs = anItem("TEA", { hsCode: null });
  const rows: readonly [string, RequestOver, Item, string][] = [
    ["a destination without rates", { customs: customsOf({ dutyRates: new Map() }) }, TEA, "There are no duty rates for EU."],
    ["goods without a number", {}, noHs, "TEA has no HS code, and duty rates of EU ask for it."],
    ["goods without a rate", {}, anItem("TEA", { hsCode: "010101" }), "EU has no duty rate for HS 010101 (TEA)."],
    ["an order in a currency without a rate", { customs: customsOf({}, { currency: "JPY" }) }, TEA, "There is no exchange rate from JPY to EUR."],
    ["rates in a currency without a rate", { customs: customsOf({ dutyRates: new Map([["EU", { ...EU_DUTY, currency: "CHF", deMinimisMicros: 1 }]]) }) }, TEA, "There is no exchange rate from CHF to EUR."],
    ["a destination without a country", { destination: { latitude: 0, longitude: 0 } }, TEA, "The destination has no country"],
  ];
  test.each(rows)("%s", (_, over, item, detail) => {
    const plan = decideRouting(ask(over, [[item, 1, { valueMinor: 1_000 }]], [ZURICH]));
    expect([plan.assignments, plan.reason]).toEqual([[], expect.stringContaining(`ZURICH has no price for it (${detail.replace(/\.$/, "")}`)]);
    expect(candidatesIn(plan.detail)).toMatchObject([{ node: "zurich", verdict: "NO_PRICE", km: 111.2, lines_filled: 0, why: expect.stringContaining(detail) }]);
    // Whoever crosses no border is asked nothing.
    if (over.destination === undefined) expect(placesOf(ask(over, [[item, 1]]))).toEqual(["1x1@berlin"]);
  });

  test("a node without a country", () => {
    const nowhere = at("nowhere", 1, { address: {} });
    expect(decideRouting(ask({}, undefined, [nowhere])).reason).toContain("nowhere has no country, so nobody can say what duty is due on what it sends to DE");
    expect(placesOf(ask({ rules: [rulesWith()] }, undefined, [nowhere]))).toEqual(["1x2@nowhere"]);
  });
});

describe("export restrictions", () => {
  const restricted = (over: Partial<ExportRestriction> = {}, more: RequestOver = {}): RequestOver =>
    ({ customs: customsOf({ restrictions: [{ code: "x", name: "Embargo", handlingClasses: null, hsPrefixes: null, skus: ["TEA"], fromCountries: ["CH"], toCountries: ["DE"], licence: null, ...over }] }), rules: [rulesWith()], ...more });

  test("keep goods at home whatever it costs, and other lines go", () => {
    expect(placesOf(ask(restricted()))).toEqual(["1x2@berlin"]);
    expect(placesOf(ask(restricted(), [[TEA, 1], [anItem("COAT"), 1]], [ZURICH]))).toEqual(["2x1@zurich", "1x1 waits"]);
  });

  test("say why nobody can send them", () => {
    const plan = decideRouting(ask(restricted(), undefined, [ZURICH]));
    expect(candidatesIn(plan.detail)).toMatchObject([{ node: "zurich", verdict: "EXPORT", km: 111.2, lines_filled: 0, why: "Embargo: TEA may not go from CH to DE" }]);
    expect(plan.reason).toBe("No node can ship this. Line 1 cannot be placed: ZURICH has it but may not send it to the destination's country (Embargo: TEA may not go from CH to DE).");
  });

  test.each<readonly [string, RequestOver]>([
    ["by a soft rule", restricted({}, { rules: [rulesWith({ filters: [{ kind: "only_nodes", nodes: ["berlin"], tier: 1 }] })] })], ["by a fallback node", restricted({}, { rules: [rulesWith({ after: { fallbackNode: "zurich" } })] })],
    ["by an alternate strategy", restricted({}, { rules: [rulesWith(), rulesWith()] })], ["without rules", { customs: restricted().customs ?? null, rules: [rulesWith()] }],
  ])("are not given up %s", (_, over) => {
    expect(placesOf(ask(over, undefined, [ZURICH]))).toEqual(["1x2 waits"]);
    expect(placesOf(ask(over, [[TEA, 1, { preselected: "zurich" }]]))).toEqual(["1x1 waits"]);
  });

  test("a licence opens the way", () => {
    const licensed = at("zurich", 1, { address: { country: "CH" }, itemClasses: ["standard", "dual-use"] });
    expect(placesOf(ask(restricted({ licence: "dual-use" }), undefined, [licensed]))).toEqual(["1x2@zurich"]);
    expect(placesOf(ask(restricted({ licence: "dual-use" }), undefined, [ZURICH]))).toEqual(["1x2 waits"]);
  });

  test("never send restricted goods, and whatever is decided costs what is due", () => {
    const node = fc.record({ country: fc.constantFrom("DE", "CH", "FR", "US"), units: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 2 }), longitude: fc.integer({ min: 1, max: 30 }) });
    fc.assert(fc.property(fc.array(node, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 80 }), (nodes, teas, coats, threshold) => {
      const coat = anItem("COAT", { hsCode: "6101", originCountry: "CN" });
      const all = nodes.map(({ country, longitude }, n) => at(`n${n}`, longitude, { address: { country } }));
      const customs = customsOf({
        dutyRates: new Map([["EU", { ...EU_DUTY, deMinimisMicros: threshold * 1_000_000 }]]),
        restrictions: [{ code: "x", name: "X", handlingClasses: null, hsPrefixes: ["61"], skus: null, fromCountries: ["US"], toCountries: null, licence: null }],
      });
      const plan = decideRouting(ask({ customs, rules: [rulesWith({ objective: { weights: { duty: 1000, split: 1000 } } })] }, [[TEA, teas, { valueMinor: 1_000 * teas }], [coat, coats, { valueMinor: 2_000 * coats }]], all,
        Object.fromEntries(nodes.map(({ units }, n) => [`n${n}`, `TEA ${units[0]}, COAT ${units[1]}`]))));
      const countryAt = (nodeId: string): string => nodes[all.findIndex(({ id }) => id === nodeId)]?.country ?? "";
      expect(plan.assignments.filter(({ lineNo, nodeId }) => lineNo === 2 && countryAt(nodeId) === "US")).toEqual([]);
      const byNode = new Map<string, { worth: number; due: number }>();
      for (const { nodeId, lineNo, quantity } of plan.assignments) {
        if (["DE", "FR"].includes(countryAt(nodeId))) continue;
        const { worth, due } = byNode.get(nodeId) ?? { worth: 0, due: 0 };
        byNode.set(nodeId, lineNo === 1 ? { worth: worth + 10 * quantity, due: due + quantity } : { worth: worth + 20 * quantity, due: due + 10 * quantity });
      }
      const due = [...byNode.values()].reduce((sum, one) => sum + (one.worth <= threshold ? 0 : one.due), 0);
      expect((plan.detail["terms_micros"] as { duty?: number } | undefined)?.duty ?? 0).toBe(due * 1_000_000);
    }), { numRuns: 150 });
  });

  test("an installation that says nothing of borders decides as ever", () => {
    const plain = aRequest([[TEA, 2, { valueMinor: 70_000 }]], [BERLIN, ZURICH], { berlin: "TEA 9", zurich: "TEA 9" }, { now: MONDAY });
    expect(decideRouting({ ...plain, customs: { facts: NO_CUSTOMS, exchangeRates: null, currency: "EUR" } })).toEqual(decideRouting(plain));
  });
});
