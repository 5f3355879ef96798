import { setImmediate as nextTurn } from "node:timers/promises";
import { runSimulation } from "../../flows/run-simulation.ts";
import type { Simulation, SimulationProblem } from "../../flows/simulations.ts";
import { createRandom } from "../demo/random.ts";
import type { Held, LeaseKeeper } from "./lease-keeper.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";

export const SIMULATIONS_LEASE = "simulations";
/** How long a simulation keeps this process to itself at a time: orders are captured beside it. */
const TURN_MS = 8;
/** How often it is written down how far it is, and looked whether it is wanted still. */
const PROGRESS_EVERY_MS = 500;

export interface Simulator {
  turn(tenantId: number): Promise<Found>;
  /** Ends the run in hand, which begins again elsewhere, or here after the next start. */
  stop(): Promise<void>;
}

/** The run is over: somebody cancelled it, or it is another process's business now. */
class RunEnded extends Error {}

/** Answers questions about the past, of each tenant one after the other, beside live work. */
export function createSimulator(deps: WorkerDeps, keeper: LeaseKeeper, settings: WorkerSettings, nudge: () => void): Simulator {
  const running = new Map<number, Promise<void>>();
  let stopping = false;
  return {
    async turn(tenantId) {
      if (stopping || running.has(tenantId)) return "nothing";
      const held = await keeper.hold(tenantId, SIMULATIONS_LEASE);
      const simulation = held === null ? null : await deps.simulation.simulations.take(held.lease);
      if (held === null || simulation === null) return "nothing";
      const run = answer(deps, settings, held, simulation, () => !stopping && held.valid()).finally(() => running.delete(tenantId));
      running.set(tenantId, run.then(nudge, (error: unknown) => deps.log.warn({ simulation: simulation.id, error: describeError(error) }, "simulation interrupted")));
      return "some";
    },
    async stop() {
      stopping = true;
      await Promise.all(running.values());
    },
  };
}

async function answer({ simulation: { simulations, past }, ambient, integration }: WorkerDeps, { importAttempts }: WorkerSettings, { lease }: Held, simulation: Simulation, goesOn: () => boolean): Promise<void> {
  const { id } = simulation;
  const giveUp = async (): Promise<void> => void (await simulations.finish(lease, id, "failed", { report: null, problem: GIVEN_UP }));
  if (simulation.attempts > importAttempts) return giveUp();
  const proceed = async (write: Promise<boolean>): Promise<void> => { if (!(await write) || !goesOn()) throw new RunEnded(); };
  let [turnBegan, told, looked] = [performance.now(), -Infinity, -Infinity];
  try {
    const report = await runSimulation({
      past, ambient, draw: createRandom(1).between,
      breathe: async () => {
        if (performance.now() - turnBegan < TURN_MS) return;
        await nextTurn();
        if (!goesOn()) throw new RunEnded();
        turnBegan = performance.now();
        if (turnBegan - looked < PROGRESS_EVERY_MS) return;
        looked = turnBegan;
        if ((await simulations.find(lease.tenantId, id))?.state !== "running") throw new RunEnded();
      },
      progress: async (done, total) => {
        if (performance.now() - told < PROGRESS_EVERY_MS && done < total) return;
        told = looked = performance.now();
        await proceed(simulations.progress(lease, id, done, total));
      },
      keep: (firstRowNo, rows) => proceed(simulations.keep(lease, id, firstRowNo, rows)),
    }, lease.tenantId, simulation);
    await simulations.finish(lease, id, "done", { report, problem: null });
  } catch (error) {
    if (error instanceof RunEnded) return;
    if (!integration.isPassing(error) && simulation.attempts >= importAttempts) await giveUp();
    throw error;
  }
}

const GIVEN_UP: SimulationProblem = {
  code: "INTERNAL", detail: "Ordo met a defect of its own while it answered this question.", fix: "Look at the log of the worker, and ask about a shorter time or one channel.",
};
