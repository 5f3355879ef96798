import { closedUntil, leaveNodes, type NodeExit, openedAgain } from "../domain/fulfillment/index.ts";
import { isClosed, type Node } from "../domain/catalog/index.ts";
import { accept, type By, type FieldError, type Outcome, present, publicId, refuse, shipmentId } from "../domain/kernel/index.ts";
import { Journal, NO_ITEM, type Order, refuseFields } from "../domain/order/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { factsOf, type OrderFacts, sourcingFacts } from "./act-on-orders.ts";
import type { Closure, ClosureOrder, ClosureStore, ClosureTransaction, LookStore, OrderOutcome } from "./closure-store.ts";
import { answerOnce, done } from "./idempotent.ts";
import { limitWaiting } from "./limit-waiting.ts";
import { type Ambient, type Answer, type CommandHead, contextOf } from "./ports.ts";

/** Nodes to close together, until a time or until somebody opens them. */
export type CloseNodes = CommandHead & {
  readonly nodes: readonly string[];
  readonly until: number | null;
  readonly reason: string;
  readonly includeAccepted: boolean;
  /** Closes at once, unseen. */
  readonly apply: boolean;
};

export type ApplyClosure = CommandHead & { readonly closureId: string };
export type OpenNodes = CommandHead & { readonly nodes: readonly string[]; readonly reason: string };

/** Orders that are taken up at once. */
export const ORDERS_MAX = 50_000;
/** Orders that a preview decides between two breaths of the process. */
const PREVIEW_PAGE = 50;

/** Closes nodes at once, or decides what closing them would do and keeps that as a preview: of everything else nothing stays. */
export async function closeNodes(store: LookStore, tenantId: number, command: CloseNodes, ambient: Ambient): Promise<Answer> {
  if (command.apply) {
    return once(store, tenantId, command, async (tx) => {
      await tx.lockFacts();
      const now = ambient.now();
      const closing = await begin(tx, command, ambient, now);
      return closing.ok ? applied(tx, closing.value.closure, closing.value.nodes, ambient, command, now) : closing;
    });
  }
  // Orders are read page by page beside stock that was read once: what other commits change meanwhile must not be seen.
  const seen = await store.look(tenantId, async (tx) => {
    const now = ambient.now();
    const closing = await begin(tx, command, ambient, now);
    if (!closing.ok) return closing;
    const { closure } = closing.value;
    return accept({ closure, orders: await preview(tx, closure, ambient, now) });
  });
  return once(store, tenantId, command, async (tx) => {
    if (!seen.ok) return seen;
    const { closure, orders } = seen.value;
    return accept({
      body: { closure: publicId("closure", closure.id) },
      save: async () => {
        await tx.saveClosure(closure);
        await tx.addClosureOrders(closure.id, orders);
      },
    });
  });
}

async function begin(tx: ClosureTransaction, command: CloseNodes, ambient: Ambient, now: number): Promise<Outcome<{ readonly closure: Closure; readonly nodes: readonly Node[] }>> {
  const nodes = await nodesNamed(tx, command.nodes, now);
  if (!nodes.ok) return nodes;
  if (command.until !== null && command.until <= now) return refuseFields([{ pointer: "/until", code: "INVALID_FIELD", detail: "until has passed already: leave it out, or name a time that is to come." }]);
  const closure: Closure = {
    id: ambient.newId(), state: command.apply ? "moving" : "previewed", nodes: nodes.value.map(({ id, code }) => ({ id, code })), until: command.until, reason: command.reason, includeAccepted: command.includeAccepted,
    actor: command.actor, appliedBy: null, requestId: null, createdAt: now, appliedAt: null, finishedAt: null, added: 0, gone: 0,
  };
  return accept({ closure, nodes: nodes.value });
}

/** Does what a preview showed, on everything as it is now: closes the nodes in this commit, and lets the orders leave after it. */
export function applyClosure(store: ClosureStore, tenantId: number, command: ApplyClosure, ambient: Ambient): Promise<Answer> {
  return once(store, tenantId, command, async (tx) => {
    const closure = await tx.lockClosure(command.closureId);
    const id = publicId("closure", command.closureId);
    if (closure === null) return refuse("NOT_FOUND", `There is no closure ${id}.`);
    if (closure.state !== "previewed") return refuse("NOT_IN_STATE", "The closure was applied already.", { data: { state: closure.state } });
    await tx.lockFacts();
    const now = ambient.now();
    if (closure.until !== null && closure.until <= now) return refuse("NOT_IN_STATE", "The time until which the nodes were to be closed has passed: make a new preview.", { data: { until: new Date(closure.until).toISOString() } });
    const nodes = await nodesNamed(tx, closure.nodes.map(({ code }) => code), now);
    return nodes.ok ? applied(tx, closure, nodes.value, ambient, command, now) : nodes;
  });
}

/** Lets nodes take orders again, however they were closed. */
export function openNodes(store: ClosureStore, tenantId: number, command: OpenNodes, ambient: Ambient): Promise<Answer> {
  return once(store, tenantId, command, async (tx) => {
    await tx.lockFacts();
    const now = ambient.now();
    const nodes = await nodesNamed(tx, command.nodes, now);
    if (!nodes.ok) return nodes;
    const closed = nodes.value.filter((node) => isClosed(node, now));
    return accept({
      body: { opened: closed.map(({ code }) => code), open_already: nodes.value.filter((node) => !closed.includes(node)).map(({ code }) => code) },
      save: async () => {
        const journal = new Journal(contextOf(ambient, now, command), new StockBook([], []));
        if (closed.length > 0) journal.event("NodesOpened", null, { nodes: closed.map(({ code }) => code) }, { reason: command.reason });
        await saveNodes(tx, journal, closed.map(openedAgain), now, null);
      },
    });
  });
}

type Decided = Outcome<{ readonly body: Readonly<Record<string, unknown>>; readonly save: () => Promise<void> }>;

async function once<C extends CommandHead>(store: ClosureStore, tenantId: number, command: C, decide: (tx: ClosureTransaction) => Promise<Decided>): Promise<Answer> {
  const [answer] = await store.transact(tenantId, (tx) => answerOnce(tx, [command], async () => {
    const decided = await decide(tx);
    if (!decided.ok) return { answers: [decided], save: async () => undefined };
    return { answers: [done(decided.value.body, true)], save: decided.value.save };
  }));
  return present(answer, "answer");
}

async function nodesNamed(tx: ClosureTransaction, codes: readonly string[], now: number): Promise<Outcome<readonly Node[]>> {
  const known = new Map((await tx.loadNodes(now)).map((node) => [node.code, node]));
  const errors = codes.flatMap((code, index): FieldError[] => (known.has(code) ? [] : [{ pointer: `/nodes/${index}`, code: "UNKNOWN_NODE", detail: `There is no node "${code}".` }]));
  return errors.length > 0 ? refuseFields(errors) : accept(codes.flatMap((code) => known.get(code) ?? []));
}

async function saveNodes(tx: ClosureTransaction, journal: Journal, nodes: readonly Node[], now: number, closureId: string | null): Promise<void> {
  for (const { id, code, status } of nodes) journal.event("NodeSaved", null, { node: publicId("node", id), code, status, ...(closureId === null ? {} : { closure: publicId("closure", closureId) }) });
  await tx.saveNodes(nodes.map((fact) => ({ fact, validFrom: now, isFirst: false })));
  await tx.save(journal);
}

async function applied(tx: ClosureTransaction, closure: Closure, nodes: readonly Node[], ambient: Ambient, by: By, now: number): Promise<Decided> {
  const there = await tx.findOrdersAt(closure.nodes, ORDERS_MAX);
  const seen = await tx.nextClosureOrders(closure.id, ORDERS_MAX);
  const [known, still] = [new Set(seen), new Set(there)];
  const counts = closure.state === "moving" ? { added: 0, gone: 0 } : { added: there.filter((id) => !known.has(id)).length, gone: seen.filter((id) => !still.has(id)).length };
  const journal = new Journal(contextOf(ambient, now, by), new StockBook([], []));
  return accept({
    body: { closure: publicId("closure", closure.id) },
    save: async () => {
      await tx.saveClosure({ ...closure, ...counts, state: "moving", appliedAt: now, appliedBy: by.actor, requestId: by.origin?.request ?? null });
      await tx.addClosureOrders(closure.id, there.map((orderId) => ({ orderId, expected: null, result: null })));
      const until = closure.until === null ? null : new Date(closure.until).toISOString();
      journal.event("NodesClosed", null, { closure: publicId("closure", closure.id), nodes: nodes.map(({ code }) => code), until, orders: there.length }, { reason: closure.reason });
      await tx.closeAnnounced(nodes.map(({ id }) => id), now, closure.until);
      await saveNodes(tx, journal, nodes.map((node) => closedUntil(node, closure.until)), now, closure.id);
    },
  });
}

/** Decides every order at the nodes as if they were closed, one after the other against one running remainder, oldest first: as it will be done. */
async function preview(tx: ClosureTransaction, closure: Closure, ambient: Ambient, now: number): Promise<readonly ClosureOrder[]> {
  const ids = await tx.findOrdersAt(closure.nodes, ORDERS_MAX);
  const itemIds = (await tx.itemsOfOrders(ids)).filter((id) => id !== NO_ITEM);
  const book = await tx.readSupply(itemIds, now);
  const common = await factsOf(tx, [], itemIds, ambient, now);
  await limitWaiting(tx, book, common.items.values(), now);
  const closed = new Set(closure.nodes.map(({ id }) => id));
  const facts: OrderFacts = { ...common, nodes: common.nodes.map((node) => (closed.has(node.id) ? closedUntil(node, closure.until) : node)) };
  const found: ClosureOrder[] = [];
  for (let from = 0; from < ids.length; from += PREVIEW_PAGE) {
    const journal = new Journal(contextOf(ambient, now, closure), book);
    for (const order of await tx.readOrders(ids.slice(from, from + PREVIEW_PAGE))) found.push({ orderId: order.id, expected: outcomeOf(journal, order, facts, closure), result: null });
  }
  return found;
}

/** Takes one order away from the nodes of a closure, and says what became of it. */
export function outcomeOf(journal: Journal, order: Order, facts: OrderFacts, { nodes, includeAccepted, reason }: Closure): OrderOutcome {
  const exit = leaveNodes(journal, order, sourcingFacts(facts, order), { closed: new Set(nodes.map(({ id }) => id)), includeAccepted, reason });
  return spoken(exit, order, facts);
}

function spoken({ result, moved, waiting, kept, costMicros, expected, reason }: NodeExit, order: Order, { nodes }: OrderFacts): OrderOutcome {
  const codes = new Map(nodes.map(({ id, code }) => [id, code]));
  const codeOf = (nodeId: string): string => present(codes.get(nodeId), "node");
  return {
    result, cost_micros: costMicros, reason,
    moved: moved.map(({ lineNo, quantity, from, to }) => ({ line: lineNo, quantity, from: codeOf(from), to: codeOf(to) })),
    waiting: waiting.map(({ lineNo, quantity, from }) => ({ line: lineNo, quantity, from: codeOf(from) })),
    kept: kept.map(({ shipmentNo, nodeId, status, atStore }) => ({ shipment: shipmentId(order.id, shipmentNo), node: codeOf(nodeId), status, ...(atStore ? { at_store: atStore } : {}) })),
    expected: expected && { by: expected.by, from: new Date(expected.from).toISOString(), to: expected.to === null ? null : new Date(expected.to).toISOString(), broken: expected.broken },
  };
}
