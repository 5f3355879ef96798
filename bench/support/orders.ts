import type { CaptureOrder } from "../../src/flows/capture-orders.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { ITEMS, skuOf } from "./seed.ts";

/** Seeded chance, so that two runs ask for the same goods. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = chance(42);
const place = (): { latitude: number; longitude: number } => ({ latitude: 44 + random() * 11, longitude: 1 + random() * 17 });
const three = (): string[] => [0, 1, 2].map(() => skuOf(Math.floor(random() * ITEMS)));
const person = { name: "Ada Lovelace", email: "ada@example.com" };
const address = { name: "Ada Lovelace", street: "Unter den Linden 1", city: "Berlin", postcode: "10117", country: "DE" };

/** A command as the API would make it: three lines, paid, with a customer and coordinates. */
export function command(skus: readonly string[] = three()): CaptureOrder {
  const destination = place();
  return {
    idempotencyKey: newId(), bodyHash: "ab".repeat(32), actor: "bench", channel: "web", externalId: newId(), currency: "EUR", placedAt: null,
    lines: skus.map((sku) => ({ sku, quantity: "1", unit: null, unitPrice: "19.90", discountMinor: 0, taxMinor: 0, totalMinor: null, externalId: null, node: null })),
    totals: { totalMinor: 5970, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: false },
    payment: { state: "paid", payments: [{ tender: "card", amountMinor: 5970, reference: "r1" }] }, risk: null, requestedHolds: [],
    contact: { customer: person, ship_to: address, coordinates: destination }, destination, claimId: null, attributes: {},
  };
}

/** The same order as a request body. */
export const body = (skus: readonly string[] = three()): string => JSON.stringify({
  channel: "web", external_id: newId(), currency: "EUR", lines: skus.map((sku) => ({ sku, quantity: 1, unit_price: "19.90" })), totals: { total_minor: 5970 },
  payment: { state: "paid", payments: [{ tender: "card", amount_minor: 5970, reference: "r1" }] }, customer: person, ship_to: { ...address, coordinates: place() },
});
