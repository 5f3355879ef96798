import { type GivenQuantity, type Node, readQuantity } from "../domain/catalog/index.ts";
import { accept, type FieldError, type Instant, type Outcome, present, publicId, refuse } from "../domain/kernel/index.ts";
import { type GeoPoint, type Journal, type Order, refuseFields, settleContact, wrongPlace } from "../domain/order/index.ts";
import { type Asked, difference, latestOf, planLines, type Side, sideOfPlan, SUPPOSED_STRATEGY, type Supposition, suppose, supposedFacts, takeBack, type SourcingFacts } from "../domain/fulfillment/index.ts";
import { boundedDetail, checkStrategy, type CostWeights, type Rules, type SpokenShare, spokenDecision, type Strategy, type StrategyGroup } from "../domain/routing/index.ts";
import { openOrders, type OrderFacts, sourcingFacts } from "./act-on-orders.ts";
import type { Ambient, AnswerBody } from "./ports.ts";
import type { DecisionView, Queries } from "./queries.ts";
import type { StrategyStore, StrategyTransaction } from "./strategy-store.ts";

/** A question about one order: where would it go if this were otherwise? What is null, or empty, is as it is. */
export interface WhatIf {
  readonly orderId: string;
  readonly excludeNodes: readonly string[];
  readonly onlyNodes: readonly string[] | null;
  /** Thousandths. */
  readonly weights: CostWeights;
  /** Code of the strategy to go by. */
  readonly strategy: string | null;
  /** By the draft of that strategy, or of the channel's own. */
  readonly draft: boolean;
  /** Groups to go by, as a draft would have them. */
  readonly groups: readonly StrategyGroup[] | null;
  readonly destination: { readonly country: string; readonly region?: string | undefined; readonly postcode?: string | undefined; readonly city?: string | undefined; readonly coordinates?: GeoPoint | undefined } | null;
  readonly stock: readonly { readonly sku: string; readonly node: string; readonly onHand: GivenQuantity }[];
  readonly serviceLevel: string | null;
  readonly deliverBy: Instant | null;
  /** Not before the present: facts of the past are not asked. */
  readonly now: Instant | null;
}

/** Answers where an order would go, by the code that routes orders, and what that changes. Writes nothing. */
export async function whatIf(store: StrategyStore, decisions: Queries["routingDecisions"], rules: Rules, tenantId: number, question: WhatIf, ambient: Ambient): Promise<Outcome<AnswerBody>> {
  const { orderId } = question;
  const actual = ambient.now();
  const asked = question.now ?? actual;
  // Facts are kept in memory as they hold and will hold: what held before is never asked for.
  const now = Math.max(asked, actual);
  const stored = await decisions(tenantId, orderId);
  return store.transact(tenantId, async (tx) => {
    const { facts, journal } = await openOrders(tx, [orderId], ambient, now);
    const order = facts.orders.get(orderId);
    if (!order || stored === null) return refuse("NOT_FOUND", `There is no order ${publicId("order", orderId)}.`);
    const errors: FieldError[] = asked < actual ? [{ pointer: "/now", code: "INVALID_FIELD", detail: `now ${new Date(asked).toISOString()} has passed: what held then is not asked.` }] : [];
    const own = sourcingFacts(facts, order);
    const strategy = await strategyOf(tx, question, own, rules, errors);
    const supposition: Supposition = {
      excludeNodes: knownNodes(question.excludeNodes, "exclude_nodes", facts, errors), onlyNodes: question.onlyNodes && knownNodes(question.onlyNodes, "only_nodes", facts, errors), weights: question.weights, strategy,
      destination: destinationOf(question, ambient, errors), stock: stockOf(question, order, facts, errors), serviceLevel: question.serviceLevel, deliverBy: question.deliverBy,
    };
    return errors.length > 0 ? refuseFields(errors) : decide(journal, order, own, supposition, stored);
  });
}

function knownNodes(codes: readonly string[], field: string, { nodes }: OrderFacts, errors: FieldError[]): readonly string[] {
  const known = new Set(nodes.map(({ code }) => code));
  codes.forEach((code, index) => {
    if (!known.has(code)) errors.push({ pointer: `/${field}/${index}`, code: "UNKNOWN_NODE", detail: `There is no node "${code}".` });
  });
  return codes;
}

async function strategyOf(tx: StrategyTransaction, { strategy: asked, draft, groups }: WhatIf, { channel, nodes, strategies }: SourcingFacts, rules: Rules, errors: FieldError[]): Promise<Strategy | null> {
  if (groups !== null) {
    for (const [field, given] of [["strategy", asked !== null], ["draft", draft]] as const) {
      if (given) errors.push({ pointer: `/${field}`, code: "INVALID_FIELD", detail: `groups are rules of their own: leave ${field} out, or groups.` });
    }
    const facts = { nodes: new Map(nodes.map((node) => [node.code, node])), carriers: null, serviceLevels: null, strategies };
    errors.push(...checkStrategy(SUPPOSED_STRATEGY, groups, facts, rules).errors);
    return { code: SUPPOSED_STRATEGY, version: 0, groups };
  }
  const code = asked ?? (draft ? channel.strategy : null);
  if (draft && code === null) errors.push({ pointer: "/draft", code: "UNKNOWN_STRATEGY", detail: `Channel ${channel.code} has no strategy whose draft this could be: name the strategy.` });
  if (code === null) return null;
  const found = draft ? ((await tx.lockStrategy(code, null))?.draft ?? null) : (strategies.get(code) ?? null);
  if (found === null) errors.push({ pointer: asked === null ? "/draft" : "/strategy", code: "UNKNOWN_STRATEGY", detail: draft ? `There is no draft of a strategy "${code}".` : `There is no strategy "${code}" with a version that holds then.` });
  return found && { code, version: found.version, groups: found.groups };
}

function destinationOf({ destination }: WhatIf, { places }: Ambient, errors: FieldError[]): Supposition["destination"] {
  if (destination === null) return null;
  const { coordinates = null, ...address } = destination;
  errors.push(...wrongPlace(address));
  return settleContact({ ship_to: address }, coordinates, places ?? null).destination;
}

function stockOf({ stock }: WhatIf, order: Order, { nodes, items }: OrderFacts, errors: FieldError[]): Supposition["stock"] {
  const wanted = [...new Set(order.lines.map(({ itemId }) => itemId))].flatMap((id) => items.get(id) ?? []);
  const seen = new Set<string>();
  return stock.flatMap(({ sku, node: code, onHand }, index) => {
    const place = JSON.stringify([sku, code]);
    if (seen.has(place)) errors.push({ pointer: `/stock/${index}`, code: "DUPLICATE_VALUE", detail: `"${sku}" at "${code}" stands here twice.` });
    seen.add(place);
    const item = wanted.find((one) => one.sku === sku && one.components === null);
    const node = nodes.find((one) => one.code === code);
    const units = item && readQuantity(item, onHand, "zero");
    if (!item) errors.push({ pointer: `/stock/${index}/sku`, code: "UNKNOWN_ITEM", detail: `The order wants no goods with SKU "${sku}".` });
    if (!node) errors.push({ pointer: `/stock/${index}/node`, code: "UNKNOWN_NODE", detail: `There is no node "${code}".` });
    if (units?.ok === false) errors.push({ pointer: `/stock/${index}/on_hand`, code: units.refusal.code, detail: units.refusal.detail });
    return item && node && units?.ok ? [{ itemId: item.id, nodeId: node.id, onHand: units.value }] : [];
  });
}

function decide(journal: Journal, order: Order, facts: SourcingFacts, supposition: Supposition, stored: readonly DecisionView[]): Outcome<AnswerBody> {
  const asked = takeBack(journal, order);
  if (asked.wanted.length === 0) return refuse("NOT_IN_STATE", "Nothing of the order could be routed: it is cancelled, or nobody has said what its goods are.", { data: { status: order.status } });
  suppose(journal, order, supposition);
  const plan = planLines(journal, order, asked.wanted, supposedFacts(facts, supposition), "MANUAL");
  const made = spokenDecision(JSON.parse(boundedDetail(plan.detail)));
  const latest = stored.findLast(({ chosen }) => chosen.length > 0) ?? null;
  const [now, then] = [standing(order, asked, latest, made.chosen), sideOfPlan(plan, made.total_cost_micros)];
  const nodeOf = (nodeId: string): Node => present(facts.nodes.find(({ id }) => id === nodeId), "node");
  const { moved, sentence, costMicros, shipments, arrivalDays } = difference(now, then, (nodeId) => nodeOf(nodeId).name);
  const codeOf = (nodeId: string | null): string | null => nodeId && nodeOf(nodeId).code;
  return accept({
    order: publicId("order", order.id), scope: asked.scope,
    now: now && { decision: latest, shipments: sharesOf(now, codeOf, planned(order)) },
    what_if: { ...made, reason: plan.reason, shipments: sharesOf(then, codeOf, made.chosen), unplaced: plan.unplaced.map(({ lineNo, quantity }) => ({ line: lineNo, quantity })) },
    difference: {
      sentence, cost_micros: costMicros, shipments, arrival_days: arrivalDays,
      moved: moved.map(({ lineNo, quantity, from, to }) => ({ line: lineNo, quantity, from: codeOf(from), to: codeOf(to) })),
    },
  });

  /** How what stands travels, as its shipments say. */
  function planned({ shipments: all }: Order): readonly SpokenShare[] {
    return all.map(({ nodeId, plannedShipDate, document: { plan: way } }) => ({
      node: nodeOf(nodeId).code, lines: [], carrier: way?.carrier ?? null, service: way?.service ?? null, ship_date: plannedShipDate, arrival_date: way?.arrival_date ?? null, days_late: 0, incoterm: null, duty_micros: null,
    }));
  }
}

/** What stands, and what it costs where the decision behind it placed the same lines. */
function standing(order: Order, { standing: placed, wanted }: Asked, decision: DecisionView | null, chosen: readonly SpokenShare[]): Side | null {
  if (placed.length === 0) return null;
  const lines = (shares: readonly SpokenShare[]): string => [...new Set(shares.flatMap((share) => share.lines))].toSorted((a, b) => a - b).join();
  const arrivals = order.shipments.flatMap(({ nodeId, document: { plan } }) => (placed.some((one) => one.nodeId === nodeId) ? [plan?.arrival_date ?? null] : []));
  const units = placed.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    placed, waiting: units < wanted.reduce((sum, { quantity }) => sum + quantity, 0), arrives: latestOf(arrivals),
    costMicros: decision !== null && lines(decision.chosen) === lines(chosen) ? decision.total_cost_micros : null,
  };
}

/** Each node's part, line by line, and how it travels. */
function sharesOf({ placed }: Side, codeOf: (nodeId: string) => string | null, ways: readonly SpokenShare[]): readonly AnswerBody[] {
  return [...new Set(placed.map(({ nodeId }) => nodeId))].map((nodeId) => {
    const way = ways.find(({ node }) => node === codeOf(nodeId));
    const lines = placed.filter((one) => one.nodeId === nodeId).map(({ lineNo, quantity }) => ({ line: lineNo, quantity }));
    return { node: codeOf(nodeId), carrier: way?.carrier ?? null, service: way?.service ?? null, ship_date: way?.ship_date ?? null, arrival_date: way?.arrival_date ?? null, days_late: way?.days_late ?? 0, lines };
  });
}
