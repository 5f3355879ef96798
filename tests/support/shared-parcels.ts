import type { Answer } from "../../src/flows/ports.ts";
import { changeStrategy } from "../../src/flows/change-strategy.ts";
import { saveShippingFacts } from "../../src/flows/save-shipping-facts.ts";
import type { ShippingFact } from "../../src/domain/shipping/index.ts";
import { aLane, aService } from "../../src/domain/shipping/shipping.testing.ts";
import { createRules } from "../../src/server/rules/index.ts";
import type { World } from "./world.ts";

const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "test" } as const;

const done = (answer: Answer): void => {
  if (!answer.ok) throw new Error(JSON.stringify(answer));
};

/** One service with a rate card (cells as [up to grams, price in euros]), and a published strategy "main" by which orders of one customer wait half an hour to share a parcel. */
export async function shareParcels(world: World, cells: readonly (readonly [number, number])[]): Promise<void> {
  const zone = cells.map(([upToGrams, price]) => ({ upToGrams, micros: price * 1_000_000, perKilogramMicros: 0 }));
  const facts: readonly ShippingFact[] = [
    { kind: "carrier_service", code: "post/parcel", document: aService({ carrier: "post", lanes: [aLane(1, 1)] }) },
    { kind: "rate_card", code: "parcel", document: { code: "parcel", carrier: "post", service: "parcel", currency: "EUR", zones: { "1": zone }, surcharges: [] } },
    { kind: "exchange_rates", code: "", document: { base: "EUR", perMillion: {} } },
  ];
  for (const answer of await saveShippingFacts(world.store, world.tenantId, facts.map((fact) => ({ ...HEAD, action: "save", validFrom: null, fact })), world.ambient)) done(answer);
  const objective = { kind: "cost" as const, weights: { label: 1000, split: 1000 }, distanceMicrosPerKm: 0, splitMicros: 0, latenessMicrosPerDay: 0, capacityMicros: 0 };
  const group = { name: "all", when: null, filters: [], objective, split: { maximumNodes: null, maximumNodesPerLine: null, minimumValueMinor: 0, keepTogether: null, partial: true }, after: { alternate: null, fallbackNode: null, unplaced: "channel" as const }, merge: { withinMinutes: 30, minimumSavingMicros: 0 } };
  const strategy = { ...HEAD, code: "main" };
  done(await changeStrategy(world.store, createRules(), world.tenantId, { ...strategy, type: "draft", name: null, groups: [group], note: null, expectedRevision: null }, world.ambient));
  done(await changeStrategy(world.store, createRules(), world.tenantId, { ...strategy, type: "publish", version: null, expectedRevision: null, note: null, validFrom: null }, world.ambient));
}
