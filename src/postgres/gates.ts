import type { ChannelGate } from "../domain/catalog/index.ts";
import type { GateTransaction, StoredGate } from "../flows/channel-gates.ts";
import type { Transaction } from "../flows/ports.ts";
import { instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";
import { raiseFactVersion } from "./facts.ts";

/** Gates of channels, and the orders that wait at them. */

const LOAD = statement("load_channel_gates", `
  select channel_id, state, until, orders, per_seconds, reason, set_at, set_by, let_through_at, redate_after from channel_gate where tenant_id = (select current_tenant()) order by channel_id`);
const SAVE = statement("save_channel_gate", `
  insert into channel_gate (tenant_id, channel_id, state, until, orders, per_seconds, reason, set_at, set_by, let_through_at, redate_after, next_at)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (tenant_id, channel_id) do update set state = excluded.state, until = excluded.until, orders = excluded.orders, per_seconds = excluded.per_seconds, reason = excluded.reason,
    set_at = excluded.set_at, set_by = excluded.set_by, let_through_at = excluded.let_through_at, redate_after = excluded.redate_after, next_at = excluded.next_at`);
const NOTE = statement("note_channel_gate", `
  update channel_gate set let_through_at = $2, redate_after = $3 where tenant_id = (select current_tenant()) and channel_id = $1`);
/** Whoever takes times next waits for this transaction, so they are given once. */
const TAKE = statement("take_gate_times", `
  update channel_gate set next_at = greatest(next_at, $4::timestamptz) + make_interval(secs => $2::int * $3::float8 / 1000) where tenant_id = (select current_tenant()) and channel_id = $1
  returning next_at - make_interval(secs => $2::int * $3::float8 / 1000) as first`);
const GATED = statement("find_gated_orders", `
  select h.order_id from hold h cross join lateral (select o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = h.order_id offset 0) o
  where h.tenant_id = (select current_tenant()) and h.kind = 'CHANNEL_PAUSED' and h.released_at is null and h.order_id > $2 and o.channel_id = $1
    and ($4::timestamptz is null or h.placed_at < $4) order by h.order_id limit $3`);
const DUE = statement("find_gated_orders_due", `
  select h.order_id from hold h cross join lateral (select o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = h.order_id offset 0) o
  where h.tenant_id = (select current_tenant()) and h.kind = 'CHANNEL_PAUSED' and h.released_at is null and coalesce(h.due_at, '-infinity') <= $2 and o.channel_id = $1
  order by h.due_at nulls first, h.order_id limit $3`);

interface GateDb {
  channel_id: string; state: ChannelGate["state"]; until: Date | null; orders: number | null; per_seconds: number | null; reason: string; set_at: Date; set_by: string; let_through_at: Date; redate_after: string | null;
}

const readGate = (row: GateDb): StoredGate => ({
  channelId: row.channel_id, state: row.state, until: row.until?.getTime() ?? null, orders: row.orders, perSeconds: row.per_seconds, reason: row.reason, setAt: row.set_at.getTime(), setBy: row.set_by,
  letThroughAt: row.let_through_at.getTime(), redateAfter: row.redate_after,
});

export const loadGates = async (session: Session): Promise<readonly StoredGate[]> => (await session.rows<GateDb>(LOAD, [])).map(readGate);

export async function takeGateTimes(session: Session, channelId: string, count: number, everyMs: number, now: number): Promise<number> {
  const [row] = await session.rows<{ first: Date }>(TAKE, [channelId, count, everyMs, instant(now)]);
  return row?.first.getTime() ?? now;
}

/** The part of a transaction that is about gates. */
export const gates = (session: Session): Omit<GateTransaction, Exclude<keyof Transaction, "takeGateTimes">> => ({
  takeGateTimes: (channelId, count, everyMs, now) => takeGateTimes(session, channelId, count, everyMs, now),
  loadGates: () => loadGates(session),
  saveGate: async (gate, nextAt) => {
    await session.run(SAVE, [
      gate.channelId, gate.state, instant(gate.until), gate.orders, gate.perSeconds, gate.reason, instant(gate.setAt), gate.setBy, instant(gate.letThroughAt), gate.redateAfter, instant(nextAt),
    ]);
    await raiseFactVersion(session, [{ validFrom: gate.setAt }]);
  },
  noteGate: async ({ channelId, letThroughAt, redateAfter }) => void (await session.run(NOTE, [channelId, instant(letThroughAt), redateAfter])),
  findGated: async (channelId, before, after, limit) => (await session.rows<{ order_id: string }>(GATED, [channelId, after, limit, instant(before)])).map((row) => row.order_id),
  findGatedDue: async (channelId, now, limit) => (await session.rows<{ order_id: string }>(DUE, [channelId, instant(now), limit])).map((row) => row.order_id),
});
