import type { SourcingFacts } from "../domain/fulfillment/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { accept, type By, type Outcome, publicId, type RefusalCode, refuse } from "../domain/kernel/index.ts";
import { changeBack, changeDesk, type DeskChange, holdPlacedBy, Journal, type LoggedChange, openHolds, type Order, refuseFields, UNDOABLE, type Undoable } from "../domain/order/index.ts";
import { openOrders, sourcingFacts } from "./act-on-orders.ts";
import type { BulkAction, BulkFilter, BulkOrder, BulkReasons, BulkSearch, BulkStore, BulkTransaction, BulkWork } from "./bulk-store.ts";
import { noteChange } from "./order-desk.ts";
import { answerOnce, done } from "./idempotent.ts";
import { decideAction, type OrderAction } from "./order-actions.ts";
import { type Ambient, type Answer, type CommandHead, contextOf } from "./ports.ts";
import type { Queries } from "./queries.ts";
import { saveSettled } from "./settle-supply.ts";

/** Orders that one commit changes, and that one look into the list finds. */
export const BULK_AT_ONCE = 100;
const FOUND_AT_ONCE = 1_000;
const EXAMPLES_MAX = 5;

export type BulkCommand = CommandHead & {
  readonly work: BulkWork;
  readonly orders: { readonly ids: readonly string[] } | { readonly filter: BulkFilter };
  readonly dryRun: boolean;
};

/** Takes an action over many orders; a worker does it. The answer has its id. */
export async function beginBulk(store: BulkStore, tenantId: number, { work, orders, dryRun, ...head }: BulkCommand, ambient: Ambient): Promise<Answer> {
  const [answer = refuse("INTERNAL", "The command got no answer.")] = await store.transact(tenantId, (tx) => answerOnce(tx, [head], async () => {
    const refusal = await refusalOf(tx, work, head.actor, ambient.now());
    if (refusal !== null) return { answers: [refusal], save: async () => undefined };
    const ids = "ids" in orders ? [...new Set(orders.ids)] : [];
    const action = { ...newBulk(head, work, "filter" in orders ? { filter: orders.filter, after: null } : null, ambient), dryRun, total: ids.length };
    return {
      answers: [done({ action: publicId("orderAction", action.id) }, true)],
      save: async () => {
        await tx.saveBulk(action);
        await tx.addBulkOrders(action.id, ids);
      },
    };
  }));
  return answer;
}

/** One that has not begun. */
export const newBulk = ({ actor, origin }: By, work: BulkWork, search: BulkSearch | null, { newId, now }: Ambient): BulkAction => ({
  id: newId(), work, search, dryRun: false, actor, requestId: origin?.request ?? null, undoneBy: null, state: search === null ? "running" : "finding", total: 0, changed: 0, skipped: 0, failed: 0, reasons: {},
  createdAt: now(), startedAt: null, progressedAt: null, finishedAt: null,
});

/** What can be said at once, and would be the same for every order. */
async function refusalOf(tx: BulkTransaction, work: BulkWork, actor: string, now: number): Promise<Answer | null> {
  const wrong = (pointer: string, code: RefusalCode, detail: string): Answer => refuseFields([{ pointer, code, detail }]);
  if (work.action === "assign" && work.assignee !== null && work.assignee !== actor && !(await tx.findPeople([work.assignee])).has(work.assignee)) {
    return wrong("/args/assignee", "NOT_FOUND", `There is nobody with the id ${work.assignee}.`);
  }
  if (work.action === "reroute" && work.node !== null && !(await tx.loadNodes(now)).some(({ code }) => code === work.node)) return wrong("/args/node", "UNKNOWN_NODE", `There is no node "${work.node}".`);
  return null;
}

/** Ends an action that has not ended. What was done stays. Null where there is none. */
export const cancelBulk = (store: BulkStore, tenantId: number, id: string, now: number): Promise<BulkAction | null> => store.transact(tenantId, async (tx) => {
  const action = await tx.lockBulk(id);
  if (action === null || action.finishedAt !== null) return action;
  const after: BulkAction = { ...action, state: "cancelled", search: null, finishedAt: now };
  await tx.saveBulk(after);
  // What it did not come to may be taken back again.
  const undone = action.work.action === "undo" ? await tx.lockBulk(action.work.of) : null;
  if (undone !== null) await tx.saveBulk({ ...undone, undoneBy: null });
  return after;
});

export interface BulkDeps {
  readonly store: BulkStore;
  readonly orderIds: Queries["listOrderIds"];
  readonly ambient: Ambient;
  readonly isPassing: (error: unknown) => boolean;
}

/**
 * Goes on with an action: finds the next orders, or decides the next of those found. Each commit has its results, so a worker that is
 * killed leaves nothing half done and nothing is done twice. Answers whether there may be more to do.
 */
export async function goOnWithBulk(deps: BulkDeps, tenantId: number, id: string): Promise<boolean> {
  const action = await deps.store.transact(tenantId, (tx) => tx.findBulk(id));
  if (action?.state === "finding" && action.search !== null) return findSome(deps, tenantId, action, action.search);
  for (const limit of [BULK_AT_ONCE, 1]) {
    try {
      return await actOnSome(deps, tenantId, id, limit);
    } catch (error) {
      if (deps.isPassing(error)) throw error;
    }
  }
  // One of them met a defect: alone, it fails alone.
  return failOne(deps, tenantId, id);
}

/** Orders that came after the action was asked for are later than its id, and are not in it. */
async function findSome(deps: BulkDeps, tenantId: number, { id }: BulkAction, search: BulkSearch): Promise<boolean> {
  const { rows, next } = await foundBy(deps, tenantId, search);
  return deps.store.transact(tenantId, async (tx) => {
    const action = await tx.lockBulk(id);
    if (action?.state !== "finding" || JSON.stringify(action.search?.after) !== JSON.stringify(search.after)) return true;
    const added = await tx.addBulkOrders(id, rows.filter((orderId) => orderId < id));
    const state = next === null ? "running" : "finding";
    await tx.saveBulk({ ...action, state, search: next === null ? null : { ...search, after: next }, total: action.total + added, startedAt: action.startedAt ?? deps.ambient.now() });
    return true;
  });
}

async function foundBy({ store, orderIds }: BulkDeps, tenantId: number, search: BulkSearch): Promise<{ readonly rows: readonly string[]; readonly next: readonly string[] | null }> {
  if ("filter" in search) return orderIds(tenantId, { ...search.filter, after: search.after, limit: FOUND_AT_ONCE });
  const changed = await store.transact(tenantId, (tx) => tx.listBulkOrders(search.changedBy, { results: ["changed"], after: search.after?.[0] ?? null, limit: FOUND_AT_ONCE }));
  const last = changed.at(-1);
  return { rows: changed.map(({ orderId }) => orderId), next: changed.length < FOUND_AT_ONCE || last === undefined ? null : [last.orderId] };
}

const actOnSome = ({ store, ambient }: BulkDeps, tenantId: number, id: string, limit: number): Promise<boolean> => store.transact(tenantId, async (tx) => {
  const action = await tx.lockBulk(id);
  if (action?.state !== "running") return false;
  const ids = await tx.nextBulkOrders(id, limit);
  const now = ambient.now();
  if (ids.length === 0) {
    await tx.saveBulk({ ...action, state: "done", finishedAt: now });
    return false;
  }
  const { results, save } = await decide(tx, action, ids, ambient, now);
  await tx.saveBulkResults(id, results);
  await tx.saveBulk(counted(action, results, now));
  if (!action.dryRun) await save();
  return true;
});

const failOne = ({ store, ambient }: BulkDeps, tenantId: number, id: string): Promise<boolean> => store.transact(tenantId, async (tx) => {
  const action = await tx.lockBulk(id);
  const [orderId] = await tx.nextBulkOrders(id, 1);
  if (action?.state !== "running" || orderId === undefined) return false;
  const results: BulkOrder[] = [{ orderId, result: "failed", code: "INTERNAL", detail: "Ordo met a defect of its own and left the order as it was." }];
  await tx.saveBulkResults(id, results);
  await tx.saveBulk(counted(action, results, ambient.now()));
  return true;
});

function counted(action: BulkAction, results: readonly BulkOrder[], now: number): BulkAction {
  const count = (result: BulkOrder["result"]): number => results.filter((one) => one.result === result).length;
  const reasons: Record<string, BulkReasons[string]> = { ...action.reasons };
  for (const { orderId, code, detail } of results) {
    if (code === null) continue;
    const before = reasons[code] ?? { count: 0, detail: detail ?? "", examples: [] };
    reasons[code] = { ...before, count: before.count + 1, examples: before.examples.length < EXAMPLES_MAX ? [...before.examples, publicId("order", orderId)] : before.examples };
  }
  return {
    ...action, changed: action.changed + count("changed"), skipped: action.skipped + count("skipped"), failed: action.failed + count("failed"), reasons, startedAt: action.startedAt ?? now, progressedAt: now,
  };
}

interface DecidedBatch { readonly results: readonly BulkOrder[]; readonly save: () => Promise<void> }

async function decide(tx: BulkTransaction, action: BulkAction, ids: readonly string[], ambient: Ambient, now: number): Promise<DecidedBatch> {
  const { work, dryRun } = action;
  if (isOfDesk(work)) return decideDesks(tx, action, work, ids, ambient);
  const { facts, journal } = await openOrders(dryRun ? { ...tx, lockOrders: tx.readOrders } : tx, ids, ambient, now, byOf(action));
  // Under the locks: whatever changed the orders since is in it.
  const log = work.action === "undo" ? await logOf(tx, work, ids) : NO_LOG;
  const results = ids.map((orderId) => {
    const order = facts.orders.get(orderId);
    if (!order) return resultOf(orderId, noOrder(orderId));
    const own = sourcingFacts(facts, order);
    return resultOf(orderId, work.action === "undo" ? letGo(journal, order, work, log, own, now) : actOn(journal, order, work, own, now));
  });
  return {
    results,
    save: () => {
      journal.close();
      return saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes });
    },
  };
}

async function decideDesks(tx: BulkTransaction, action: BulkAction, work: DeskWork, ids: readonly string[], ambient: Ambient): Promise<DecidedBatch> {
  const desks = action.dryRun ? await tx.readDesks(ids) : await tx.lockDesks(ids);
  const log = work.action === "undo" ? await logOf(tx, work, ids) : NO_LOG;
  const journal = new Journal(contextOf(ambient, ambient.now(), byOf(action)), new StockBook([], []));
  const changed = ids.map((orderId) => {
    const before = desks.get(orderId);
    const change = deskChange(work, log.get(orderId) ?? []);
    const after = !before ? noOrder(orderId) : change.ok ? changeDesk(before, change.value) : change;
    if (before && after.ok) noteChange(journal, before, after.value);
    return { orderId, after };
  });
  return {
    results: changed.map(({ orderId, after }) => resultOf(orderId, after)),
    save: async () => {
      const saved = changed.flatMap(({ after }) => (after.ok ? [after.value] : []));
      if (saved.length > 0) await tx.saveDesks(saved);
      await tx.save(journal);
    },
  };
}

/** What each change is recorded as: that which a person asked for, made by the action. */
const byOf = ({ id, actor, requestId }: BulkAction): By => ({ actor, origin: { request: requestId, via: publicId("orderAction", id) } });

type Undo = Extract<BulkWork, { action: "undo" }>;
type Log = ReadonlyMap<string, readonly LoggedChange[]>;
const NO_LOG: Log = new Map();
/** Changes of one kind that are looked back at of each order. */
const LOOKED_BACK = 50;
const logOf = (tx: BulkTransaction, { undoes }: Undo, ids: readonly string[]): Promise<Log> => tx.readOrderChanges(ids, UNDOABLE[undoes], LOOKED_BACK);

function deskChange(work: DeskWork, log: readonly LoggedChange[]): Outcome<DeskChange> {
  if (work.action === "undo") return changeBack(publicId("orderAction", work.of), log, work.undoes);
  return accept(work.action === "assign" ? { type: "assign", assignee: work.assignee } : { type: work.action, tags: work.tags });
}

/** Releases the hold that an action placed. */
function letGo(journal: Journal, order: Order, { of }: Undo, log: Log, facts: SourcingFacts, now: number): Outcome<unknown> {
  const placed = holdPlacedBy(publicId("orderAction", of), log.get(order.id) ?? [], order.holds);
  return placed.ok ? decideAction(journal, order, { type: "release_hold", holdNo: placed.value, reason: "undone" }, facts, now) : placed;
}

const noOrder = (orderId: string): Outcome<never> => refuse("NOT_FOUND", `There is no order ${publicId("order", orderId)}.`);
const resultOf = (orderId: string, outcome: Outcome<unknown>): BulkOrder =>
  outcome.ok ? { orderId, result: "changed", code: null, detail: null } : { orderId, result: "skipped", code: outcome.refusal.code, detail: outcome.refusal.detail };

type DeskUndo = Undo & { readonly undoes: Exclude<Undoable, "hold"> };
type DeskWork = Extract<BulkWork, { action: "assign" } | { tags: readonly string[] }> | DeskUndo;
export type OrderWork = Exclude<BulkWork, DeskWork | Undo>;
const isOfDesk = (work: BulkWork): work is DeskWork => work.action === "tag" || work.action === "untag" || work.action === "assign" || (work.action === "undo" && work.undoes !== "hold");

/** Does it to one order, or says why not; an order that would stay as it is says so. */
export function actOn(journal: Journal, order: Order, work: OrderWork, facts: SourcingFacts, now: number): Outcome<unknown> {
  const act = (action: OrderAction): Outcome<Readonly<Record<string, unknown>>> => decideAction(journal, order, action, facts, now);
  switch (work.action) {
    case "hold": {
      const { kind, reason, dueAt } = work;
      if (openHolds(order.holds).some((hold) => hold.kind === kind && hold.scope === "order")) return refuse("NOTHING_TO_DO", `The order has an open ${kind} hold already.`);
      return act({ type: "place_hold", kind, reason, dueAt, lineNo: null, shipmentNo: null, owner: null });
    }
    case "release_hold": {
      const holds = openHolds(order.holds).filter(({ kind }) => work.kind === null || kind === work.kind);
      if (holds.length === 0) return refuse("NOTHING_TO_DO", `The order has no open ${work.kind === null ? "hold" : `${work.kind} hold`}.`);
      return inTurn(holds.map(({ holdNo }) => () => act({ type: "release_hold", holdNo, reason: work.reason })));
    }
    case "release": {
      const planned = order.shipments.filter(({ status }) => status === "PLANNED");
      if (planned.length === 0) return refuse("NOT_IN_STATE", "The order has no shipment that waits to be released.");
      return inTurn(planned.map(({ shipmentNo }) => () => act({ type: "release", shipmentNo })));
    }
    case "reroute": {
      if (work.node !== null) return act({ type: "override_routing", node: work.node, lines: null, reason: work.reason });
      const routed = act({ type: "route", trigger: "MANUAL" });
      return routed.ok && routed.value["routed"] === false ? refuse("NOTHING_TO_DO", "Nothing of the order waits for a node that could take it.") : routed;
    }
    case "cancel":
      return act({ type: "cancel", lines: null, reason: work.reason, force: work.force, by: work.by });
  }
}

/** All that can be done of several; refused as the first was where none can. */
function inTurn(acts: readonly (() => Outcome<unknown>)[]): Outcome<unknown> {
  const outcomes = acts.map((act) => act());
  return outcomes.find((one) => one.ok) ?? outcomes[0] ?? accept(null);
}
