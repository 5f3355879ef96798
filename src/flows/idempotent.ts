import { refuse } from "../domain/kernel/index.ts";
import type { Answer, CommandHead, StoredAnswer, Transaction } from "./ports.ts";

/** What a batch decided: an answer per command, and how to write the rest of it. */
export interface Decided {
  readonly answers: readonly Answer[];
  readonly save: () => Promise<void>;
}

const NOTHING: Decided = { answers: [], save: async () => undefined };

/**
 * Gives each command of a batch its effect once: a key seen before, in the store or earlier in the batch, replays its
 * answer; with another body it is refused. Only what succeeded is remembered, so a refused command may be tried again.
 */
export async function answerOnce<C extends CommandHead>(
  tx: Transaction, commands: readonly C[], decide: (fresh: readonly C[]) => Promise<Decided>,
): Promise<Answer[]> {
  const keys = [...new Set(commands.flatMap(({ idempotencyKey }) => (idempotencyKey === null ? [] : [idempotencyKey])))];
  const known = keys.length === 0 ? new Map<string, StoredAnswer>() : await tx.loadAnswers(keys);
  const first = new Map<string, number>();
  const fresh: C[] = [];
  const place = commands.map((command): number | StoredAnswer | "reused" => {
    const key = command.idempotencyKey;
    const stored = key === null ? undefined : known.get(key);
    if (stored) return stored.bodyHash === command.bodyHash ? stored : "reused";
    const earlier = key === null ? undefined : first.get(key);
    if (earlier !== undefined) return fresh[earlier]?.bodyHash === command.bodyHash ? earlier : "reused";
    if (key !== null) first.set(key, fresh.length);
    return fresh.push(command) - 1;
  });
  const { answers, save } = fresh.length === 0 ? NOTHING : await decide(fresh);
  // Before the rest, because the rest ends with the event counter, and a twin of ours may hold a key while it waits for that.
  await Promise.all([remember(tx, fresh, answers), save()]);
  const meanwhile = await doneMeanwhile(tx, fresh, answers);
  const given = new Set<number>();
  return place.map((where): Answer => {
    if (where === "reused") return reused();
    if (typeof where !== "number") return replay(where);
    const twin = meanwhile.get(where);
    if (twin) return twin;
    const answer = answers[where] ?? refuse("INTERNAL", "The command got no answer.");
    const repeated = given.has(where);
    given.add(where);
    return repeated && answer.ok ? { ...answer, replayed: true } : answer;
  });
}

/**
 * A twin in another process may have been done while this command was decided, and be the very reason why it was refused:
 * the last unit is gone because this order has it. What refused a command is committed, so its twin's answer can be seen now.
 */
async function doneMeanwhile<C extends CommandHead>(tx: Transaction, fresh: readonly C[], answers: readonly Answer[]): Promise<ReadonlyMap<number, Answer>> {
  const twins = new Map<number, Answer>();
  const refused = fresh.flatMap(({ idempotencyKey, bodyHash }, index) => (idempotencyKey !== null && answers[index]?.ok === false ? [{ key: idempotencyKey, bodyHash, index }] : []));
  if (refused.length === 0) return twins;
  const stored = await tx.loadAnswers(refused.map(({ key }) => key));
  for (const { key, bodyHash, index } of refused) {
    const answer = stored.get(key);
    if (answer) twins.set(index, answer.bodyHash === bodyHash ? replay(answer) : reused());
  }
  return twins;
}

const replay = ({ created, body }: StoredAnswer): Answer => ({ ok: true, created, replayed: true, body });
const reused = (): Answer => refuse("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used before with another body.");

async function remember<C extends CommandHead>(tx: Transaction, fresh: readonly C[], answers: readonly Answer[]): Promise<void> {
  const stored = new Map<string, StoredAnswer>();
  fresh.forEach((command, index) => {
    const answer = answers[index];
    if (command.idempotencyKey !== null && answer?.ok) stored.set(command.idempotencyKey, { bodyHash: command.bodyHash, created: answer.created, body: answer.body });
  });
  if (stored.size > 0) await tx.saveAnswers(stored);
}

export const done = (body: Readonly<Record<string, unknown>>, created = false): Answer => ({ ok: true, created, replayed: false, body });
