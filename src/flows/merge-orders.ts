import { mergingOf, nextRelease, type Parcelled, releaseAlong, releasePlanned, shareParcels, waitsForOthers, windowEnds } from "../domain/fulfillment/index.ts";
import { DAY } from "../domain/kernel/index.ts";
import { type Order, recipientOf } from "../domain/order/index.ts";
import { openOrders, sourcingFacts } from "./act-on-orders.ts";
import type { BillingTransaction } from "./billing-store.ts";
import { despite, findAwake, NO_DEFECTS } from "./defects.ts";
import type { Ambient, Transaction } from "./ports.ts";
import { saveSettled } from "./settle-supply.ts";

/** Orders that wait, those whose time comes soonest, among which others of the same customer are looked for. */
export const MATES_LOOKED_AT = 1_000;
const LONGEST_WAIT_MS = DAY;
/** Orders that a round of the sweep releases. */
export const DUE_AT_ONCE = 50;

/** An order that waits for others of its customer, and until when. */
export interface MergeWait {
  readonly orderId: string;
  readonly until: number;
}

export interface MergeTransaction extends BillingTransaction {
  /** A later wait of an order replaces its earlier one. */
  saveMergeWaits(waits: readonly MergeWait[]): Promise<void>;
  /** Orders that wait until a time or less long, the first to go first. */
  findMergeWaits(until: number, limit: number): Promise<readonly string[]>;
  dropMergeWaits(orderIds: readonly string[]): Promise<void>;
}

export interface MergeStore {
  transact<T>(tenantId: number, work: (tx: MergeTransaction) => Promise<T>): Promise<T>;
}

/** Orders that are to be released: those that go as they are, and those that may share parcels and wait no longer. The others wait, and are noted. */
export interface SplitByMerging {
  readonly plain: readonly Order[];
  readonly due: readonly string[];
}

/** Sorts locked orders by whether they wait for others of their customer. Where no strategy wants that, it asks for nothing. What cannot be released before a store opens is noted for then. */
export async function splitByMerging(tx: MergeTransaction, orders: readonly Order[], ambient: Ambient): Promise<SplitByMerging> {
  const now = ambient.now();
  await noteStoreWaits(tx, orders, ambient, now);
  const wanted = orders.length > 0 && (await wantsMerging(tx, now));
  if (!wanted) return { plain: orders, due: [] };
  const { facts } = await openOrders(tx, orders.map(({ id }) => id), ambient, now);
  const [plain, due, waits]: [Order[], string[], MergeWait[]] = [[], [], []];
  for (const order of facts.orders.values()) {
    const own = sourcingFacts(facts, order);
    const merging = mergingOf(order, own);
    if (merging === null) plain.push(order);
    else if (waitsForOthers(order, merging, own, now)) waits.push({ orderId: order.id, until: windowEnds(order, merging) });
    else due.push(order.id);
  }
  await tx.saveMergeWaits(waits);
  return { plain, due };
}

/** Goods for a store that is closed until a time wait with those that wait for others: no event marks the moment in which they may go. */
async function noteStoreWaits(tx: MergeTransaction, orders: readonly Order[], ambient: Ambient, now: number): Promise<void> {
  const coming = orders.filter(({ shipments }) => shipments.some(({ status, document }) => status === "PLANNED" && document.to_store !== undefined));
  if (coming.length === 0) return;
  const { facts } = await openOrders(tx, coming.map(({ id }) => id), ambient, now);
  await tx.saveMergeWaits(storeWaits([...facts.orders.values()].map((order) => ({ order, facts: sourcingFacts(facts, order) })), now));
}

const storeWaits = (orders: readonly Pick<Parcelled, "order" | "facts">[], now: number): readonly MergeWait[] => orders.flatMap(({ order, facts }): MergeWait[] => {
  const until = nextRelease(order, facts, now);
  return until === null ? [] : [{ orderId: order.id, until }];
});

const wantsMerging = async (tx: Transaction, now: number): Promise<boolean> => [...(await tx.loadStrategies(now)).values()].some(({ groups }) => groups.some(({ merge }) => merge !== undefined));

/** Tells nodes of orders that wait no longer, in one commit: what can go in a parcel with other unreleased orders of the same customer goes with them. What a hold blocks stays. */
export async function releaseTogether(store: MergeStore, tenantId: number, due: readonly string[], ambient: Ambient): Promise<void> {
  if (due.length === 0) return;
  await store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const isDue = new Set(due);
    const looked = [...new Set([...due, ...(await tx.findMergeWaits(now + LONGEST_WAIT_MS, MATES_LOOKED_AT))])];
    const mayBe = await recipientsOf(tx, looked);
    const wanted = new Set(due.flatMap((id) => mayBe.get(id) ?? []));
    const ids = looked.filter((id) => isDue.has(id) || wanted.has(mayBe.get(id) ?? ""));
    const { facts, journal } = await openOrders(tx, ids, ambient, now, { actor: "journey" });
    // A channel may have changed an address until the orders were locked.
    const recipients = await recipientsOf(tx, ids);
    const byRecipient = new Map<string, Parcelled[]>();
    // A channel that releases by hand only since its orders wait leaves them to a person.
    const released = [...facts.orders.values()].map((order) => ({ order, facts: sourcingFacts(facts, order) })).filter((one) => one.facts.channel.autoRelease);
    for (const one of released) {
      const merging = mergingOf(one.order, one.facts);
      const recipient = recipients.get(one.order.id) ?? null;
      if (merging && recipient !== null) byRecipient.set(recipient, [...(byRecipient.get(recipient) ?? []), { ...one, merging }]);
    }
    for (const parties of byRecipient.values()) for (const part of shareParcels(journal, parties, (id) => isDue.has(id))) releaseAlong(journal, part, now);
    for (const one of released) if (isDue.has(one.order.id)) releasePlanned(journal, one.order, one.facts, now);
    journal.close();
    await tx.dropMergeWaits(due);
    await tx.saveMergeWaits(storeWaits(released, now));
    await saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes });
  });
}

const recipientsOf = async (tx: MergeTransaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> =>
  new Map([...(await tx.loadContacts(orderIds))].map(([id, contact]) => [id, recipientOf(contact)]));

/** Releases orders whose window has ended; returns how many it took up. */
export async function releaseEndedWaits(store: MergeStore, tenantId: number, ambient: Ambient, defects = NO_DEFECTS): Promise<number> {
  const due = await findAwake(defects, DUE_AT_ONCE, (limit) => store.transact(tenantId, (tx) => tx.findMergeWaits(ambient.now(), limit)));
  await despite(defects, due, (ids) => releaseTogether(store, tenantId, ids, ambient));
  return due.length;
}
