import { expect, test, vi } from "vitest";
import { createMetrics } from "../metrics.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { WORKER_SETTINGS, type WorkerDeps } from "./ports.ts";
import { createSweeper } from "./sweeper.ts";

/** A sweeper whose store fails everything, and what each of its steps tried first. */
function sweeperOn(isPassing: boolean): { turn: () => Promise<unknown>; asked: string[] } {
  const asked: string[] = [];
  const tx = new Proxy({}, { get: (_, name: string) => () => {
    asked.push(name);
    throw new Error(`no ${name}`);
  } });
  const integration = { isPassing: () => isPassing, forgetAnswers: async () => 0, forgetTraces: async () => 0, webhooks: { forget: async () => 0 }, prepareDecisionPartitions: async () => undefined };
  const deps = {
    store: { transact: async (_: number, work: (given: unknown) => unknown) => work(tx) }, ambient: { now: () => 0, newId: () => "" }, metrics: createMetrics(), log: { error: vi.fn() }, integration,
    jobs: { forget: async () => 0 }, simulation: { simulations: { forget: async () => 0 }, shadows: { forget: async () => 0 } }, mails: { forget: async () => 0 }, mail: { keepDays: 1 }, drafts: { discard: async () => [] }, draftKeepDays: 1,
  } as unknown as WorkerDeps;
  const keeper = { hold: async () => ({ lease: { tenantId: 1 }, valid: () => true }) } as unknown as LeaseKeeper;
  const turn = createSweeper(deps, keeper, WORKER_SETTINGS);
  return { turn: () => turn(1), asked };
}

test("what fails keeps nothing after it from its turn, and all of it is told", async () => {
  const { turn, asked } = sweeperOn(false);
  await expect(turn()).rejects.toThrow(/no findDueClaims; .*no findMergeWaits; .*no loadGates; .*no findDueLooks/);
  expect(asked).toEqual(expect.arrayContaining(["findDueClaims", "findMergeWaits", "loadStrategies", "loadGates", "loadNodes", "forgetClosures", "findDueLooks"]));
});

test("a database that is away is told of as itself", async () => {
  await expect(sweeperOn(true).turn()).rejects.toThrow(/^no findDueClaims$/);
});
