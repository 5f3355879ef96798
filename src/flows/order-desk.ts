import { StockBook } from "../domain/inventory/index.ts";
import { type By, type FieldError, publicId, refuse } from "../domain/kernel/index.ts";
import { changeDesk, type Desk, type DeskChange, Journal, refuseFields, untoldSeconds } from "../domain/order/index.ts";
import type { DeskStore, DeskTransaction } from "./desk-store.ts";
import { answerOnce, type Decided, done } from "./idempotent.ts";
import { type Ambient, type Answer, type AnswerBody, type CommandHead, contextOf } from "./ports.ts";

export type DeskCommand = CommandHead & { readonly orderId: string; readonly change: DeskChange };
export type NoteCommand = CommandHead & { readonly orderId: string } & (
  | { readonly type: "write"; readonly text: string; readonly mentions: readonly string[] }
  | { readonly type: "delete"; readonly noteId: string; readonly anybodys: boolean }
);

const refusedWith = (answer: Answer): Decided => ({ answers: [answer], save: async () => undefined });
const noOrder = (id: string): Answer => refuse("NOT_FOUND", `There is no order ${publicId("order", id)}.`);
const emptyJournal = (ambient: Ambient, by: By): Journal => new Journal(contextOf(ambient, ambient.now(), by), new StockBook([], []));

/** Tags an order or gives it to somebody. */
export const keepDesk = (store: DeskStore, tenantId: number, command: DeskCommand, ambient: Ambient): Promise<Answer> => once(store, tenantId, command, async (tx) => {
  const { change, orderId, actor } = command;
  const unknown = change.type === "assign" ? await unknownPeople(tx, change.assignee === null || change.assignee === actor ? [] : [change.assignee], () => "/assignee") : [];
  if (unknown.length > 0) return refusedWith(refuseFields(unknown));
  const before = (await tx.lockDesks([orderId])).get(orderId);
  if (!before) return refusedWith(noOrder(orderId));
  const changed = changeDesk(before, change);
  // To say again what is so already is no mistake of whoever says it.
  if (!changed.ok && changed.refusal.code !== "NOTHING_TO_DO") return refusedWith(changed);
  const after = changed.ok ? changed.value : before;
  const journal = emptyJournal(ambient, command);
  noteChange(journal, before, after);
  return {
    answers: [done({ ...shownDesk(after), undo: undoOf(before, after, change, actor) })],
    save: async () => {
      if (after === before) return;
      await tx.saveDesks([after]);
      await tx.save(journal);
    },
  };
});

/** Writes a note about an order, or deletes one. */
export const keepNote = (store: DeskStore, tenantId: number, command: NoteCommand, ambient: Ambient): Promise<Answer> => once(store, tenantId, command, async (tx) => {
  const { orderId, actor } = command;
  if (!(await tx.readDesks([orderId])).has(orderId)) return refusedWith(noOrder(orderId));
  const journal = emptyJournal(ambient, command);
  if (command.type === "delete") {
    const [author, note] = [await tx.lockNote(orderId, command.noteId), publicId("note", command.noteId)];
    if (author === null) return refusedWith(refuse("NOT_FOUND", `The order has no note ${note}.`));
    if (author !== actor && !command.anybodys) return refusedWith(refuse("FORBIDDEN", "A note is deleted by who wrote it, or by an administrator."));
    journal.event("OrderNoted", orderId, { note, deleted: true });
    return { answers: [done({ id: note, deleted: true })], save: async () => { await tx.deleteNote(command.noteId); await tx.save(journal); } };
  }
  const mentions = [...new Set(command.mentions)];
  const unknown = await unknownPeople(tx, mentions, (person) => `/mentions/${command.mentions.indexOf(person)}`);
  if (unknown.length > 0) return refusedWith(refuseFields(unknown));
  const note = { id: ambient.newId(), orderId, author: actor, mentions, writtenAt: ambient.now(), text: command.text };
  journal.event("OrderNoted", orderId, { note: publicId("note", note.id), mentions });
  // What it says is not in the answer, because answers are kept.
  return {
    answers: [done({ id: publicId("note", note.id), order: publicId("order", orderId), author: actor, mentions, written_at: new Date(note.writtenAt).toISOString() }, true)],
    save: async () => { await tx.saveNote(note); await tx.save(journal); },
  };
});

async function once<C extends CommandHead>(store: DeskStore, tenantId: number, command: C, decide: (tx: DeskTransaction) => Promise<Decided>): Promise<Answer> {
  const [answer = refuse("INTERNAL", "The command got no answer.")] = await store.transact(tenantId, (tx) => answerOnce(tx, [command], () => decide(tx)));
  return answer;
}

async function unknownPeople(tx: DeskTransaction, people: readonly string[], pointer: (person: string) => string): Promise<FieldError[]> {
  const known = people.length === 0 ? new Set<string>() : await tx.findPeople(people);
  return people.filter((person) => !known.has(person)).map((person) => ({ pointer: pointer(person), code: "NOT_FOUND", detail: `There is nobody with the id ${person}.` }));
}

/** Records what changed of a desk. */
export function noteChange(journal: Journal, before: Desk, after: Desk): void {
  const { added, removed } = tagsChanged(before, after);
  if (added.length + removed.length > 0) journal.event("OrderTagged", after.orderId, { added, removed });
  if (before.assignee !== after.assignee) journal.event("OrderAssigned", after.orderId, { from: before.assignee, to: after.assignee });
}

const tagsChanged = (before: Desk, after: Desk): { readonly added: readonly string[]; readonly removed: readonly string[] } =>
  ({ added: after.tags.filter((tag) => !before.tags.includes(tag)), removed: before.tags.filter((tag) => !after.tags.includes(tag)) });

export const shownDesk = ({ orderId, tags, assignee, version }: Desk): AnswerBody => ({ order: publicId("order", orderId), tags, assignee, version });

/** The request that takes a change back; null where nothing changed. */
function undoOf(before: Desk, after: Desk, change: DeskChange, actor: string): AnswerBody | null {
  if (before === after) return null;
  const untold_seconds = untoldSeconds(actor);
  const path = `/v1/orders/${publicId("order", after.orderId)}`;
  const { added, removed } = tagsChanged(before, after);
  if (change.type === "change_tags") return { method: "PATCH", path: `${path}/tags`, body: { add: removed, remove: added }, untold_seconds };
  return before.assignee === after.assignee ? { method: "PUT", path: `${path}/tags`, body: { tags: before.tags }, untold_seconds } : { method: "PUT", path: `${path}/assignee`, body: { assignee: before.assignee }, untold_seconds };
}
