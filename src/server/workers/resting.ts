import type { Defects } from "../../flows/defects.ts";
import { describeError } from "./loop.ts";
import type { WorkerDeps } from "./ports.ts";

/** How long work rests that met a defect, before it is tried again. */
const REST_MS = 10 * 60_000;

/** Keeps, in memory, what met a defect in a kind of work, and says so in the log. */
export function createResting({ integration: { isPassing }, log }: Pick<WorkerDeps, "integration" | "log">, work: string): Defects {
  const until = new Map<string, number>();
  return {
    isPassing,
    resting: () => {
      const now = performance.now();
      for (const [id, end] of until) if (end <= now) until.delete(id);
      return new Set(until.keys());
    },
    rest(id, error) {
      until.set(id, performance.now() + REST_MS);
      log.error({ work, id, error: describeError(error) }, "failed alone; left to rest while the others go on");
    },
  };
}
