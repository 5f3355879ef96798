import type { Node } from "../../src/domain/catalog/index.ts";
import { PRESETS } from "../../src/domain/routing/presets.ts";
import type { ShippingFact, ShippingFacts } from "../../src/domain/shipping/index.ts";
import { changeStrategy } from "../../src/flows/change-strategy.ts";
import type { Ambient, Answer } from "../../src/flows/ports.ts";
import { saveShippingFacts } from "../../src/flows/save-shipping-facts.ts";
import type { postgresStore } from "../../src/postgres/store.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { openWorld } from "./routing-world.ts";

const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "bench" } as const;
/** Code of the strategy that least cost is published as. */
export const STRATEGY = "bench";

/** How the nodes of the decision bench work: calendar, minutes by backlog, handling. */
export const operationsOf = (nodeCount: number): readonly Node["operations"][] => openWorld(nodeCount, 1, openPacking())(0).nodes.map(({ operations }) => operations);

/** The calendars, services, rate cards and boxes of the decision bench, and its strategy, published. */
export async function steer(store: ReturnType<typeof postgresStore>, tenantId: number, ambient: Ambient): Promise<void> {
  const { travel } = openWorld(1, 1, openPacking())(0);
  if (travel) accepted(await saveShippingFacts(store, tenantId, shippingFactsIn(travel.facts).map((fact) => ({ ...HEAD, action: "save", fact, validFrom: null })), ambient));
  const rules = { check: () => ({ ok: true as const, constant: true }), compile: () => () => ({ ok: true as const, holds: true }) };
  const groups = PRESETS["least_cost"]?.groups ?? [];
  accepted([await changeStrategy(store, rules, tenantId, { ...HEAD, code: STRATEGY, type: "draft", name: null, groups, note: null, expectedRevision: null }, ambient)]);
  accepted([await changeStrategy(store, rules, tenantId, { ...HEAD, code: STRATEGY, type: "publish", version: null, expectedRevision: null, note: null, validFrom: null }, ambient)]);
}

/** Calendars first: services and nodes name them. */
const shippingFactsIn = ({ calendars, services, rateCards, packageTypes, exchangeRates }: ShippingFacts): ShippingFact[] => [
  ...[...calendars].map(([code, document]): ShippingFact => ({ kind: "calendar", code, document })),
  ...[...services].map(([code, document]): ShippingFact => ({ kind: "carrier_service", code, document })),
  ...[...rateCards.values()].map((document): ShippingFact => ({ kind: "rate_card", code: document.code, document })),
  ...packageTypes.map((document): ShippingFact => ({ kind: "package_type", code: document.code, document })),
  ...(exchangeRates ? [{ kind: "exchange_rates" as const, code: "exchange-rates", document: exchangeRates }] : []),
];

export function accepted(answers: readonly Answer[]): void {
  for (const answer of answers) if (!answer.ok) throw new Error(`${answer.refusal.detail} ${JSON.stringify(answer.refusal.errors ?? [])}`);
}
