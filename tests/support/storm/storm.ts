import type { Answer, HistoryFigures } from "./history.ts";
import type { Driver } from "./driver.ts";
import { type Fleet, settled } from "./fleet.ts";
import { judge } from "./oracle.ts";
import { buyer, clerk, nodeWorker, quietBuyer } from "./people.ts";
import { openShop, type Shop, type ShopSize } from "./shop.ts";

export interface StormOptions extends ShopSize {
  readonly name: string;
  readonly seed: number;
  /** Buyers of the hot items; those of the quiet ones come on top. */
  readonly buyers: number;
  readonly nodeWorkers: number;
  readonly clerks: number;
  readonly errands: number;
}

/** Lets everybody loose at once, until every buyer had their turn and the nodes have no more work in hand. */
export async function storm(driver: Driver, options: StormOptions): Promise<Shop> {
  const shop = await openShop(driver, options.name, options.seed, options);
  const handedOver: Answer[] = [];
  let buying = true;
  const buyers = Promise.all([
    ...shop.quiet.flatMap((item) => Array.from({ length: item.buyers }, (_, n) => quietBuyer(driver, shop, item, n))),
    ...Array.from({ length: options.buyers }, (_, n) => buyer(driver, shop, n, (order) => void handedOver.push(order))),
  ]);
  const others = [
    ...Array.from({ length: options.nodeWorkers }, (_, n) => nodeWorker(driver, shop, n, () => handedOver.shift() ?? null, () => !buying)),
    ...Array.from({ length: options.clerks }, (_, n) => clerk(driver, shop, n, options.errands, () => !buying)),
  ];
  await buyers;
  buying = false;
  await Promise.all(others);
  return shop;
}

/** What the storm of `npm test` must at least have had acknowledged to have shown anything. */
export const LEAST_DONE: Readonly<Record<string, number>> = {
  capture: 900, cancel: 50, claim: 30, extend: 3, unclaim: 3, receive: 15, release: 8, accept: 30, reject: 4, pick: 40, pack: 30, ship: 30, deliver: 15, "answer-cancel": 2,
};

export const buyersOf = ({ quiet }: Shop, { buyers }: StormOptions): number => quiet.reduce((sum, item) => sum + item.buyers, buyers);

export interface Verdict {
  readonly problems: readonly string[];
  readonly figures: HistoryFigures;
  /** How often each kind of thing was done. */
  readonly done: Readonly<Record<string, number>>;
}

/** Waits for what follows by itself, then asks the oracle. A run with problems leaves its history in a file. */
export async function conclude({ driver: { history }, records, programs }: Fleet, shops: readonly Shop[], { prefix = "", patienceMs = 20_000, keep = true } = {}): Promise<Verdict> {
  await settled(records, patienceMs);
  const problems = await judge(records, history, shops, prefix);
  const done: Record<string, number> = {};
  for (const { command } of history.calls.filter(({ outcome }) => outcome === "acknowledged")) {
    const kind = command.kind === "shipment" ? command.action : command.kind;
    done[kind] = (done[kind] ?? 0) + 1;
  }
  if (problems.length > 0 && keep) {
    console.log(`the history of this run is in ${await history.save(shops[0]?.name ?? "run")}`);
    for (const program of programs) if (program.complaints.length > 0) console.log(`${program.role} logged:\n${program.complaints.slice(0, 5).join("\n")}`);
  }
  return { problems, figures: history.figures(), done };
}
