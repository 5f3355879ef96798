import { accept, type Outcome, publicId, refuse } from "../domain/kernel/index.ts";
import { UNDOABLE, type Undoable } from "../domain/order/index.ts";
import { newBulk } from "./bulk-actions.ts";
import type { BulkAction, BulkName, BulkStore, NoUndo } from "./bulk-store.ts";
import { answerOnce, done } from "./idempotent.ts";
import type { Ambient, Answer, CommandHead } from "./ports.ts";

export type UndoBulk = CommandHead & { readonly actionId: string };

/** Why what an action did is there for good, and what can be done instead. */
const FOR_GOOD: Readonly<Record<Exclude<BulkName, Undoable>, string>> = {
  release_hold: "What the holds kept back was routed in the same moment. Where an order has to be held after all, place a hold again.",
  release: "The nodes were told to send the goods. What must not leave can still be cancelled or sent from elsewhere.",
  reroute: "What was given back is free for other orders at once. Decide again where an order is to be sent from.",
  cancel: "Cancelled goods are free for other orders at once, and customers and channels are told. Capture an order again that is wanted after all.",
  undo: "What was taken back is done again by a new action.",
};
const SENTENCES: Readonly<Record<Exclude<NoUndo["code"], "irreversible">, string>> = {
  dry_run: "A dry run changes nothing.", not_ended: "It has not ended. End it first; what it did until then can be taken back.", nothing_changed: "It changed nothing.",
  undone: "It was taken back already.", too_old: "It was done by an earlier version, which did not note in the orders' logs what it did.",
};

const isUndoable = (name: BulkName): name is Undoable => Object.hasOwn(UNDOABLE, name);

/** Why an action cannot be taken back; null where it can. */
export function whyNoUndo({ work: { action }, dryRun, finishedAt, changed, undoneBy, requestId }: BulkAction): NoUndo | null {
  if (!isUndoable(action)) return { code: "irreversible", sentence: FOR_GOOD[action] };
  const code = dryRun ? "dry_run" : finishedAt === null ? "not_ended" : changed === 0 ? "nothing_changed" : undoneBy !== null ? "undone" : requestId === null ? "too_old" : null;
  return code && { code, sentence: SENTENCES[code] };
}

/**
 * Takes an action back, as an action of its own that a worker does: of the orders that it changed, and of those only where nobody has
 * changed the same since. The answer has its id. Refused with NOT_FOUND, and with NOT_IN_STATE where the action cannot be taken back.
 */
export async function beginUndo(store: BulkStore, tenantId: number, { actionId, ...head }: UndoBulk, ambient: Ambient): Promise<Answer> {
  const [answer = refuse("INTERNAL", "The command got no answer.")] = await store.transact(tenantId, (tx) => answerOnce(tx, [head], async () => {
    const action = await tx.lockBulk(actionId);
    const undo = action === null ? refuse("NOT_FOUND", `There is no action ${publicId("orderAction", actionId)}.`) : undoOf(action, head, ambient);
    if (!undo.ok) return { answers: [undo], save: async () => undefined };
    const { begun, undone } = undo.value;
    return {
      answers: [done({ action: publicId("orderAction", begun.id) }, true)],
      save: async () => {
        await tx.saveBulk(begun);
        await tx.saveBulk(undone);
      },
    };
  }));
  return answer;
}

function undoOf(action: BulkAction, head: CommandHead, ambient: Ambient): Outcome<{ readonly begun: BulkAction; readonly undone: BulkAction }> {
  const { id, state, undoneBy, work } = action;
  const why = whyNoUndo(action);
  if (why !== null || !isUndoable(work.action)) return refuse("NOT_IN_STATE", why?.sentence ?? "", { data: { state, undone_by: undoneBy && publicId("orderAction", undoneBy) } });
  const begun = newBulk(head, { action: "undo", of: id, undoes: work.action }, { changedBy: id, after: null }, ambient);
  return accept({ begun, undone: { ...action, undoneBy: begun.id } });
}
