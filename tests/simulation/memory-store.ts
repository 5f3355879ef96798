import type { Item } from "../../src/domain/catalog/index.ts";
import { type CapacityBook, StockBook, type Supply as BookedSupply, SupplyBook } from "../../src/domain/inventory/index.ts";
import { lineMayRoute, openHolds, type Order, stockExpires, waitingOf } from "../../src/domain/order/index.ts";
import { shippingFactsOf } from "../../src/domain/shipping/index.ts";
import type { Dated, Store, Transaction } from "../../src/flows/ports.ts";
import { applyEvents, applyJournal, bind, check } from "./apply.ts";
import { Changes, copyOrder, type Database, factsAt, identityOf } from "./database.ts";
import { Conflict, type Holder, Locks } from "./locks.ts";
import { Crashed, type Scheduler } from "./scheduler.ts";
import { StockMoved, Supply } from "./supply.ts";

/** The commit was sent and no answer came. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
}

/** How calls take turns: one after the other (the default), or interleaved by a scheduler, with row locks. */
export interface Turns {
  readonly scheduler: Scheduler;
  readonly locks: Locks;
}

const ATTEMPTS = 6;

/** A store for one process of the system. Without turns, each transaction runs alone. */
export function memoryStore(db: Database, turns: Turns | null = null, process = 0): Store {
  let line: Promise<unknown> = Promise.resolve();
  const attemptAll = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOnce(db, turns, process, attempt > 1, work);
      } catch (error) {
        if (!(error instanceof Conflict || error instanceof StockMoved) || attempt === ATTEMPTS) throw error;
      }
    }
  };
  return {
    transact(_tenantId, work) {
      if (turns) return attemptAll(work);
      const next = line.then(() => attemptAll(work));
      line = next.catch(() => undefined);
      return next;
    },
  };
}

/** A connection does one thing after the other, in the order in which it was asked, and nothing after what failed. */
function inOrder(tx: Transaction): Transaction {
  let line: Promise<unknown> = Promise.resolve();
  return new Proxy(tx, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== "function") return call;
      return (...values: unknown[]): Promise<unknown> => {
        const answer = line.then((): unknown => Reflect.apply(call, target, values));
        line = answer;
        return answer;
      };
    },
  });
}

type Write = (changes: Changes) => void;

async function attemptOnce<T>(db: Database, turns: Turns | null, process: number, locking: boolean, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const holder: Holder = { process, held: new Set(), waitsFor: null };
  const tx = new MemoryTransaction(db, turns, holder, locking);
  let result: T | undefined;
  try {
    result = await work(inOrder(tx));
    await turns?.scheduler.point(process);
    commit(db, tx.writes);
  } catch (error) {
    if (db.mutant === "half a commit" && error instanceof Crashed) commit(db, tx.writes.slice(0, Math.floor(tx.writes.length / 2)));
    if (db.mutant === "early acknowledgement" && error instanceof Crashed && result !== undefined) return result;
    throw error;
  } finally {
    turns?.locks.release(holder);
  }
  await turns?.scheduler.point(process).catch(() => {
    throw new OutcomeUnknown("committed, but the answer was lost");
  });
  return result;
}

function commit(db: Database, writes: readonly Write[]): void {
  const changes = new Changes();
  try {
    for (const write of writes) write(changes);
  } catch (error) {
    changes.rollBack();
    throw error;
  }
  if (writes.length > 0) db.commits += 1;
}

class MemoryTransaction implements Transaction {
  readonly #db: Database;
  readonly #turns: Turns | null;
  readonly #holder: Holder;
  readonly #supply: Supply;
  readonly writes: Write[] = [];

  constructor(db: Database, turns: Turns | null, holder: Holder, locking: boolean) {
    this.#db = db;
    this.#turns = turns;
    this.#holder = holder;
    this.#supply = new Supply(db, { turn: () => this.#turn(), lock: (kind, ids) => this.#lock(kind, ids) }, locking);
  }

  /** Every store call is a point where another task may go on or the process may die. */
  async #turn(): Promise<void> {
    await this.#turns?.scheduler.point(this.#holder.process);
  }

  async #lock(kind: string, ids: Iterable<string>): Promise<void> {
    for (const id of [...new Set(ids)].toSorted()) await this.#turns?.locks.acquire(this.#holder, `${kind} ${id}`);
  }

  /** A unique index: the second writer of a key waits for the first, and then fails or goes on. */
  async #claimKey(kind: string, keys: readonly string[], taken: (key: string) => boolean): Promise<void> {
    for (const key of keys) {
      await this.#lock(kind, [key]);
      if (taken(key)) throw new Conflict("23505", `${kind} ${key} is there already`);
    }
  }

  async loadAnswers(keys: readonly string[]): ReturnType<Transaction["loadAnswers"]> {
    await this.#turn();
    return new Map(keys.flatMap((key) => {
      const answer = this.#db.answers.get(key);
      return answer ? [[key, answer] as const] : [];
    }));
  }

  async saveAnswers(answers: Parameters<Transaction["saveAnswers"]>[0]): Promise<void> {
    await this.#turn();
    await this.#claimKey("key", [...answers.keys()], (key) => this.#db.answers.has(key));
    if (this.#db.mutant === "answers forgotten") return;
    const write: Write = (changes) => {
      for (const [key, answer] of answers) changes.set(this.#db.answers, key, answer);
    };
    if (this.#db.mutant === "answers in a commit of their own") commit(this.#db, [write]);
    else this.writes.push(write);
  }

  async loadKnownOrders(identities: Parameters<Transaction["loadKnownOrders"]>[0]): ReturnType<Transaction["loadKnownOrders"]> {
    await this.#turn();
    if (this.#db.mutant === "external id not unique") return new Map();
    return new Map(identities.flatMap((identity) => {
      const order = this.#db.orders.get(this.#db.identities.get(identityOf(identity)) ?? "");
      return order ? [[identityOf(identity), { id: order.id, number: order.number, status: order.status, sourceHash: order.sourceHash }] as const] : [];
    }));
  }

  /** A sequence: what is taken stays taken. */
  async takeOrderNumbers(count: number): Promise<readonly number[]> {
    await this.#turn();
    return Array.from({ length: count }, () => ++this.#db.orderNumber);
  }

  async loadChannels(now: number): ReturnType<Transaction["loadChannels"]> {
    await this.#turn();
    return factsAt(this.#db.channels, now);
  }

  async loadBacklog(): ReturnType<Transaction["loadBacklog"]> {
    return () => 0;
  }

  async loadStrategies(): ReturnType<Transaction["loadStrategies"]> {
    return new Map();
  }

  async loadNodes(now: number): ReturnType<Transaction["loadNodes"]> {
    await this.#turn();
    return factsAt(this.#db.nodes, now);
  }

  async loadNodeBeginnings(now: number): ReturnType<Transaction["loadNodeBeginnings"]> {
    await this.#turn();
    const held = [...this.#db.nodes.values()].flatMap((versions) => versions.findLast(({ validFrom }) => validFrom <= now) ?? []);
    return new Map(held.map(({ fact: { code }, validFrom }) => [code, validFrom]));
  }

  async loadItemsBySku(skus: readonly string[], now: number): Promise<readonly Item[]> {
    await this.#turn();
    return factsAt(this.#db.items, now).filter((item) => skus.includes(item.sku));
  }

  async loadItems(ids: readonly string[], now: number): Promise<readonly Item[]> {
    await this.#turn();
    return factsAt(this.#db.items, now).filter((item) => ids.includes(item.id));
  }

  /** There are no price lists in this world. */
  async findPrices(lookups: Parameters<Transaction["findPrices"]>[0]): ReturnType<Transaction["findPrices"]> {
    await this.#turn();
    return lookups.map(() => []);
  }

  async lockOrders(ids: readonly string[]): Promise<readonly Order[]> {
    await this.#turn();
    const there = ids.filter((id) => this.#db.orders.has(id)).toSorted();
    if (this.#db.mutant !== "no order lock") await this.#lock("order", there);
    return there.flatMap((id) => {
      const order = this.#db.orders.get(id);
      return order ? [{ ...copyOrder(order), decisions: this.#db.decisionNumbers.get(id) ?? 0 }] : [];
    });
  }

  readSupply = (itemIds: readonly string[], now: number): Promise<StockBook> => this.#supply.readFreely(itemIds, now);
  lockSupply = (itemIds: readonly string[], now: number | null): Promise<StockBook> => this.#supply.lock(itemIds, now);

  async lockClaims(ids: readonly string[]): ReturnType<Transaction["lockClaims"]> {
    await this.#turn();
    const there = ids.filter((id) => this.#db.claims.has(id)).toSorted();
    if (this.#db.mutant !== "no claim lock") await this.#lock("claim", there);
    return there.flatMap((id) => this.#db.claims.get(id) ?? []);
  }

  /** No channel of the simulation screens its orders. */
  async loadHistory(): ReturnType<Transaction["loadHistory"]> {
    return [];
  }

  async saveTraces(): Promise<void> {}

  /** Nor is any throttled. */
  async takeGateTimes(_gate: unknown, _count: number, _everyMs: number, now: number): Promise<number> {
    return now;
  }

  /** Worlds of the simulation ship at no carrier's price. */
  async loadShippingFacts(): ReturnType<Transaction["loadShippingFacts"]> {
    return shippingFactsOf([]);
  }

  /** Nobody changes facts here. */
  async lockFacts(): Promise<void> {}

  async loadShippingFactVersions(): ReturnType<Transaction["loadShippingFactVersions"]> {
    return [];
  }

  async saveShippingFacts(): Promise<void> {}

  async lockInbound(book: StockBook, itemIds: readonly string[], lines: Parameters<Transaction["lockInbound"]>[2]): Promise<SupplyBook> {
    await this.#supply.confirm(book, itemIds);
    await this.#turn();
    const wanted = (): BookedSupply[] => [...this.#db.supplies.values()].filter((supply) => itemIds.includes(supply.itemId) && (supply.closedAt === null || supply.claimed > 0));
    await this.#lock("supply", wanted().map(({ id }) => id));
    const ofLines = new Set(lines?.map(({ orderId, lineNo }) => `${orderId}|${lineNo}`));
    const claims = [...this.#db.supplyClaims.values()].filter((claim) => claim.quantity > 0 && (lines === null ? itemIds.includes(claim.itemId) : ofLines.has(`${claim.orderId}|${claim.lineNo}`)));
    return new SupplyBook(wanted(), claims);
  }

  async loadWaitingLines(itemIds: readonly string[]): ReturnType<Transaction["loadWaitingLines"]> {
    await this.#turn();
    return [...this.#db.orders.values()].flatMap((order) => order.lines.flatMap((line) => (itemIds.includes(line.itemId) && waitingOf(line) > 0 ? [{
      orderId: order.id, lineNo: line.lineNo, itemId: line.itemId, units: waitingOf(line), channelId: order.channelId, node: line.document.node, attributes: order.document.attributes,
    }] : [])));
  }

  /** Nobody writes documents of inbound goods in this world. */
  async lockSupplyOrders(): ReturnType<Transaction["lockSupplyOrders"]> {
    return { orders: [], supplies: [] };
  }

  async saveSupplyOrders(): Promise<void> {}

  async findClaimants(supplyIds: readonly string[], limit: number): Promise<readonly string[]> {
    await this.#turn();
    return [...new Set([...this.#db.supplyClaims.values()].filter(({ supplyId, quantity }) => quantity > 0 && supplyIds.includes(supplyId)).map(({ orderId }) => orderId))].toSorted().slice(0, limit);
  }

  async findWaitingOrders(itemIds: readonly string[], limit: number): Promise<readonly string[]> {
    await this.#turn();
    if (this.#db.mutant === "waiting orders not found") return [];
    return this.#orderIds((order) => order.lines.some((line) => itemIds.includes(line.itemId) && lineMayRoute(order, line.lineNo) && line.units.pending + line.units.backordered > 0)).slice(0, limit);
  }

  async findPlannedOrders(nodeId: string, itemId: string | null, limit: number): Promise<readonly string[]> {
    await this.#turn();
    const reserves = (order: Order, shipment: Order["shipments"][number]): boolean =>
      itemId === null || [...shipment.lines].some(([lineNo, stages]) => stages.reserved > 0 && order.lines.some((line) => line.lineNo === lineNo && line.itemId === itemId));
    return this.#orderIds((order) => order.shipments.some((one) => one.nodeId === nodeId && one.status === "PLANNED" && reserves(order, one))).toReversed().slice(0, limit);
  }

  async findUnreleasedOrders(after: string | null, limit: number): Promise<readonly string[]> {
    await this.#turn();
    return this.#orderIds((order) => order.shipments.some(({ status }) => status === "PLANNED")).filter((id) => after === null || id > after).slice(0, limit);
  }

  async findOverdueShipments(now: number, limit: number): Promise<readonly string[]> {
    await this.#turn();
    const channels = new Map(factsAt(this.#db.channels, now).map((channel) => [channel.id, channel]));
    return this.#orderIds((order) => {
      const minutes = channels.get(order.channelId)?.routing.acceptWithinMinutes ?? null;
      return minutes !== null && order.shipments.some((one) => one.status === "RELEASED" && one.stateSince <= now - minutes * 60_000);
    }).slice(0, limit);
  }

  async findUncollected(stores: readonly { readonly code: string; readonly since: number }[], limit: number): Promise<readonly string[]> {
    await this.#turn();
    return this.#orderIds((order) => order.shipments.some((one) => one.status === "AT_STORE" && stores.some(({ code, since }) => one.document.to_store === code && one.stateSince <= since))).slice(0, limit);
  }

  async findDueHolds(now: number, limit: number): Promise<readonly string[]> {
    await this.#turn();
    return this.#orderIds((order) => openHolds(order.holds).some((hold) => stockExpires(hold.kind) && hold.dueAt !== null && hold.dueAt <= now)).slice(0, limit);
  }

  /** No item of the simulation has a launch ahead, or a limit of who may wait. */
  async findLaunchedOrders(): Promise<readonly string[]> {
    return [];
  }

  async loadPromisable(): ReturnType<Transaction["loadPromisable"]> {
    return new Map();
  }

  /** No channel of the simulation limits how long its orders wait. */
  async findExpiredBackorders(): ReturnType<Transaction["findExpiredBackorders"]> {
    return [];
  }

  async findDueClaims(now: number, limit: number): Promise<readonly string[]> {
    await this.#turn();
    return [...this.#db.claims.values()].filter((claim) => claim.status === "open" && claim.expiresAt <= now).map((claim) => claim.id).slice(0, limit);
  }

  async readCapacity(now: number): Promise<CapacityBook> {
    return (await this.readSupply([], now)).capacity;
  }

  async findServableOrders(now: number, after: string | null, limit: number): Promise<readonly string[]> {
    await this.#turn();
    if (this.#db.mutant === "waiting orders not found") return [];
    const items = new Map(factsAt(this.#db.items, now).map((item) => [item.id, item]));
    const book = new StockBook([...this.#db.stock.values()], []);
    const nodes = factsAt(this.#db.nodes, now).filter((node) => node.status === "online" && (node.operations.pausedUntil ?? 0) <= now);
    const limits = new Map(factsAt(this.#db.channels, now).map((channel) => [channel.id, channel.routing.attemptLimit]));
    return this.#orderIds((order) => order.lines.some((line) => {
      const item = items.get(line.itemId);
      if (!item || !waits(order, line.lineNo) || !lineMayRoute(order, line.lineNo) || (line.units.backordered === 0 && line.attempts >= (limits.get(order.channelId) ?? 0))) return false;
      const away = new Set(order.excluded.filter((one) => one.lineNo === line.lineNo && one.until > now).map((one) => one.nodeId));
      return nodes.some((node) => !away.has(node.id) && book.available(item, node.id) > 0);
    })).filter((id) => after === null || id > after).slice(0, limit);
  }

  #orderIds(matches: (order: Order) => boolean): string[] {
    return [...this.#db.orders.values()].filter(matches).map((order) => order.id).toSorted();
  }

  async saveItems(items: readonly Dated<Item>[]): Promise<void> {
    await this.#saveFacts(this.#db.items, items);
    this.writes.push((changes) => {
      for (const { fact } of items) if (!this.#db.demand.has(fact.id)) changes.set(this.#db.demand, fact.id, { itemId: fact.id, pending: 0, waiting: 0, soft: 0 });
    });
  }

  saveNodes = (nodes: Parameters<Transaction["saveNodes"]>[0]): Promise<void> => this.#saveFacts(this.#db.nodes, nodes);
  saveChannels = (channels: Parameters<Transaction["saveChannels"]>[0]): Promise<void> => this.#saveFacts(this.#db.channels, channels);

  async #saveFacts<T extends { readonly id: string }>(map: Map<string, readonly Dated<T>[]>, facts: readonly Dated<T>[]): Promise<void> {
    if (facts.length === 0) return;
    await this.#turn();
    await this.#lock("fact", facts.map(({ fact }) => fact.id));
    this.writes.push((changes) => {
      for (const dated of facts) {
        const others = (map.get(dated.fact.id) ?? []).filter((one) => one.validFrom !== dated.validFrom);
        changes.set(map, dated.fact.id, [...others, dated].toSorted((a, b) => a.validFrom - b.validFrom));
      }
    });
  }

  async saveClaims(claims: Parameters<Transaction["saveClaims"]>[0]): Promise<void> {
    if (claims.length === 0) return;
    await this.#turn();
    await this.#lock("claim", claims.map((claim) => claim.id));
    const kept = this.#db.mutant === "soft claims kept" ? claims.filter((claim) => claim.status === "open") : claims;
    this.writes.push((changes) => {
      for (const claim of kept) changes.set(this.#db.claims, claim.id, claim);
    });
  }

  async save(journal: Parameters<Transaction["save"]>[0]): Promise<void> {
    await this.#turn();
    const bound = bind(journal, this.#supply.read);
    if (this.#db.mutant !== "external id not unique") {
      await this.#claimKey("identity", bound.newOrders.map(identityOf), (identity) => this.#db.identities.has(identity));
    }
    await this.#supply.confirm(journal.book);
    await this.#supply.confirmCapacity(journal.book.capacity);
    await this.#supply.lockWritten(journal.book);
    this.writes.push((changes) => applyJournal(this.#db, changes, bound));
    if (journal.inbound !== null) this.writes.push(inboundWrite(this.#db, journal.inbound));
    else check(journal.changedWaiting().length === 0, "what waits has settled its claims on inbound goods");
    if (journal.events.length === 0) return;
    await this.#turn();
    if (this.#db.mutant === "position from a sequence") {
      const from = this.#db.position;
      this.#db.position += journal.events.length;
      this.writes.push((changes) => applyEvents(this.#db, changes, journal, from));
      return;
    }
    await this.#lock("event_counter", [""]);
    this.writes.push((changes) => {
      const from = this.#db.position;
      changes.also(() => void (this.#db.position = from));
      this.#db.position = from + journal.events.length;
      applyEvents(this.#db, changes, journal, from);
    });
  }
}

function inboundWrite(db: Database, book: SupplyBook): Write {
  const [supplies, claims] = [book.changes(), book.changedClaims()];
  return (changes) => {
    for (const { supply, claimed } of supplies) {
      const after = { ...supply, claimed: (db.supplies.get(supply.id)?.claimed ?? 0) + claimed };
      check(after.claimed >= 0 && after.claimed <= after.quantity, `supply_claimed_within_quantity: ${JSON.stringify(after)}`);
      changes.set(db.supplies, supply.id, after);
    }
    for (const claim of claims) changes.set(db.supplyClaims, `${claim.supplyId}|${claim.orderId}|${claim.lineNo}`, claim);
  };
}

const waits = (order: Order, lineNo: number): boolean => order.lines.some((line) => line.lineNo === lineNo && line.units.pending + line.units.backordered > 0);
