import { createHash } from "node:crypto";
import { changeStock, type StockCommand } from "../../src/flows/change-stock.ts";
import { saveFacts } from "../../src/flows/save-facts.ts";
import { actOnOrders } from "../../src/flows/act-on-orders.ts";
import { actorsOfTheDay, sendStock } from "./actors.ts";
import { audit } from "./audit.ts";
import type { Mutant } from "./mutants.ts";
import { Office } from "./office.ts";
import { settle } from "./settle.ts";
import { asCommands, CHANNELS, ITEMS, NODES } from "./world.ts";

export interface SimulationResult {
  readonly seed: number;
  readonly problems: readonly string[];
  /** SHA-256 over the ordered events: the whole history in one line. */
  readonly hash: string;
  readonly figures: Readonly<Record<string, number>>;
}

const ROUNDS = 24;

/** One shop-day: buyers, nodes, carriers and timers over three processes that die now and then; then a quiet end. */
export async function simulate(seed: number, mutant: Mutant | null = null): Promise<SimulationResult> {
  const office = new Office(seed, mutant);
  await open(office);
  const actors = actorsOfTheDay(office);
  const faults = office.random.pick([0, 0.002, 0.005, 0.015]);
  for (let round = 0; round < ROUNDS; round++) {
    office.pass(office.random.integer(0, 20 * 60_000));
    for (let n = office.random.integer(1, 6); n > 0; n--) {
      const actor = office.random.pick(actors);
      office.start(actor.name, () => actor(office));
    }
    // Work in flight is carried over, so rounds overlap.
    for (let steps = office.random.integer(10, 90); steps > 0; steps--) {
      if (office.random.chance(faults)) office.crashOne();
      if (!(await office.scheduler.step())) break;
      if (office.random.chance(0.3)) office.pass(office.random.integer(0, 50));
    }
  }
  await office.scheduler.finish();
  office.problems.push(...audit(office.db));
  if (office.problems.length === 0) office.problems.push(...await settle(office), ...audit(office.db), ...await remembered(office));
  return { seed, problems: office.problems, hash: eventHash(office), figures: figures(office) };
}

async function open(office: Office): Promise<void> {
  const work = async (): Promise<void> => {
    await office.send(saveFacts, asCommands({ items: ITEMS, nodes: NODES }));
    await office.send(saveFacts, asCommands({ channels: CHANNELS }));
    await sendStock(office, ITEMS.flatMap(({ sku }) => NODES.map(({ code }): StockCommand => ({
      ...office.head("warehouse"), occurredAt: null,
      change: { type: "receive", sku, node: code, owner: "", condition: "A", quantity: office.random.integer(2, 20), supplyId: null, unitCostMicros: null },
    }))));
  };
  office.start("opening", work);
  await office.scheduler.finish();
}

/** Whatever was acknowledged is there once: orders exist, physical changes add up, keys replay and are not reused. */
async function remembered(office: Office): Promise<string[]> {
  const problems: string[] = [];
  for (const [key, { body }] of office.acknowledged) {
    const id = String(body["id"] ?? "");
    const uuid = id.startsWith("ord_") ? id.slice(4) : null;
    if (uuid !== null && ![...office.db.orders.keys()].some((orderId) => orderId.replaceAll("-", "") === uuid)) problems.push(`${key} was acknowledged with ${id}, which is not there`);
  }
  const manual = new Map<string, number>();
  for (const movement of office.db.stockMovements) {
    if (movement.causeKind === "order") continue;
    const place = `${movement.itemId}|${movement.nodeId}|${movement.owner}|${movement.condition}`;
    manual.set(place, (manual.get(place) ?? 0) + movement.onHand);
  }
  for (const place of new Set([...manual.keys(), ...office.physical.keys()])) {
    const booked = manual.get(place) ?? 0;
    const told = office.physical.get(place) ?? 0;
    if (booked !== told) problems.push(`${place}: people were told of ${told} units, ${booked} were booked`);
  }
  office.start("replaying", async () => {
    const before = office.db.position;
    for (const { command, body } of [...office.acknowledged.values()].slice(-20)) {
      const flow = "change" in command ? changeStock : "action" in command ? actOnOrders : null;
      if (!flow) continue;
      const [again] = await office.send(flow as typeof changeStock, [command as StockCommand]);
      if (!again?.ok || !again.replayed || JSON.stringify(again.body) !== JSON.stringify(body)) problems.push(`${command.idempotencyKey} does not replay`);
      const [other] = await office.send(flow as typeof changeStock, [{ ...(command as StockCommand), bodyHash: "another" }]);
      if (other?.ok !== false || other.refusal.code !== "IDEMPOTENCY_KEY_REUSED") problems.push(`${command.idempotencyKey} was taken again with another body`);
    }
    if (office.db.position !== before) problems.push("replaying answers changed something");
  });
  await office.scheduler.finish();
  return problems;
}

function eventHash({ db }: Office): string {
  const hash = createHash("sha256");
  for (const { position, type, orderId, actor, reason, occurredAt, data } of db.events) hash.update(JSON.stringify([position, type, orderId, actor, reason, occurredAt, data]));
  return hash.digest("hex");
}

function figures(office: Office): SimulationResult["figures"] {
  const orders = [...office.db.orders.values()];
  return {
    ...office.counts, deadlocks: office.deadlocks, steps: office.scheduler.steps, commits: office.db.commits, orders: orders.length, events: office.db.events.length,
    completed: orders.filter((order) => order.status === "COMPLETED").length, cancelled: orders.filter((order) => order.status === "CANCELLED").length,
    waiting: orders.filter((order) => order.lines.some(({ units }) => units.pending + units.backordered > 0)).length,
  };
}
