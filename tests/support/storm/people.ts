import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../simulation/random.ts";
import type { Command, LineQuantity, ShipmentAction } from "./commands.ts";
import type { Driver, Wish } from "./driver.ts";
import type { Answer, Call } from "./history.ts";
import { NODES, type QuietItem, type Shop } from "./shop.ts";

/** A shipment as the API shows it. */
interface Shown {
  readonly id: string;
  readonly status: string;
  readonly cancel_requested: boolean;
  readonly lines: readonly { readonly line: number; readonly reserved: number; readonly released: number }[];
}

/** Somebody with a mind of their own: what they do depends on the seed and their number, not on who is quicker. */
class Person {
  readonly random: Random;
  readonly driver: Driver;
  readonly name: string;
  #commands = 0;

  constructor(driver: Driver, shop: Shop, role: string, number: number) {
    this.random = new Random(shop.seed * 100_003 + number * 7 + role.length);
    this.driver = driver;
    this.name = `${shop.name}/${role}-${number}`;
  }

  /** Asks some process for something, now and then two at once. */
  do(command: Command, over: Partial<Wish> = {}): Promise<Call> {
    this.#commands += 1;
    return this.driver.perform(command, { key: `${this.name}/${this.#commands}`, target: this.random.integer(0, this.driver.targets - 1), twin: this.random.chance(0.05), ...over });
  }
}

const acknowledged = (call: Call): call is Call & { readonly answer: Answer } => call.outcome === "acknowledged" && call.answer !== null;

/** Orders that nodes still have to work on. */
export type Handover = (order: Answer) => void;

export async function quietBuyer(driver: Driver, shop: Shop, item: QuietItem, number: number): Promise<void> {
  const buyer = new Person(driver, shop, `quiet-${item.sku}`, number);
  await buyer.do({ kind: "capture", externalId: buyer.name, channel: "web", lines: [{ sku: item.sku, quantity: 1 }], claim: null });
}

/** Orders a mixed basket, changes their mind, comes with a claim, asks again with the same and with other words. */
export async function buyer(driver: Driver, shop: Shop, number: number, handOver: Handover): Promise<void> {
  const person = new Person(driver, shop, "buyer", number);
  const { random } = person;
  const sku = random.pick(shop.hot);
  // Where claims are in play the program locks first; the other items keep it deciding without locks.
  const claim = sku === shop.hot[0] && random.chance(0.5) ? await claimed(person, sku) : undefined;
  if (claim === null) return;
  const channel = claim === undefined && random.chance(0.15) ? "wait" : random.chance(0.3) ? "desk" : "web";
  const order: Command & { kind: "capture" } = { kind: "capture", externalId: person.name, channel, lines: basket(random, shop, sku), claim: claim ?? null };
  const call = await person.do(order, { givesUp: random.chance(0.3) });
  if (!acknowledged(call)) return;
  await secondThoughts(person, order, call, handOver);
}

function basket(random: Random, { hot, deep }: Shop, sku: string): { sku: string; quantity: number }[] {
  const kind = random.next();
  if (kind < 0.45) return [{ sku, quantity: random.integer(1, 3) }];
  // Two lines that share an item: decided against one remainder, or the last units go twice.
  if (kind < 0.65) return [{ sku, quantity: 1 }, { sku, quantity: random.integer(1, 2) }];
  if (kind < 0.85) return [{ sku, quantity: 1 }, { sku: deep, quantity: random.integer(1, 4) }];
  return [{ sku, quantity: 1 }, { sku: random.pick(hot), quantity: 1 }, { sku: deep, quantity: 1 }];
}

/** A claim to order with; null where there is none, or where it is given back or forgotten. */
async function claimed(person: Person, sku: string): Promise<string | null> {
  const { random } = person;
  const forgets = random.chance(0.25);
  const call = await person.do({ kind: "claim", sku, node: random.chance(0.5) ? random.pick(NODES.slice(0, 2)) : null, quantity: random.integer(1, 2), ttlSeconds: forgets ? 1 : 600 });
  if (!acknowledged(call)) return null;
  const claim = String(call.answer["id"]);
  if (forgets) return null;
  if (random.chance(0.3)) await person.do({ kind: "extend", claim, ttlSeconds: 900 });
  if (random.chance(0.75)) return claim;
  await person.do({ kind: "unclaim", claim });
  return null;
}

async function secondThoughts(person: Person, order: Command & { kind: "capture" }, call: Call & { readonly answer: Answer }, handOver: Handover): Promise<void> {
  const { random, driver } = person;
  const id = String(call.answer["id"]);
  const mood = random.next();
  if (mood < 0.05) await driver.repeat(call, random.integer(0, driver.targets - 1));
  else if (mood < 0.08) await person.do({ ...order, channel: order.channel === "desk" ? "web" : "desk" }, { key: call.key, provokes: ["IDEMPOTENCY_KEY_REUSED"] });
  else if (mood < 0.11) await person.do({ ...order, lines: [{ sku: order.lines[0]?.sku ?? "", quantity: 9 }] }, { provokes: ["ORDER_EXISTS"] });
  else if (mood < 0.14) await person.do(order);
  else if (mood < 0.27) await person.do({ kind: "cancel", order: id, lines: null });
  else if (mood < 0.4) {
    const amended = await person.do({ kind: "cancel", order: id, lines: [{ line: random.integer(1, order.lines.length), quantity: 1 }] });
    if (acknowledged(amended) && random.chance(0.3)) await driver.repeat(amended, random.integer(0, driver.targets - 1));
  }
  if (mood > 0.2 && random.chance(0.45)) handOver(call.answer);
}

/** A node's people: release, accept or reject, pick in full or short, pack, ship, deliver; and answer who wants to cancel. */
export async function nodeWorker(driver: Driver, shop: Shop, number: number, next: () => Answer | null, mayEnd: () => boolean): Promise<void> {
  const person = new Person(driver, shop, "node", number);
  for (;;) {
    const order = next();
    if (order !== null) await workOn(person, String(order["id"]));
    else if (mayEnd()) return;
    else await sleep(10);
  }
}

async function workOn(person: Person, order: string): Promise<void> {
  const shown = await person.driver.read(`/v1/orders/${order}`, person.random.integer(0, person.driver.targets - 1));
  for (const shipment of (shown?.["shipments"] ?? []) as readonly Shown[]) await handle(person, order, shipment);
}

async function handle(person: Person, order: string, shipment: Shown): Promise<void> {
  const { random } = person;
  const act = (action: ShipmentAction, body: Readonly<Record<string, unknown>> = {}): Promise<Call> => person.do({ kind: "shipment", action, shipment: shipment.id, body });
  if (shipment.status === "PLANNED") await act("release");
  // Whether a buyer's own second thoughts find the goods at the node is up to the machine, so some call the node itself.
  const called = random.chance(0.1) && acknowledged(await person.do({ kind: "cancel", order, lines: null }));
  if (called || shipment.cancel_requested) await act("answer-cancel", { accepted: random.chance(0.7) });
  if (random.chance(0.12)) return void (await act("reject", { reason: random.pick(["NO_CAPACITY", "CLOSED", "OUT_OF_STOCK"]) }));
  if (random.chance(0.7)) await act("accept");
  const picked = await act("pick", random.chance(0.2) ? { lines: found(shipment), correct_stock: random.chance(0.5) } : {});
  if (!acknowledged(picked)) return;
  await act("pack");
  const shipped = await act("ship", { carrier: "DHL", tracking_numbers: [shipment.id] });
  if (acknowledged(shipped) && random.chance(0.6)) await act("deliver");
}

/** All but one unit of each line. */
const found = ({ lines }: Shown): LineQuantity[] => lines.map(({ line, reserved, released }) => ({ line, quantity: reserved + released - 1 })).filter(({ quantity }) => quantity > 0);

/** Goods arrive, shelves are counted, things break and turn up. */
export async function clerk(driver: Driver, shop: Shop, number: number, errands: number, mayEnd: () => boolean): Promise<void> {
  const person = new Person(driver, shop, "clerk", number);
  const { random } = person;
  const seen = new Map<string, number>();
  for (let n = 0; n < errands && !(n > 0 && mayEnd()); n++) {
    const [sku, node] = [random.pick(shop.hot), random.pick(NODES)];
    const known = seen.get(`${sku} ${node}`);
    const kind = known === undefined || random.chance(0.6) ? "receive" : random.chance(0.5) ? "count" : "adjust";
    const quantity = kind === "receive" ? random.integer(1, 6) : kind === "count" ? Math.max(0, (known ?? 0) + random.integer(-3, 3)) : random.pick([-2, -1, 1, 2]);
    const call = await person.do({ kind, sku, node, quantity });
    if (acknowledged(call)) seen.set(`${sku} ${node}`, Number(call.answer["on_hand"]));
    await sleep(random.integer(0, 30));
  }
}
