import type pg from "pg";
import type { ShadowSum } from "../domain/fulfillment/index.ts";
import type { AnswerBody } from "../flows/ports.ts";
import { type FirstDecision, type KeptShadow, type ShadowBatch, type ShadowFindings, type Shadows, SHADOW_ORDERS_KEPT } from "../flows/shadows.ts";
import { documents, instant, json } from "./columns.ts";
import { inTransaction, type Session, statement, unflushed } from "./database.ts";

/** Whoever commits events waits until this has ended: what the log gets from here on is known to come after the beginning. */
const HEAD = statement("lock_log_head", `select position from event_counter where tenant_id = (select current_tenant()) for share`);
const CLEAR = statement("clear_shadow", `delete from routing_shadow where tenant_id = (select current_tenant()) and code = $1`);
const BEGIN = statement("begin_shadow", `
  insert into routing_shadow (tenant_id, code, id, version, revision, groups, channel_id, channel_code, actor, currency, started_at, start_position)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (tenant_id, code) do nothing`);
const END = statement("end_shadow", `update routing_shadow set ended_at = $2 where tenant_id = (select current_tenant()) and code = $1 and ended_at is null`);
const FIND = statement("find_shadow", `select * from routing_shadow where tenant_id = (select current_tenant()) and code = $1`);
const ORDERS = statement("shadow_orders", `
  select row_no, document from routing_shadow_order where tenant_id = (select current_tenant()) and code = $1 and row_no < $2 order by row_no desc limit $3`);

const ACTIVE = statement("active_shadows", `select * from routing_shadow where tenant_id = (select current_tenant()) and ended_at is null order by code`);
const CURSOR = statement("shadow_cursor", `
  select c.position, (select k.position from event_counter k where k.tenant_id = (select current_tenant())) as head,
    exists (select from routing_shadow s where s.tenant_id = (select current_tenant()) and s.ended_at is null) as active
  from consumer c where c.tenant_id = (select current_tenant()) and c.name = $1 and c.fence = $2`);
const BATCH = statement("shadow_events", `
  select position, type, order_id, reason, data from event where tenant_id = (select current_tenant()) and position > $1 order by position limit $2`);
/** An order has one first decision. */
const DETAILS = statement("shadow_decisions", `
  select k.id as order_id, o.channel_id, o.captured_at, d.detail from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
  cross join lateral (select o.channel_id, o.captured_at from sales_order o where o.tenant_id = (select current_tenant()) and o.id = k.id offset 0) o
  cross join lateral (select d.detail from routing_decision d where d.tenant_id = (select current_tenant()) and d.order_id = k.id and d.decision_no = 1 offset 0) d`);
const ADVANCE = statement("advance_shadow_consumer", `
  update consumer set position = $4, begun_until = $4, crashes = 0 where tenant_id = (select current_tenant()) and name = $1 and fence = $2 and position = $3`);
/** Who put another draft there, or ended it, meanwhile does not want this any more. */
const ADD = statement("add_to_shadow", `
  update routing_shadow set compared = compared + $3, left_out = left_out + $4, moved = moved + $5, live_split = live_split + $6, draft_split = draft_split + $7, live_late = live_late + $8, draft_late = draft_late + $9,
    live_unplaced = live_unplaced + $10, draft_unplaced = draft_unplaced + $11, costed = costed + $12, live_cost_micros = live_cost_micros + $13, draft_cost_micros = draft_cost_micros + $14
  where tenant_id = (select current_tenant()) and code = $1 and id = $2 and ended_at is null returning moved`);
const KEEP = statement("keep_shadow_orders", `
  insert into routing_shadow_order (tenant_id, code, row_no, document)
  select (select current_tenant()), $1, $2::bigint + ordinality, document from json_array_elements($3::json) with ordinality as o (document, ordinality)`);
const DROP = statement("drop_shadow_orders", `delete from routing_shadow_order where tenant_id = (select current_tenant()) and code = $1 and row_no <= $2`);
const FORGET = statement("forget_shadows", `
  delete from routing_shadow where tenant_id = (select current_tenant()) and code in (
    select code from routing_shadow where tenant_id = (select current_tenant()) and ended_at < now() - interval '30 days' order by code limit $1)`);

interface ShadowDb {
  code: string; id: string; version: number; revision: number; groups: KeptShadow["groups"]; channel_id: string | null; channel_code: string | null; actor: string; currency: string | null; started_at: Date;
  start_position: number; ended_at: Date | null; compared: number; left_out: number; moved: number; live_split: number; draft_split: number; live_late: number; draft_late: number; live_unplaced: number;
  draft_unplaced: number; costed: number; live_cost_micros: number; draft_cost_micros: number;
}
interface EventDb { position: number; type: string; order_id: string | null; reason: string | null; data: FirstDecision["data"] }
interface DetailDb { order_id: string; channel_id: string; captured_at: Date; detail: string }

const readShadow = (row: ShadowDb): KeptShadow & { readonly startPosition: number } => ({
  id: row.id, code: row.code, version: row.version, revision: row.revision, groups: row.groups, channel: row.channel_id === null ? null : { id: row.channel_id, code: row.channel_code ?? "" }, actor: row.actor,
  currency: row.currency, startedAt: row.started_at.getTime(), endedAt: row.ended_at?.getTime() ?? null, startPosition: row.start_position,
  sum: {
    compared: row.compared, leftOut: row.left_out, moved: row.moved, costed: row.costed,
    live: { split: row.live_split, late: row.live_late, unplaced: row.live_unplaced, costMicros: row.live_cost_micros }, draft: { split: row.draft_split, late: row.draft_late, unplaced: row.draft_unplaced, costMicros: row.draft_cost_micros },
  },
});

const LATEST = 2 ** 53 - 1;

export function postgresShadows(pool: pg.Pool): Shadows {
  return {
    begin: (tenantId, { code, id, version, revision, groups, channel, actor, currency, startedAt }) => inTransaction(pool, tenantId, async (session) => {
      await session.run(CLEAR, [code]);
      const [head] = await session.rows<{ position: number }>(HEAD, []);
      if (!head) throw new Error("the tenant has no event counter");
      await session.run(BEGIN, [code, id, version, revision, json(groups), channel?.id ?? null, channel?.code ?? null, actor, currency, instant(startedAt), head.position]);
    }),
    end: (tenantId, code, at) => inTransaction(pool, tenantId, async (session) => void (await session.run(END, [code, instant(at)]))),
    find: (tenantId, code) => inTransaction(pool, tenantId, async (session) => {
      const [row] = await session.rows<ShadowDb>(FIND, [code]);
      return row ? readShadow(row) : null;
    }),
    orders: (tenantId, code, before, limit) => inTransaction(pool, tenantId, async (session) =>
      (await session.rows<{ row_no: number; document: AnswerBody }>(ORDERS, [code, before ?? LATEST, limit])).map((row) => ({ rowNo: row.row_no, document: row.document }))),
    take: (lease, consumer, limit) => unflushed(pool, lease.tenantId, (session) => take(session, [consumer, lease.fence], limit)),
    keep: (lease, consumer, { from, until }, findings) => unflushed(pool, lease.tenantId, async (session) => {
      if ((await session.run(ADVANCE, [consumer, lease.fence, from, until])) === 0) return false;
      for (const found of findings) await add(session, found);
      return true;
    }),
    forget: (tenantId, limit) => inTransaction(pool, tenantId, (session) => session.run(FORGET, [limit])),
  };
}

async function take(session: Session, held: readonly [consumer: string, fence: number], limit: number): Promise<ShadowBatch | null> {
  const [cursor] = await session.rows<{ position: number; head: number; active: boolean }>(CURSOR, held);
  if (!cursor) return null;
  const { position: from, head } = cursor;
  const none = { from, until: head, events: 0, shadows: [], decisions: [] };
  if (!cursor.active) {
    if (from < head) await session.run(ADVANCE, [...held, from, head]);
    return none;
  }
  const shadows = (await session.rows<ShadowDb>(ACTIVE, [])).map(readShadow);
  const after = Math.max(from, Math.min(...shadows.map(({ startPosition }) => startPosition)));
  const events = await session.rows<EventDb>(BATCH, [after, limit]);
  const firsts = events.flatMap((event) => (event.type === "OrderRouted" && event.order_id !== null && event.data["decision_no"] === 1 ? [{ ...event, order_id: event.order_id }] : []));
  const details = firsts.length === 0 ? [] : await session.rows<DetailDb>(DETAILS, [firsts.map((event) => event.order_id)]);
  const detailOf = new Map(details.map((row) => [row.order_id, row]));
  const decisions = firsts.flatMap(({ position, order_id: orderId, reason, data }): FirstDecision[] => {
    const kept = detailOf.get(orderId);
    return kept ? [{ position, orderId, channelId: kept.channel_id, capturedAt: kept.captured_at.getTime(), reason: reason ?? "", data, detail: JSON.parse(kept.detail) }] : [];
  });
  return { from, until: events.at(-1)?.position ?? from, events: events.length, shadows, decisions };
}

async function add(session: Session, { shadow: { code, id }, sum, moved }: ShadowFindings): Promise<void> {
  const [row] = await session.rows<{ moved: number }>(ADD, [code, id, ...figures(sum)]);
  if (!row || moved.length === 0) return;
  await session.run(KEEP, [code, row.moved - moved.length, documents(moved, (one) => one)]);
  await session.run(DROP, [code, row.moved - SHADOW_ORDERS_KEPT]);
}

const figures = ({ compared, leftOut, moved, live, draft, costed }: ShadowSum): number[] =>
  [compared, leftOut, moved, live.split, draft.split, live.late, draft.late, live.unplaced, draft.unplaced, costed, live.costMicros, draft.costMicros];
