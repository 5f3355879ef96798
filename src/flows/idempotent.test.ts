import { beforeEach, describe, expect, test } from "vitest";
import { answerOnce, done } from "./idempotent.ts";
import { refuse } from "../domain/kernel/index.ts";
import type { Answer, CommandHead, StoredAnswer } from "./ports.ts";

let stored: Map<string, StoredAnswer>;
let decided: CommandHead[][];
let log: string[];
beforeEach(() => void ([stored, decided, log] = [new Map(), [], []]));

const tx = {
  loadAnswers: async (keys: readonly string[]) => new Map([...stored].filter(([key]) => keys.includes(key))),
  saveAnswers: async (answers: ReadonlyMap<string, StoredAnswer>) => {
    log.push("answers");
    for (const [key, answer] of answers) stored.set(key, answer);
  },
};
const command = (idempotencyKey: string | null, bodyHash = "aa"): CommandHead => ({ idempotencyKey, bodyHash, actor: "me" });

/** Answers each fresh command with its place in the line of all that were ever decided. */
function send(commands: readonly CommandHead[], answer: (n: number) => Answer = (n) => done({ n }, true)): Promise<Answer[]> {
  return answerOnce(tx as never, commands, async (fresh) => {
    const before = decided.flat().length;
    decided.push([...fresh]);
    return { answers: fresh.map((_, index) => answer(before + index + 1)), save: async () => void log.push("work") };
  });
}
const shown = (answers: readonly Answer[]): unknown[] => answers.map((answer) => (answer.ok ? [answer.body["n"], answer.created, answer.replayed] : answer.refusal.code));

describe("a command has its effect once", () => {
  test("when its key comes again later, the first answer is replayed", async () => {
    expect(shown(await send([command("k")]))).toEqual([[1, true, false]]);
    expect(shown(await send([command("k")]))).toEqual([[1, true, true]]);
    expect(decided.flat()).toHaveLength(1);
  });

  test("when its key stands twice in a batch, the second is a replay", async () => {
    expect(shown(await send([command("k"), command("other"), command("k")]))).toEqual([[1, true, false], [2, true, false], [1, true, true]]);
  });

  test("when its key is used with another body, that is refused, in the store and in the batch", async () => {
    expect(shown(await send([command("k"), command("k", "bb")]))).toEqual([[1, true, false], "IDEMPOTENCY_KEY_REUSED"]);
    expect(shown(await send([command("k", "bb")]))).toEqual(["IDEMPOTENCY_KEY_REUSED"]);
  });

  test("a refused command may be tried again under its key", async () => {
    expect(shown(await send([command("k"), command("k")], () => refuse("INSUFFICIENT_STOCK", "no")))).toEqual(["INSUFFICIENT_STOCK", "INSUFFICIENT_STOCK"]);
    expect(shown(await send([command("k")]))).toEqual([[2, true, false]]);
  });

  test("commands without a key are never taken for each other", async () => {
    expect(shown(await send([command(null), command(null)]))).toEqual([[1, true, false], [2, true, false]]);
    expect(stored.size).toBe(0);
  });

  test("one that is known leaves the others their place, and decides nothing when all are known", async () => {
    await send([command("a")]);
    expect(shown(await send([command("b"), command("a"), command("c")]))).toEqual([[2, true, false], [1, true, true], [3, true, false]]);
    await send([command("a"), command("b")]);
    expect(decided).toHaveLength(2);
  });

  test("answers are written before the rest, which ends with the event counter", async () => {
    await send([command("k")]);
    expect(log).toEqual(["answers", "work"]);
  });
});
