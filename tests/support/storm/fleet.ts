import { setTimeout as sleep } from "node:timers/promises";
import { Driver } from "./driver.ts";
import { History } from "./history.ts";
import { Records } from "./oracle-reads.ts";
import { API_KEY, Program, type ProgramOptions } from "./program.ts";

/** Processes of the real program on one database, and a driver that asks all that have an API. */
export interface Fleet {
  readonly programs: readonly Program[];
  readonly driver: Driver;
  readonly records: Records;
  /** Stops every process; answers their exit codes. */
  close(): Promise<(number | null)[]>;
}

export interface FleetOptions {
  readonly ownerUrl: string;
  readonly programs: readonly ProgramOptions[];
  readonly connections?: number;
  readonly timeoutMs?: number;
  readonly patienceMs?: number;
}

export async function openFleet({ ownerUrl, programs: wanted, connections = 64, timeoutMs = 30_000, patienceMs = 60_000 }: FleetOptions): Promise<Fleet> {
  const started = await Promise.allSettled(wanted.map((options) => Program.start(options)));
  const programs = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = started.find((one) => one.status === "rejected");
  const stop = (): Promise<(number | null)[]> => Promise.all(programs.map((program) => program.stop()));
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const records = await Records.open(ownerUrl);
  const ports = programs.filter(({ role }) => role !== "worker").map(({ port }) => port);
  const driver = new Driver({ history: new History(), apiKey: API_KEY, ports, connections, timeoutMs, patienceMs });
  return {
    programs, driver, records,
    async close() {
      driver.close();
      const codes = await stop();
      await records.close();
      return codes;
    },
  };
}

/** The sweeper's pace: when nothing has happened for longer, nothing more will. */
const QUIET_MS = 1_300;

/** Waits until everything that follows by itself has been done, or until patience ends; the oracle says what is left. */
export async function settled(records: Records, patienceMs: number): Promise<boolean> {
  let [events, since] = [-1, performance.now()];
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await sleep(100)) {
    const now = await records.events();
    if (now !== events || (await records.stranded()).length > 0) [events, since] = [now, performance.now()];
    else if (performance.now() - since > QUIET_MS) return true;
  }
  return false;
}
