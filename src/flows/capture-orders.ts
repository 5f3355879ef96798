import { type Channel, type Item, type Node } from "../domain/catalog/index.ts";
import { dropClaim, type SoftClaim } from "../domain/inventory/index.ts";
import { present, publicId, type Refusal, refuse, shipmentId } from "../domain/kernel/index.ts";
import {
  captureHolds, type CaptureCommand, type CaptureLine, checkCapture, type CheckedOrder, type HoldRequest, isKit, Journal, openHolds, type Order, placeHold, priceData, priceDifferences, statusOf, takeChannelDates,
} from "../domain/order/index.ts";
import { applyPlan, beyondPreorders, planAsPromised, planLines, preorder, type RoutingTools, type SourcingFacts, splitByLaunch, takePromise, unitsToPlace, whenUnavailable } from "../domain/fulfillment/index.ts";
import type { Strategy } from "../domain/routing/index.ts";
import type { ShippingFacts } from "../domain/shipping/index.ts";
import { openGates } from "./channel-gates.ts";
import { answerOnce, done } from "./idempotent.ts";
import { type ListPrices, loadListPrices } from "./list-prices.ts";
import { loadItemsWithComponents } from "./load-items.ts";
import { limitWaiting } from "./limit-waiting.ts";
import { saveSettled } from "./settle-supply.ts";
import { type BatchScreening, openScreening } from "./screen-orders.ts";
import { type Ambient, type Answer, type AnswerBody, type CommandHead, contextOf, type KnownOrder, type Store, toolsOf, type Transaction } from "./ports.ts";

/** `isSold`: its channel has sold it already, so it is never refused for want of goods; a person is told instead. */
export type CaptureOrder = CaptureCommand & CommandHead & { readonly isSold?: true };

const API = { actor: "api" } as const;

/** Captures a batch of orders: validated, held where a rule says so, routed and reserved, in one commit. */
export function captureOrders(store: Store, tenantId: number, commands: readonly CaptureOrder[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const answering = answerOnce(tx, commands, async (fresh) => {
      const facts = await loadFacts(tx, fresh, now, toolsOf(ambient));
      const checked = fresh.map((command) => check(command, facts, ambient, now));
      const screening = await openScreening(tx, checked.flatMap((one) => (one.ok && "order" in one.value ? [one.value] : [])));
      const gated = await openGates(tx, checked.flatMap((one) => (one.ok && "order" in one.value ? [one.value] : [])), now);
      const itemIds = itemIdsOf(checked, facts.claims);
      // Converting a claim changes soft counters, which is decided under locks anyway.
      const book = facts.claims.size > 0 ? await tx.lockSupply(itemIds, now) : await tx.readSupply(itemIds, now);
      await limitWaiting(tx, book, facts.items.values(), now);
      const journal = new Journal(contextOf(ambient, now, API), book);
      const contacts = new Map<string, AnswerBody>();
      const answers = checked.map((one, index) => (one.ok ? journal.as(fresh[index] ?? API, () => decide(journal, one.value, facts, screening, gated, contacts)) : one));
      journal.close();
      return {
        answers: await seeTwins(tx, fresh, answers, facts),
        save: async () => {
          await tx.saveClaims(facts.converted);
          await saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes }, contacts);
          if (screening.traces.length > 0) await tx.saveTraces(screening.traces);
        },
      };
    });
    // Facts are asked for beside the answers already given, because every wait for the database counts.
    const [answers] = await Promise.all([answering, tx.loadChannels(now)]);
    return answers;
  });
}

interface Facts {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly nodes: readonly Node[];
  readonly shipping: ShippingFacts;
  readonly strategies: ReadonlyMap<string, Strategy>;
  readonly tools: RoutingTools;
  readonly backlog: (nodeId: string) => number;
  readonly nodeCodes: ReadonlySet<string>;
  readonly items: ReadonlyMap<string, Item>;
  readonly itemsById: ReadonlyMap<string, Item>;
  readonly known: Map<string, KnownOrder>;
  readonly numbers: number[];
  readonly claims: Map<string, SoftClaim>;
  readonly listPrice: ListPrices<CaptureLine>;
  readonly converted: SoftClaim[];
  /** New orders of this batch that were refused, by id: a twin in the same batch gets the same answer. */
  readonly refused: Map<string, Refusal>;
}

async function loadFacts(tx: Transaction, commands: readonly CaptureOrder[], now: number, tools: RoutingTools): Promise<Facts> {
  const channels = new Map((await tx.loadChannels(now)).map((channel) => [channel.code, channel]));
  const identities = commands.flatMap(({ channel, externalId }) => {
    const found = channels.get(channel);
    return found ? [{ channelId: found.id, externalId }] : [];
  });
  const skus = new Set<string>();
  const claimIds = new Set<string>();
  for (const { lines, claimId } of commands) {
    for (const line of lines) skus.add(line.sku);
    if (claimId !== null) claimIds.add(claimId);
  }
  const claims = claimIds.size === 0 ? [] : await tx.lockClaims([...claimIds]);
  const [known, items, nodes, shipping, strategies, backlog, numbers] = await Promise.all([
    tx.loadKnownOrders(identities), loadItemsWithComponents(tx, skus, now), tx.loadNodes(now), tx.loadShippingFacts(now), tx.loadStrategies(now), tx.loadBacklog(now), tx.takeOrderNumbers(commands.length),
  ]);
  const bySku = new Map(items.map((item) => [item.sku, item]));
  const isNew = ({ channel, externalId }: CaptureOrder): boolean => !known.has(`${channels.get(channel)?.id}|${externalId}`);
  return {
    channels, nodes, shipping, strategies, backlog, tools, known: new Map(known), nodeCodes: new Set(nodes.map((node) => node.code)), items: bySku,
    listPrice: await loadListPrices(tx, commands.filter(isNew), { channels, items: bySku, now }),
    itemsById: new Map(items.map((item) => [item.id, item])), numbers: [...numbers],
    claims: new Map(claims.map((claim) => [claim.id, claim])), converted: [], refused: new Map(),
  };
}

interface Known {
  readonly ok: true;
  readonly value: KnownOrder | (CheckedOrder & { readonly command: CaptureOrder });
}

/** An order that is there already answers itself; anything else is checked against the catalogue. */
function check(command: CaptureOrder, facts: Facts, { newId, places }: Ambient, now: number): Known | { readonly ok: false; readonly refusal: Refusal } {
  const channel = facts.channels.get(command.channel);
  const identity = `${channel?.id}|${command.externalId}`;
  const known = channel && facts.known.get(identity);
  if (known) return known.sourceHash === command.bodyHash ? { ok: true, value: known } : refuseOther(command, known);
  const number = present(facts.numbers.shift(), "order number");
  const checked = checkCapture(command, { channel, item: (sku) => facts.items.get(sku), nodeExists: (code) => facts.nodeCodes.has(code), now, listPrice: facts.listPrice, places: places ?? null }, newId(), number);
  if (!checked.ok) return checked;
  const closed = closedClaim(command, facts, now);
  if (closed) return closed;
  facts.known.set(identity, { id: checked.value.order.id, number, status: "PENDING", sourceHash: command.bodyHash });
  return { ok: true, value: { ...checked.value, command } };
}

const refuseOther = ({ channel, externalId }: CaptureOrder, known: KnownOrder): ReturnType<typeof refuse> =>
  refuse("ORDER_EXISTS", `Channel ${channel} already has an order "${externalId}" with other content.`, { data: { order: publicId("order", known.id) } });

const existing = ({ id, number, status }: KnownOrder): Answer => done({ id: publicId("order", id), number, status, existing: true });

/** The same order from another process, committed meanwhile, may be why this one was refused: it has the goods or the claim. */
async function seeTwins(tx: Transaction, commands: readonly CaptureOrder[], answers: readonly Answer[], facts: Facts): Promise<readonly Answer[]> {
  const identities = commands.map(({ channel, externalId }, index) => {
    const code = facts.channels.get(channel);
    const answer = answers[index];
    return code && answer?.ok === false && TAKEN.has(answer.refusal.code) ? { channelId: code.id, externalId } : null;
  });
  const wanted = identities.filter((one) => one !== null);
  if (wanted.length === 0) return answers;
  const known = await tx.loadKnownOrders(wanted);
  return answers.map((answer, index) => {
    const command = commands[index];
    const twin = known.get(`${identities[index]?.channelId}|${command?.externalId}`);
    if (!twin || !command) return answer;
    return twin.sourceHash === command.bodyHash ? existing(twin) : refuseOther(command, twin);
  });
}

/** Refusals that a twin of the order may have caused. */
const TAKEN: ReadonlySet<string> = new Set(["INSUFFICIENT_STOCK", "CLAIM_NOT_OPEN"]);

const isLive = ({ status, expiresAt }: SoftClaim, now: number): boolean => status === "open" && expiresAt > now;

/** A promise whose claim ran out is looked at again; a claim of stock alone is nothing then. */
const hasRunOut = ({ status, promise }: SoftClaim): boolean => promise !== undefined && (status === "open" || status === "expired");

function closedClaim({ claimId }: CaptureOrder, { claims }: Facts, now: number): { readonly ok: false; readonly refusal: Refusal } | null {
  const claim = claimId === null ? undefined : claims.get(claimId);
  if (claimId === null || (claim && (isLive(claim, now) || hasRunOut(claim)))) return null;
  return refuse("CLAIM_NOT_OPEN", "The soft claim is not open.", { errors: [{ pointer: "/claim", code: "CLAIM_NOT_OPEN", detail: `The claim is ${claim?.status ?? "unknown"}.` }] });
}

function itemIdsOf(checked: readonly ReturnType<typeof check>[], claims: ReadonlyMap<string, SoftClaim>): string[] {
  const ids = new Set<string>();
  for (const one of checked) {
    if (one.ok && "order" in one.value) for (const line of one.value.order.lines) if (!isKit(line)) ids.add(line.itemId);
  }
  for (const claim of claims.values()) for (const line of claim.lines) ids.add(line.itemId);
  return [...ids];
}

/** One order against the batch's running remainder: holds, routing, reservation, or a refusal that writes nothing. */
function decide(journal: Journal, value: Known["value"], facts: Facts, screening: BatchScreening, gated: (checked: CheckedOrder) => readonly HoldRequest[], contacts: Map<string, AnswerBody>): Answer {
  if (!("order" in value)) {
    const refused = facts.refused.get(value.id);
    if (refused) return { ok: false, refusal: refused };
    const twin = journal.newOrders.find((order) => order.id === value.id);
    return existing(twin ? { ...value, status: statusOf(twin) } : value);
  }
  const { order, channel, command } = value;
  // An order before it in the batch may have taken the claim.
  const closed = closedClaim(command, facts, journal.context.now);
  if (closed) {
    facts.refused.set(order.id, closed.refusal);
    return closed;
  }
  const sourcing: SourcingFacts = { channel, nodes: facts.nodes, item: (id) => present(facts.itemsById.get(id), "item"), shipping: facts.shipping, strategies: facts.strategies, tools: facts.tools, backlog: facts.backlog };
  const found = screening.screen(value);
  if (found.risk !== null) order.document = { ...order.document, risk: found.risk };
  for (const hold of captureHolds(value, (sku) => facts.items.get(sku), [...found.holds, ...gated(value)])) placeHold(order, hold, order.capturedAt);
  const named = command.claimId === null ? undefined : facts.claims.get(command.claimId);
  const claim = named && isLive(named, journal.context.now) ? named : undefined;
  if (named) takePromise(order, named, facts.nodes);
  takeChannelDates(order, channel, facts.shipping);
  if (claim) dropClaim(journal.book, claim);
  const { routable, held } = unitsToPlace(order);
  const { due, ahead } = splitByLaunch(order, routable, sourcing, journal.context.now);
  const plan = due.length === 0 ? null : claim?.promise ? planAsPromised(journal, order, due, sourcing, claim) : planLines(journal, order, due, sourcing, "CAPTURE");
  const beyond = beyondPreorders(journal, ahead);
  if (command.isSold !== true && ((plan?.unplaced.length ?? 0) > 0 || beyond > 0) && (plan === null ? channel.whenUnavailable : whenUnavailable(plan, channel)) === "refuse") {
    if (claim) for (const line of claim.lines) journal.book.changeSoft(line.itemId, line.nodeId, line.quantity);
    const no = refuse("INSUFFICIENT_STOCK", beyond > 0 ? `${beyond} units are more than may be pre-ordered.` : plan?.reason ?? "", {
      data: { unplaced: (plan?.unplaced ?? []).map(({ lineNo, quantity }) => ({ line: lineNo, quantity })) },
    });
    facts.refused.set(order.id, no.refusal);
    return no;
  }
  if (claim) {
    const converted = convert(journal, claim);
    facts.claims.set(claim.id, converted);
    facts.converted.push(converted);
  }
  journal.addOrder(order);
  screening.accept(order);
  contacts.set(order.id, value.settled.contact);
  const event = journal.event("OrderCaptured", order.id, {
    channel: channel.code, external_id: order.externalId, lines: order.lines.filter(({ parentLineNo }) => parentLineNo === null).length, total_minor: order.totalMinor, currency: order.currency,
    holds: order.holds.map((hold) => hold.kind), ...priceData(priceDifferences(order.lines, order.currency, channel.priceCheck)), ...(found.rejected ? { rejected: true } : {}),
  }, { occurredAt: order.placedAt });
  for (const line of held) journal.move(event, order, line, null, "pending", line.ordered, null);
  if (plan) applyPlan(journal, order, due, plan, sourcing, "CAPTURE");
  preorder(journal, event, order, ahead, sourcing);
  return done(captured(order, sourcing.nodes, plan?.reason ?? null), true);
}

function convert(journal: Journal, claim: SoftClaim): SoftClaim {
  journal.event("ClaimReleased", null, { claim: publicId("claim", claim.id), converted: true });
  return { ...claim, status: "converted" };
}

function captured(order: Order, nodes: readonly Node[], reason: string | null): AnswerBody {
  return {
    id: publicId("order", order.id), number: order.number, external_id: order.externalId, status: statusOf(order), commercial_version: order.commercialVersion,
    holds: openHolds(order.holds).map((hold) => ({ hold_no: hold.holdNo, kind: hold.kind, reason: hold.reason })),
    shipments: order.shipments.map((shipment) => ({
      id: shipmentId(order.id, shipment.shipmentNo), node: nodes.find((node) => node.id === shipment.nodeId)?.code ?? null,
      lines: [...shipment.lines].map(([lineNo, stages]) => ({ line: lineNo, quantity: stages.reserved })),
    })),
    reason,
  };
}
