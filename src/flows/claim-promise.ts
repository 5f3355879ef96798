import { canShip } from "../domain/catalog/index.ts";
import { promiseFor, type PromiseOption } from "../domain/fulfillment/index.ts";
import type { ClaimedPromise } from "../domain/inventory/index.ts";
import { present, refuse } from "../domain/kernel/index.ts";
import { type Order, refuseFields } from "../domain/order/index.ts";
import { addUp, type NewLine, openClaim } from "./claim-stock.ts";
import { answerOnce } from "./idempotent.ts";
import type { Ambient, Answer, CommandHead, Store } from "./ports.ts";
import { openBaskets, type PromiseQuestion } from "./promise-dates.ts";

/** One option of a basket's promise, to be kept for a while. */
export type PromiseClaim = CommandHead & Omit<PromiseQuestion, "at"> & { readonly option: string; readonly ttlSeconds: number; readonly reference: string | null };

/** Decides the basket anew under locks and claims its goods at the nodes of the plan, with the date that an order naming the claim is held to. */
export async function claimPromise(store: Store, tenantId: number, command: PromiseClaim, ambient: Ambient): Promise<Answer> {
  const [answer] = await store.transact(tenantId, (tx) => answerOnce(tx, [command], async () => {
    const refused = (no: Answer): { answers: Answer[]; save: () => Promise<void> } => ({ answers: [no], save: async () => undefined });
    const asked = await openBaskets(tx, [{ ...command, at: null }], ambient, (itemIds, now) => tx.lockSupply(itemIds, now));
    if (!asked.ok) return refused(asked);
    const { journal, orders, sourcing } = asked.value;
    const order = present(orders[0], "basket");
    const options = promiseFor(journal, order, sourcing, { pickup: true });
    const option = options.find(({ id }) => id === command.option);
    if (!option) return refused(refuseFields([{ pointer: "/option", code: "INVALID_FIELD", detail: `The basket has no option "${command.option}"; it has ${options.map(({ id }) => id).join(", ") || "none"}.` }]));
    if (!option.complete) return refused(refuse("INSUFFICIENT_STOCK", option.reason, { data: { unavailable: option.unplaced.map(({ line, quantity }) => ({ line: line.lineNo, quantity })) } }));
    const lines: NewLine[] = [];
    for (const { node, lines: placed } of option.shipments) for (const { line, quantity } of placed) addUp(lines, { item: sourcing.item(line.itemId), itemId: line.itemId, nodeId: node.id, quantity });
    const opened = journal.as(command, () => openClaim(journal, lines, sourcing.nodes.filter(canShip).map(({ id }) => id), { ...command, promise: promiseOf(order, option) }));
    if (!opened.ok) return refused(opened);
    return {
      answers: [opened.value.answer],
      save: async () => {
        await tx.saveClaims([opened.value.claim]);
        await tx.save(journal);
      },
    };
  }));
  return present(answer, "answer");
}

/** The date of each SKU of the basket is that of the last of its parts. */
function promiseOf(order: Order, option: PromiseOption): ClaimedPromise {
  const arrivals: Record<string, number | null> = {};
  for (const { lines, travel } of option.shipments) {
    const arrives = travel?.arrivesAt ?? option.arrivesAt;
    for (const { line } of lines) {
      const { sku } = (order.lines.find(({ lineNo }) => lineNo === line.parentLineNo) ?? line).document;
      const before = arrivals[sku];
      arrivals[sku] = before === undefined || (before !== null && arrives !== null && arrives > before) ? arrives : before;
    }
  }
  return { option: option.id, service_level: option.serviceLevel, arrives_at: option.arrivesAt, arrivals };
}
