import type pg from "pg";
import type { Journal } from "../domain/order/index.ts";
import type { AnswerBody, Store, Transaction } from "../flows/ports.ts";
import { findDueClaims, lockClaims, saveClaims } from "./claims.ts";
import { inTransaction, type Session, withRetry } from "./database.ts";
import { appendEvents } from "./events.ts";
import { loadChannels, loadItems, loadItemsBySku, loadNodes, saveChannels, saveItems, saveNodes } from "./facts.ts";
import { loadAnswers, saveAnswers } from "./idempotency.ts";
import { insertDecisions, insertLineMovements, insertStockMovements, saveExceptions } from "./ledgers.ts";
import { insertOrders, loadKnownOrders, lockOrders, takeOrderNumbers, updateOrders } from "./orders.ts";
import { findOverdueShipments, findPlannedOrders, loadShipments, saveShipments } from "./shipments.ts";
import { loadSupplies, lockSupply, saveStock, saveSupplies } from "./stock.ts";
import { findDueExclusions, findDueHolds, findWaitingOrders } from "./work.ts";

/** The store of the flows on PostgreSQL: one transaction per batch, retried whole when the database asks for it. */
export const postgresStore = (pool: pg.Pool): Store => ({
  transact: (tenantId, work) => withRetry(() => inTransaction(pool, tenantId, (session) => work(transaction(session)))),
});

function transaction(session: Session): Transaction {
  return {
    loadAnswers: (keys) => loadAnswers(session, keys),
    saveAnswers: (answers) => saveAnswers(session, answers),
    loadKnownOrders: (identities) => loadKnownOrders(session, identities),
    takeOrderNumbers: (count) => takeOrderNumbers(session, count),
    loadChannels: (now) => loadChannels(session, now),
    loadNodes: (now) => loadNodes(session, now),
    loadItemsBySku: (skus, now) => loadItemsBySku(session, skus, now),
    loadItems: (ids, now) => loadItems(session, ids, now),
    lockOrders: async (ids) => {
      const orders = await lockOrders(session, ids);
      await loadShipments(session, orders);
      return orders;
    },
    lockSupply: (itemIds, now) => lockSupply(session, itemIds, now),
    lockClaims: (ids) => lockClaims(session, ids),
    loadSupplies: (ids) => loadSupplies(session, ids),
    findWaitingOrders: (itemIds, limit) => findWaitingOrders(session, itemIds, limit),
    findPlannedOrders: (nodeId, itemId, limit) => findPlannedOrders(session, nodeId, itemId, limit),
    findOverdueShipments: (now, limit) => findOverdueShipments(session, now, limit),
    findDueHolds: (now, limit) => findDueHolds(session, now, limit),
    findDueClaims: (now, limit) => findDueClaims(session, now, limit),
    findDueExclusions: (now, limit) => findDueExclusions(session, now, limit),
    saveItems: (items) => saveItems(session, items),
    saveNodes: (nodes) => saveNodes(session, nodes),
    saveChannels: (channels) => saveChannels(session, channels),
    saveClaims: (claims) => saveClaims(session, claims),
    saveSupplies: (supplies) => saveSupplies(session, supplies),
    save: (journal, contacts) => save(session, journal, contacts ?? new Map()),
  };
}

/** Everything a batch decided, table by table; events last, because their counter's row is held until commit. */
async function save(session: Session, journal: Journal, contacts: ReadonlyMap<string, AnswerBody>): Promise<void> {
  await insertOrders(session, journal.newOrders, contacts);
  await updateOrders(session, journal);
  await saveShipments(session, journal);
  await insertLineMovements(session, journal.lineMovements);
  await insertStockMovements(session, journal.stockMovements);
  await saveStock(session, journal.book);
  await insertDecisions(session, journal.decisions);
  await saveExceptions(session, journal.exceptions, journal.resolvedLines());
  await appendEvents(session, journal.events);
}
