import { StockBook } from "../domain/inventory/index.ts";
import { type Outcome, refuse } from "../domain/kernel/index.ts";
import { Journal } from "../domain/order/index.ts";
import { answerOnce, done } from "./idempotent.ts";
import { type Ambient, type Answer, type CommandHead, contextOf } from "./ports.ts";
import { statusOf } from "./strategies.ts";
import type { StrategyState, StrategyStore, VersionWithdrawal } from "./strategy-store.ts";

export type WithdrawStrategy = CommandHead & { readonly code: string; readonly version: number; readonly reason: string };

/** Takes an announced version back before it takes effect: what holds up to then goes on holding. */
export async function withdrawStrategy(store: StrategyStore, tenantId: number, command: WithdrawStrategy, ambient: Ambient): Promise<Answer> {
  const [answer] = await store.transact(tenantId, (tx) =>
    answerOnce(tx, [command], async () => {
      const now = ambient.now();
      const decided = decideWithdrawal(command, await tx.lockStrategy(command.code, command.version), now);
      if (!decided.ok) return { answers: [decided], save: async () => undefined };
      const withdrawal = decided.value;
      const { code, version, validFrom, heir, until } = withdrawal;
      const told = { version, valid_from: new Date(validFrom).toISOString(), in_effect: heir, until: until === null ? null : new Date(until).toISOString() };
      const journal = new Journal(contextOf(ambient, now, command), new StockBook([], []));
      journal.event("StrategyWithdrawn", null, { strategy: code, ...told }, { reason: command.reason });
      const save = async (): Promise<void> => {
        await tx.withdrawStrategyVersion(withdrawal);
        await tx.save(journal);
      };
      return { answers: [done({ code, ...told })], save };
    }));
  return answer ?? refuse("INTERNAL", "The command got no answer.");
}

/** What a withdrawal writes, or why there is nothing to withdraw. `clock` is the time of the process that asks. */
export function decideWithdrawal({ code, version, reason, actor }: WithdrawStrategy, state: StrategyState | null, clock: number): Outcome<VersionWithdrawal> {
  if (state === null) return refuse("NOT_FOUND", `There is no strategy "${code}" here.`);
  const { asked, before, begun } = state;
  if (asked === null) return refuse("NOT_FOUND", `Strategy ${code} has no version ${version}.`);
  // Clocks of processes differ: what another one published to decide at once decides, also where it is not yet that time here.
  const now = Math.max(clock, begun ?? 0);
  const status = statusOf(asked, now);
  if (status !== "scheduled" || asked.published === null) return refuse("NOT_IN_STATE", `Version ${version} of ${code} ${WHY[status]}`, { data: { state: status } });
  const { validFrom } = asked.published;
  return { ok: true, value: { code, version, validFrom, heir: before, until: asked.validTo, withdrawn: { at: now, by: actor, reason } } };
}

const WHY: Readonly<Record<ReturnType<typeof statusOf>, string>> = {
  draft: "is a draft and decides nothing: throw the draft away instead.",
  scheduled: "is announced.",
  published: "decides already, so it cannot be withdrawn: roll back to the version before, or publish another one.",
  retired: "is over, or another one took its place before it took effect: there is nothing to withdraw.",
  withdrawn: "was withdrawn before: there is nothing left to withdraw.",
};
