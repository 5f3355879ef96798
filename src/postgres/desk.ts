import type pg from "pg";
import type { Desk } from "../flows/desk.ts";
import { instant } from "./columns.ts";
import { inTransaction, statement } from "./database.ts";

/** What is not said here stays as it was. */
const NOTE = statement("note_desk_items", `
  insert into desk_item as d (tenant_id, queue, subject, owner, snoozed_until, actor, changed_at)
  select (select current_tenant()), $1, k.subject, $3, $4, $5, $6 from (select * from unnest($2::text[]) limit cardinality($2)) as k (subject)
  on conflict (tenant_id, queue, subject) do update set owner = coalesce(excluded.owner, d.owner), snoozed_until = coalesce(excluded.snoozed_until, d.snoozed_until), actor = excluded.actor, changed_at = excluded.changed_at`);
/** Of what only this said something, nothing is left. Parameters 3 and 4: whether the owner, or the rest, is taken back. */
const CLEAR = statement("clear_desk_items", `
  delete from desk_item d where d.tenant_id = (select current_tenant()) and d.queue = $1 and d.subject = any($2::text[])
    and ($3::boolean or d.owner is null) and ($4::boolean or d.snoozed_until is null)`);
const TAKE_BACK = statement("take_back_desk_notes", `
  update desk_item d set owner = case when not $3::boolean then owner end, snoozed_until = case when not $4::boolean then snoozed_until end, actor = $5, changed_at = $6
  where d.tenant_id = (select current_tenant()) and d.queue = $1 and d.subject = any($2::text[])`);
/** What is noted of a cause that is gone, and rests that are over of entries that nobody owns. */
const SWEEP = statement("sweep_desk_items", `
  delete from desk_item where tenant_id = (select current_tenant()) and (queue, subject) in (
    select d.queue, d.subject from desk_item d cross join lateral (select substr(d.subject, 5, 32)::uuid as id offset 0) k
    where d.tenant_id = (select current_tenant()) and ((d.owner is null and d.snoozed_until < $1) or not case left(d.subject, 3)
      when 'exc' then exists (select from exception e where e.tenant_id = d.tenant_id and e.id = k.id and e.resolved_at is null)
      when 'hld' then exists (select from hold h where h.tenant_id = d.tenant_id and h.order_id = k.id and h.hold_no = split_part(d.subject, '_', 3)::smallint and h.released_at is null)
      when 'cal' then exists (select from channel_call c where c.tenant_id = d.tenant_id and c.id = k.id and c.state = 'dead')
      when 'msg' then exists (select from inbox m where m.tenant_id = d.tenant_id and m.id = k.id and m.state = 'quarantined')
      when 'prk' then exists (select from failed_work w where w.tenant_id = d.tenant_id and w.id = k.id and w.state = 'parked')
      else exists (select from order_deadline p where p.tenant_id = d.tenant_id and p.order_id = k.id and p.level is not null and d.queue = 'promise_' || p.level) end)
    limit $2)`);

/** What people decided about entries of the desk's queues. */
export const postgresDesk = (pool: pg.Pool): Desk => ({
  note: (tenantId, queue, subjects, { owner = null, snoozedUntil = null, ...note }, { actor, now }) => inTransaction(pool, tenantId, async (session) => {
    if (owner !== null || snoozedUntil !== null) await session.run(NOTE, [queue, subjects, owner, instant(snoozedUntil), actor, instant(now)]);
    const back = note.takeBack ?? null;
    if (back === null) return;
    await session.run(CLEAR, [queue, subjects, back === "owner", back === "rest"]);
    await session.run(TAKE_BACK, [queue, subjects, back === "owner", back === "rest", actor, instant(now)]);
  }),
  sweep: (tenantId, now, limit) => inTransaction(pool, tenantId, (session) => session.run(SWEEP, [instant(now), limit])),
});
