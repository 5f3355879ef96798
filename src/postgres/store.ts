import type pg from "pg";
import { assert } from "../domain/kernel/index.ts";
import type { Journal } from "../domain/order/index.ts";
import type { BillingTransaction } from "../flows/billing-store.ts";
import type { BulkTransaction } from "../flows/bulk-store.ts";
import type { GateTransaction } from "../flows/channel-gates.ts";
import type { MergeTransaction } from "../flows/merge-orders.ts";
import type { ClosureTransaction, LookStore } from "../flows/closure-store.ts";
import type { AnswerBody } from "../flows/ports.ts";
import type { StrategyTransaction } from "../flows/strategy-store.ts";
import type { WatchTransaction } from "../flows/watch-store.ts";
import { readCapacity } from "./capacity.ts";
import { findDueClaims, lockClaims, saveClaims } from "./claims.ts";
import { saveDeadlines, watchStatements } from "./deadlines.ts";
import { bulkStatements } from "./bulk-actions.ts";
import { closures } from "./closures.ts";
import { deskStatements } from "./order-desk.ts";
import { atOneMoment, inTransaction, type Session, withRetry } from "./database.ts";
import { appendEvents } from "./events.ts";
import { FactCache, type FactView } from "./fact-cache.ts";
import { loadNodeBeginnings, lockFacts, saveChannels, saveItems, saveNodes } from "./facts.ts";
import { findClaimants, loadPromisable, loadWaitingLines, lockInbound, lockSupplyOrders, saveInbound, saveSupplyOrders } from "./inbound.ts";
import { gates } from "./gates.ts";
import { loadAnswers, saveAnswers } from "./idempotency.ts";
import { invoiceStatements } from "./invoices.ts";
import { insertDecisions, insertLineMovements, insertStockMovements, saveExceptions } from "./ledgers.ts";
import { findUnidentifiedOrders, loadListings, loadTombstones, saveListings, saveTombstones } from "./listing-facts.ts";
import { mergeWaits } from "./merge-waits.ts";
import { loadContacts } from "./order-changes.ts";
import { findPrices, loadPriceLists, loadPrices, savePriceLists, savePrices } from "./prices.ts";
import { insertOrders, loadKnownOrders, lockOrders, takeOrderNumbers, updateOrders } from "./orders.ts";
import { loadShippingFactVersions, saveShippingFacts } from "./shipping-facts.ts";
import { findOverdueShipments, findPlannedOrders, findUncollected, findUnreleasedOrders, loadShipments, saveShipments } from "./shipments.ts";
import { Supply } from "./stock.ts";
import { createSimulation } from "./simulations.ts";
import { dropStrategyDraft, lockStrategy, saveStrategyVersion, withdrawStrategyVersion } from "./strategies.ts";
import { loadHistory, saveTraces } from "./traces.ts";
import { findDueHolds, findExpiredBackorders, findLaunchedOrders, findServableOrders, findWaitingOrders } from "./work.ts";

type StoreTransaction = BillingTransaction & StrategyTransaction & WatchTransaction & ClosureTransaction & GateTransaction & MergeTransaction & BulkTransaction;
/** The store of every flow. */
export interface PostgresStore extends LookStore {
  transact<T>(tenantId: number, work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
}

/** The store of the flows on PostgreSQL: one transaction per batch, retried whole when the database asks for it. */
export function postgresStore(pool: pg.Pool): PostgresStore {
  const facts = new FactCache();
  const open = (session: Session, tenantId: number, locking: boolean): StoreTransaction => {
    const view = facts.view(session, tenantId);
    return transaction(session, view, new Supply(session, (now) => view.nodes(now), locking));
  };
  return {
    transact: (tenantId, work) => withRetry((locking) => inTransaction(pool, tenantId, (session) => work(open(session, tenantId, locking)))),
    look: (tenantId, work) => atOneMoment(pool, tenantId, (session) => work(open(session, tenantId, false))),
  };
}

function transaction(session: Session, facts: FactView, supply: Supply): StoreTransaction {
  return {
    loadContacts: (orderIds) => loadContacts(session, orderIds),
    loadListings: (identities) => loadListings(session, identities),
    saveListings: (listings) => saveListings(session, listings),
    loadTombstones: (identities) => loadTombstones(session, identities),
    saveTombstones: (tombstones) => saveTombstones(session, tombstones),
    findUnidentifiedOrders: (variant, limit) => findUnidentifiedOrders(session, variant, limit),
    loadAnswers: (keys) => loadAnswers(session, keys),
    saveAnswers: (answers) => saveAnswers(session, answers),
    loadKnownOrders: (identities) => loadKnownOrders(session, identities),
    takeOrderNumbers: (count) => takeOrderNumbers(session, count),
    loadChannels: (now) => facts.channels(now),
    loadNodes: (now) => facts.nodes(now), loadNodeBeginnings: (now) => loadNodeBeginnings(session, now), lockFacts: () => lockFacts(session),
    loadBacklog: (now) => facts.backlog(now),
    loadStrategies: (now) => facts.strategies(now),
    lockStrategy: (code, version) => lockStrategy(session, code, version),
    saveStrategyVersion: (strategy, version) => saveStrategyVersion(session, strategy, version),
    withdrawStrategyVersion: (withdrawal) => withdrawStrategyVersion(session, withdrawal),
    dropStrategyDraft: (code) => dropStrategyDraft(session, code), createSimulation: (simulation) => createSimulation(session, simulation),
    loadShippingFacts: (now) => facts.shipping(now),
    loadShippingFactVersions: (from) => loadShippingFactVersions(session, from),
    loadItemsBySku: (skus, now) => facts.itemsBySku(skus, now),
    loadItems: (ids, now) => facts.items(ids, now),
    findPrices: (lookups) => findPrices(session, lookups),
    loadPriceLists: (codes) => loadPriceLists(session, codes),
    savePriceLists: (lists) => savePriceLists(session, lists),
    loadPrices: (names, now) => loadPrices(session, names, now),
    savePrices: (prices) => savePrices(session, prices),
    lockOrders: async (ids) => {
      const orders = await lockOrders(session, ids);
      await loadShipments(session, orders);
      return orders;
    },
    readSupply: (itemIds, now) => supply.read(itemIds, now),
    lockSupply: (itemIds, now) => supply.lock(itemIds, now),
    lockClaims: (ids) => lockClaims(session, ids),
    lockInbound: async (book, itemIds, lines) => {
      await supply.confirm(book, itemIds);
      return lockInbound(session, itemIds, lines);
    },
    loadWaitingLines: (itemIds) => loadWaitingLines(session, itemIds),
    lockSupplyOrders: (orderIds, supplyIds, references) => lockSupplyOrders(session, orderIds, supplyIds, references),
    saveSupplyOrders: (orders) => saveSupplyOrders(session, orders),
    loadPromisable: (itemIds) => loadPromisable(session, itemIds),
    findLaunchedOrders: (now, limit) => findLaunchedOrders(session, now, limit),
    findClaimants: (supplyIds, limit) => findClaimants(session, supplyIds, limit),
    findWaitingOrders: (itemIds, limit) => findWaitingOrders(session, itemIds, limit),
    findPlannedOrders: (nodeId, itemId, limit) => findPlannedOrders(session, nodeId, itemId, limit),
    findUncollected: (stores, limit) => findUncollected(session, stores, limit),
    findUnreleasedOrders: (after, limit) => findUnreleasedOrders(session, after, limit),
    findOverdueShipments: (now, limit) => findOverdueShipments(session, now, limit),
    findDueHolds: (now, limit) => findDueHolds(session, now, limit),
    findExpiredBackorders: (now, limit) => findExpiredBackorders(session, now, limit),
    findDueClaims: (now, limit) => findDueClaims(session, now, limit),
    readCapacity: async (now) => readCapacity(session, await facts.nodes(now), now, false), findServableOrders: (now, after, limit, fullNodes = []) => findServableOrders(session, now, after, limit, fullNodes),
    loadHistory: (channelIds, queries) => loadHistory(session, channelIds, queries),
    saveTraces: (traces) => saveTraces(session, traces),
    saveItems: (items) => saveItems(session, items),
    saveNodes: (nodes) => saveNodes(session, nodes),
    saveChannels: (channels) => saveChannels(session, channels),
    saveShippingFacts: (changes) => saveShippingFacts(session, changes),
    saveClaims: (claims) => saveClaims(session, claims),
    save: (journal, contacts) => save(session, supply, facts, journal, contacts ?? new Map()),
    // The spreads stand last: behind them, V8 would keep every property's map, and with it whatever this transaction reads until the next full collection.
    ...watchStatements(session), ...closures(session), ...deskStatements(session), ...bulkStatements(session),
    ...gates(session), ...invoiceStatements(session), ...mergeWaits(session),
  };
}

/** Everything a batch decided, table by table. Stock comes late and events last, because others wait for their rows until commit. */
async function save(session: Session, supply: Supply, facts: FactView, journal: Journal, contacts: ReadonlyMap<string, AnswerBody>): Promise<void> {
  assert(journal.inbound !== null || journal.changedWaiting().length === 0, "what waits has settled its claims on inbound goods");
  await Promise.all([
    insertOrders(session, journal.newOrders, contacts),
    updateOrders(session, journal, contacts),
    saveShipments(session, journal),
    insertLineMovements(session, journal.lineMovements),
    insertStockMovements(session, journal.stockMovements),
    insertDecisions(session, journal.decisions),
    saveExceptions(session, journal.exceptions, journal.resolvedLines(), journal.book.settledPlaces()),
    saveDeadlines(session, journal, () => facts.channels(journal.context.now)),
    supply.confirm(journal.book),
    journal.inbound === null ? undefined : saveInbound(session, journal.inbound),
  ]);
  await Promise.all([supply.save(journal.book), appendEvents(session, journal.events)]);
}
