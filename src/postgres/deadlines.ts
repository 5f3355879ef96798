import type { Channel } from "../domain/catalog/index.ts";
import { countedChannels, deadlineChanges, type KnownRisk, type WatchedOrder } from "../domain/fulfillment/index.ts";
import type { Journal } from "../domain/order/index.ts";
import type { Transaction } from "../flows/ports.ts";
import type { WatchTransaction } from "../flows/watch-store.ts";
import { countRate, lockRateStates, saveRateStates } from "./channel-rates.ts";
import { columns, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Who has a new plan is looked at when it is due or at once, whichever is sooner; who has nothing left to send, no more. */
const SAVE = statement("save_deadlines", `
  insert into order_deadline as d (tenant_id, order_id, channel_id, placed_at, ship_by, open, left_at, cancelled_at, next_look_at)
  select (select current_tenant()), * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::boolean[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
  on conflict (tenant_id, order_id) do update set ship_by = excluded.ship_by, open = excluded.open, left_at = greatest(d.left_at, excluded.left_at), cancelled_at = coalesce(d.cancelled_at, excluded.cancelled_at),
    next_look_at = case when excluded.open then least(d.next_look_at, excluded.next_look_at) end, look_again = d.look_again and excluded.open, level = case when excluded.open then d.level end`);
/** Whose time has come is before all that are only looked at again, however many those are. */
const DUE = statement("find_due_looks", `
  select order_id from (
    (select order_id, next_look_at from order_deadline where tenant_id = (select current_tenant()) and not look_again and next_look_at <= $1 order by next_look_at limit $2)
    union all
    (select order_id, next_look_at from order_deadline where tenant_id = (select current_tenant()) and look_again and next_look_at > '-infinity' order by next_look_at limit $2)) as d
  order by next_look_at limit $2`);
const RISKS = statement("load_risks", `
  select order_id, level, missed from order_deadline where tenant_id = (select current_tenant()) and order_id = any($1::uuid[]) and (next_look_at <= $2 or look_again)`);
const SOON = statement("bring_looks_forward", `
  update order_deadline d set look_again = true
  where d.tenant_id = (select current_tenant()) and d.order_id = any(array(
    select s.order_id from order_deadline s where s.tenant_id = (select current_tenant()) and not s.look_again and s.next_look_at > $1 order by s.next_look_at limit $2 for no key update skip locked))`);
const SAVE_LOOKS = statement("save_looks", `
  update order_deadline d set next_look_at = l.next_look_at, look_again = false, level = l.level, deadline = l.deadline, due_at = l.due_at, predicted_at = l.predicted_at, cause = l.cause, shipment_no = l.shipment_no,
    looked_at = $2, missed = l.missed, tried = case when l.level is null then null else coalesce(l.tried, d.tried) end,
    tried_at = case when l.level is null then null when l.tried is null then d.tried_at else $2 end
  from (select * from unnest($1::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::smallint[], $10::text[], $11::boolean[]) limit cardinality($1))
    as l (order_id, next_look_at, level, deadline, due_at, predicted_at, cause, shipment_no, tried, missed)
  where d.tenant_id = (select current_tenant()) and d.order_id = any($1::uuid[]) and d.order_id = l.order_id`);

/** Keeps the dates of a batch's orders; asks for channels only where an order may have any. */
export async function saveDeadlines(session: Session, journal: Journal, loadChannels: () => Promise<readonly Channel[]>): Promise<void> {
  if (journal.newOrders.length + journal.touched.size === 0) return;
  const counted = countedChannels(await loadChannels());
  const changes = deadlineChanges(journal, (channelId) => counted.has(channelId));
  if (changes.length === 0) return;
  await session.run(SAVE, columns(changes, [
    (c) => c.order.id, (c) => c.order.channelId, (c) => instant(c.order.placedAt), (c) => instant(c.shipBy), (c) => c.open, (c) => instant(c.leftAt), (c) => instant(c.cancelledAt), (c) => (c.open ? instant(c.lookAt) : null),
  ]));
}

const findDueLooks = async (session: Session, now: number, limit: number): Promise<readonly string[]> =>
  (await session.rows<{ order_id: string }>(DUE, [instant(now), limit])).map((row) => row.order_id);

async function loadRisks(session: Session, orderIds: readonly string[], now: number): Promise<ReadonlyMap<string, KnownRisk>> {
  const rows = await session.rows<{ order_id: string; level: KnownRisk["level"] | null; missed: boolean }>(RISKS, [orderIds, instant(now)]);
  return new Map(rows.map(({ order_id: id, level, missed }) => [id, { level: level ?? "safe", missed }]));
}

async function saveLooks(session: Session, looks: ReadonlyMap<string, WatchedOrder>, now: number): Promise<void> {
  if (looks.size === 0) return;
  const rows = [...looks].map(([orderId, look]) => ({ orderId, look, risk: look.outlook === null || look.outlook.level === "safe" ? null : look.outlook }));
  const [ids, ...rest] = columns(rows, [
    (r) => r.orderId, (r) => instant(r.look.nextLookAt), (r) => r.risk?.level, (r) => r.risk?.deadline.kind, (r) => instant(r.risk?.deadline.at ?? null), (r) => instant(r.risk?.predictedAt ?? null),
    (r) => r.risk?.cause, (r) => r.risk?.shipment?.shipmentNo, (r) => r.look.tried?.sentence, (r) => r.look.missed,
  ]);
  await session.run(SAVE_LOOKS, [ids, instant(now), ...rest]);
}

/** What a transaction of the watch over orders' dates does beside what every one does. */
export const watchStatements = (session: Session): Omit<WatchTransaction, keyof Transaction> => ({
  findDueLooks: (now, limit) => findDueLooks(session, now, limit),
  loadRisks: (orderIds, now) => loadRisks(session, orderIds, now),
  bringLooksForward: (now, limit) => session.run(SOON, [instant(now), limit]),
  saveLooks: (looks, now) => saveLooks(session, looks, now),
  countRate: (of, from, to) => countRate((what, values) => session.rows(what, values), of, from, to),
  lockRateStates: (rates) => lockRateStates(session, rates),
  saveRateStates: (rates) => saveRateStates(session, rates),
});
