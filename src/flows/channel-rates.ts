import { CHANNEL_RATES, type Channel, type ChannelRate, limitOf, RATE_STATES, type RateLimit, rateState } from "../domain/catalog/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { DAY, formatScaled, publicId } from "../domain/kernel/index.ts";
import { Journal } from "../domain/order/index.ts";
import type { RateView } from "./deadline-views.ts";
import { type Ambient, contextOf } from "./ports.ts";
import type { RateCount, WatchStore, WatchTransaction } from "./watch-store.ts";

interface Watched {
  readonly channel: Channel;
  readonly channelId: string;
  readonly rate: ChannelRate;
  readonly limit: RateLimit;
}

const watchedOf = (channels: readonly Channel[]): Watched[] => channels.flatMap((channel) => CHANNEL_RATES.flatMap((rate): Watched[] => {
  const limit = limitOf(channel.deadlines, rate);
  return limit === null ? [] : [{ channel, channelId: channel.id, rate, limit }];
}));

/** Orders of a channel in the days that just passed. */
const count = (tx: Pick<WatchTransaction, "countRate">, { channelId, rate, limit }: Omit<Watched, "channel">, now: number): Promise<RateCount> =>
  tx.countRate({ channelId, rate }, now - limit.windowDays * DAY, now);

/** Counts every rate that a channel watches, and says of each that came nearer its limit or over it, once. Returns how many did. */
export function watchRates(store: WatchStore, tenantId: number, ambient: Ambient): Promise<number> {
  return store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const watched = watchedOf(await tx.loadChannels(now)).toSorted((a, b) => (a.channelId < b.channelId ? -1 : a.channelId > b.channelId ? 1 : a.rate < b.rate ? -1 : 1));
    if (watched.length === 0) return 0;
    const before = await tx.lockRateStates(watched);
    const journal = new Journal(contextOf(ambient, now, { actor: "promise-watch" }), new StockBook([], []));
    const changed: (Watched & { readonly state: ReturnType<typeof rateState> })[] = [];
    for (const [index, one] of watched.entries()) {
      const { channel, rate, limit } = one;
      const { orders, failed } = await count(tx, one, now);
      const state = rateState(failed, orders, limit);
      const was = before[index] ?? "ok";
      if (state === was) continue;
      changed.push({ ...one, state });
      if (RATE_STATES.indexOf(state) < RATE_STATES.indexOf(was)) continue;
      journal.event("ChannelRateRaised", null, {
        channel: publicId("channel", channel.id), rate, state, failed, orders, percent: percentOf(failed, orders), threshold_percent: formatScaled(limit.thresholdBasisPoints, 2), window_days: limit.windowDays,
      });
    }
    if (changed.length > 0) await tx.saveRateStates(changed);
    if (journal.events.length > 0) await tx.save(journal);
    return journal.events.length;
  });
}

/** Hundredths of a percent, rounded; 0 where nothing counts. */
const percentOf = (failed: number, orders: number): string => formatScaled(orders === 0 ? 0 : Math.round((failed * 10_000) / orders), 2);

/** One rate of a channel as it stands now; null where nobody watches it. */
export async function rateView(counting: WatchTransaction["countRate"], { id, deadlines }: Pick<Channel, "id" | "deadlines">, rate: ChannelRate, now: number): Promise<RateView | null> {
  const limit = limitOf(deadlines, rate);
  if (limit === null) return null;
  const { orders, failed } = await count({ countRate: counting }, { channelId: id, rate, limit }, now);
  return {
    state: rateState(failed, orders, limit), failed, orders, percent: percentOf(failed, orders), threshold_percent: formatScaled(limit.thresholdBasisPoints, 2), window_days: limit.windowDays,
    from: new Date(now - limit.windowDays * DAY).toISOString(), to: new Date(now).toISOString(),
  };
}
