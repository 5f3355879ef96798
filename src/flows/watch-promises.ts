import { type WatchedOrder, watchPromise } from "../domain/fulfillment/index.ts";
import { present } from "../domain/kernel/index.ts";
import { openOrders, sourcingFacts } from "./act-on-orders.ts";
import { despite, findAwake, NO_DEFECTS } from "./defects.ts";
import type { Ambient } from "./ports.ts";
import { saveSettled } from "./settle-supply.ts";
import type { WatchStore } from "./watch-store.ts";

/** Orders that one transaction looks at. */
export const LOOKS_AT_ONCE = 100;

export interface WatchRound {
  /** Orders looked at. */
  readonly looked: number;
  /** Shipments that were sent otherwise and keep their date; lines whose customer hears of another day; orders that missed a date. */
  readonly saved: number;
  readonly changed: number;
  readonly missed: number;
}

/** One round over the orders whose dates are due to be looked at. An order that somebody else looked at meanwhile is left alone. */
export async function watchPromises(store: WatchStore, tenantId: number, ambient: Ambient, limit = LOOKS_AT_ONCE, defects = NO_DEFECTS): Promise<WatchRound> {
  const ids = await findAwake(defects, limit, (most) => store.transact(tenantId, (tx) => tx.findDueLooks(ambient.now(), most)));
  const rounds = await despite(defects, ids, (some) => look(store, tenantId, some, ambient));
  const sum = (of: (one: WatchRound) => number): number => rounds.reduce((total, one) => total + of(one), 0);
  return { looked: sum(({ looked }) => looked), saved: sum(({ saved }) => saved), changed: sum(({ changed }) => changed), missed: sum(({ missed }) => missed) };
}

const look = (store: WatchStore, tenantId: number, ids: readonly string[], ambient: Ambient): Promise<WatchRound> =>
  store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const { facts, journal } = await openOrders(tx, ids, ambient, now, { actor: "promise-watch" });
    const known = await tx.loadRisks([...facts.orders.keys()], now);
    const looks = new Map<string, WatchedOrder>();
    let missed = 0;
    for (const [orderId, before] of known) {
      const order = present(facts.orders.get(orderId), "order");
      const watched = watchPromise(journal, order, sourcingFacts(facts, order), before);
      looks.set(orderId, watched);
      if (watched.missed && !before.missed) missed += 1;
    }
    journal.close();
    await tx.saveLooks(looks, now);
    await saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes });
    const sum = (of: (one: WatchedOrder) => number): number => [...looks.values()].reduce((total, one) => total + of(one), 0);
    return { looked: looks.size, saved: sum(({ saved }) => saved), changed: sum(({ changed }) => changed), missed };
  });

/** Orders whose next look one transaction brings forward. */
const SOON_AT_ONCE = 1_000;

/** Has orders that are watched looked at as soon as possible, a batch at a time; false when all are. */
export async function lookSoon(store: WatchStore, tenantId: number, ambient: Ambient): Promise<boolean> {
  return (await store.transact(tenantId, (tx) => tx.bringLooksForward(ambient.now(), SOON_AT_ONCE))) === SOON_AT_ONCE;
}
