import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EmbeddedServer, startEmbedded } from "../../../src/postgres/embedded/index.ts";
import { Random } from "../../simulation/random.ts";
import { openReceiver, type Receiver } from "../workers.ts";
import type { Driver } from "./driver.ts";
import { type Fleet, openFleet } from "./fleet.ts";
import type { Answer } from "./history.ts";
import { buyer, clerk, nodeWorker, quietBuyer } from "./people.ts";
import type { Program } from "./program.ts";
import { DatabaseProxy, type Phase, type Sprung } from "./proxy.ts";
import { openChannels, openShop, type Shop, type ShopSize } from "./shop.ts";

/** What is killed with SIGKILL; a connection is cut, and what it had sent may be done. */
export type Victim = "program" | "backend" | "postmaster" | "connection";

/** At a named step, or (step null) whenever it comes. */
export interface Blow {
  readonly victim: Victim;
  readonly step: string | null;
  readonly phase: Phase;
  /** The one process it may fall on; any of them without it. */
  readonly only?: number;
}

export interface Struck extends Blow {
  /** False where no process took the step in time. */
  readonly reached: boolean;
  /** Seconds from the kill until every process with an API had a new order acknowledged. */
  readonly seconds: number;
}

export const told = ({ victim, step, phase, reached, seconds }: Struck): string =>
  `${victim}${step === null ? "" : ` ${phase} ${step}`}${reached ? "" : " (not reached)"}: new orders after ${seconds.toFixed(1)} s`;

/** Three supervised processes, each with a proxy of its own, on a PostgreSQL of their own, and somebody who is sent webhooks. */
export interface CrashScene {
  readonly server: EmbeddedServer;
  readonly fleet: Fleet;
  readonly proxies: readonly DatabaseProxy[];
  readonly receiver: Receiver;
  close(): Promise<void>;
}

export async function openCrashScene(): Promise<CrashScene> {
  const directory = await mkdtemp(join(tmpdir(), "ordo-crash-"));
  const server = await startEmbedded({ dataDirectory: directory, log: () => undefined });
  const receiver = await openReceiver();
  const roles = ["api", "all", "worker"] as const;
  const proxies = await Promise.all(roles.map(() => DatabaseProxy.open(server.ownerUrl)));
  const environment = { ORDO_OUTGOING_ALLOW: receiver.host };
  const programs = roles.map((role, n) => ({ role, databaseUrl: proxies[n]?.through(server.ownerUrl) ?? "", supervised: true, environment }));
  const end = async (): Promise<void> => {
    for (const proxy of proxies) await proxy.close();
    await receiver.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const fleet = await openFleet({ ownerUrl: server.ownerUrl, programs, connections: 24, timeoutMs: 20_000 });
    await openChannels(fleet.driver);
    await fleet.driver.put("/v1/webhooks", { url: receiver.url, types: [TOLD] }, "POST");
    return {
      server, fleet, proxies, receiver,
      async close() {
        await fleet.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Events that the receiver hears of. */
export const TOLD = "ShipmentReleased";

const REACHED_WITHIN_MS = 5_000;

/** Strikes once, and waits until every process takes orders again. */
export async function strike(scene: CrashScene, shop: Shop, number: number, blow: Blow, random: Random): Promise<Struck> {
  const sprung = blow.step === null ? null : await DatabaseProxy.spring(blow.only === undefined ? scene.proxies : scene.proxies.slice(blow.only, blow.only + 1), { step: blow.step, phase: blow.phase }, REACHED_WITHIN_MS);
  if (blow.step === null) await sleep(random.integer(20, 400));
  const reached = blow.step === null || sprung !== null;
  const struck = performance.now();
  if (reached) await kill(scene, blow, sprung, random);
  await firstOrders(scene.fleet.driver, shop, number);
  return { ...blow, reached, seconds: (performance.now() - struck) / 1000 };
}

async function kill({ server, fleet, proxies }: CrashScene, { victim, only }: Blow, sprung: Sprung | null, random: Random): Promise<void> {
  if (victim === "program") {
    const index = sprung === null ? only ?? random.integer(0, fleet.programs.length - 1) : proxies.indexOf(sprung.proxy);
    return fleet.programs[index]?.kill();
  }
  if (victim === "postmaster") return signal(server.pid);
  if (victim === "backend") return signal(sprung?.backendPid ?? random.pick(await fleet.records.backends()));
  if (sprung === null) random.pick(proxies).cutAll();
}

/** kill -9; the process may have ended by itself meanwhile. */
export function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** One new order at every process: a process that does not serve hands the call to the next, so each is asked until it answers itself. */
export async function firstOrders(driver: Driver, { name, deep }: Shop, number: number): Promise<void> {
  await Promise.all(Array.from({ length: driver.targets }, async (_, target) => {
    for (let n = 0; ; n++) {
      const key = `${name}/first-${number}-${target}-${n}`;
      const call = await driver.perform({ kind: "capture", externalId: key, channel: "desk", lines: [{ sku: deep, quantity: 1 }], claim: null }, { key, target });
      if (call.attempts.at(-1)?.target === target) return;
      await sleep(50);
    }
  }));
}

/** The process that does the journey's work. One that was killed a moment ago still has the lease until it runs out. */
async function leaseHolder({ records, programs }: Fleet): Promise<{ before: Awaited<ReturnType<Fleet["records"]["journey"]>>; program: Program }> {
  for (const deadline = performance.now() + 40_000; ; await sleep(50)) {
    const before = await records.journey();
    const program = programs.find(({ pid }) => pid !== null && before.holder.split(" ").includes(String(pid)));
    if (program) return { before, program };
    if (performance.now() > deadline) throw new Error(`no process holds the journey's lease: ${before.holder}`);
  }
}

/** Kills the process that does the journey's work, and answers how long it took until another one did it. */
export async function killLeaseHolder({ fleet }: CrashScene): Promise<{ takeover: Promise<number>; role: string }> {
  const { before, program } = await leaseHolder(fleet);
  await program.kill();
  const killed = performance.now();
  const takenOver = async (): Promise<number> => {
    for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(100)) {
      const now = await fleet.records.journey();
      if (now.holder !== before.holder && now.position > before.position) return (performance.now() - killed) / 1000;
    }
    return Number.POSITIVE_INFINITY;
  };
  return { takeover: takenOver(), role: program.role };
}

export interface Load extends ShopSize {
  readonly name: string;
  readonly seed: number;
  readonly buyers: number;
  readonly nodeWorkers: number;
  readonly clerks: number;
}

export interface RunningLoad {
  readonly shop: Shop;
  /** Lets the people finish what they are at, sends the rest of the quiet buyers, and resolves when all are done. */
  stop(): Promise<void>;
}

/** People who go on until they are told to stop, a few at a time. */
export async function startLoad(driver: Driver, load: Load): Promise<RunningLoad> {
  const shop = await openShop(driver, load.name, load.seed, load);
  const quiet = shop.quiet.flatMap((item) => Array.from({ length: item.buyers }, (_, n) => () => quietBuyer(driver, shop, item, n)));
  const handedOver: Answer[] = [];
  let [stopping, next] = [false, 0];
  const buy = async (): Promise<void> => {
    while (!stopping) {
      const number = (next += 1);
      if (number % 3 === 0) await quiet.pop()?.();
      await buyer(driver, shop, number, (order) => void handedOver.push(order));
    }
  };
  const people = [
    ...Array.from({ length: load.buyers }, buy),
    ...Array.from({ length: load.nodeWorkers }, (_, n) => nodeWorker(driver, shop, n, () => handedOver.shift() ?? null, () => stopping)),
    ...Array.from({ length: load.clerks }, (_, n) => clerk(driver, shop, n, Number.POSITIVE_INFINITY, () => stopping)),
  ];
  return {
    shop,
    async stop() {
      stopping = true;
      await Promise.all([...people, ...quiet.splice(0).map((one) => one())]);
    },
  };
}

/** Everything that happened was told to the receiver; how often it was told twice is its own business. */
export async function judgeMessages({ fleet, receiver }: CrashScene): Promise<{ problems: string[]; told: number; repeated: number }> {
  const due = await fleet.records.told(TOLD);
  const ids = receiver.received.map(({ headers }) => String(headers["webhook-id"]));
  const heard = new Set(ids);
  const known = new Set(due);
  const problems = [
    ...due.filter((id) => !heard.has(id)).map((id) => `untold: event ${id} reached nobody`),
    ...[...heard].filter((id) => !known.has(id)).map((id) => `invented: ${id} was told and never happened`),
  ];
  return { problems, told: heard.size, repeated: ids.length - heard.size };
}
