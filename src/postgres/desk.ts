import type pg from "pg";
import type { Desk } from "../flows/desk.ts";
import { instant } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { newId } from "./tenants.ts";

/** What is not said here stays as it was. */
const NOTE = statement("note_desk_items", `
  insert into desk_item as d (tenant_id, queue, subject, owner, snoozed_until, actor, changed_at, change)
  select (select current_tenant()), $1, k.subject, $3, $4, $5, $6, $7 from (select * from unnest($2::text[]) limit cardinality($2)) as k (subject) order by k.subject
  on conflict (tenant_id, queue, subject) do update set owner = coalesce(excluded.owner, d.owner), snoozed_until = coalesce(excluded.snoozed_until, d.snoozed_until), actor = excluded.actor, changed_at = excluded.changed_at,
    change = excluded.change, owner_before = d.owner, snoozed_before = d.snoozed_until`);
/** Of what only this said something, nothing is left. Parameters 3 and 4: whether the owner, or the rest, is taken back. */
const CLEAR = statement("clear_desk_items", `
  delete from desk_item d where d.tenant_id = (select current_tenant()) and d.queue = $1 and d.subject = any($2::text[])
    and ($3::boolean or d.owner is null) and ($4::boolean or d.snoozed_until is null)`);
const TAKE_BACK = statement("take_back_desk_notes", `
  update desk_item d set owner = case when not $3::boolean then owner end, snoozed_until = case when not $4::boolean then snoozed_until end, actor = $5, changed_at = $6, change = null
  where d.tenant_id = (select current_tenant()) and d.queue = $1 and d.subject = any($2::text[])`);
/** Entries that are still as a change left them, as they were before it: those of which nothing was said, and the others. */
const UNDO_FIRST = statement("undo_first_desk_notes", `
  delete from desk_item d where d.tenant_id = (select current_tenant()) and d.queue = $1 and d.subject = any($2::text[]) and d.change = $3 and d.owner_before is null and d.snoozed_before is null returning d.subject`);
const UNDO = statement("undo_desk_notes", `
  update desk_item d set owner = owner_before, snoozed_until = snoozed_before, actor = $4, changed_at = $5, change = null, owner_before = null, snoozed_before = null
  where d.tenant_id = (select current_tenant()) and d.queue = $1 and d.subject = any($2::text[]) and d.change = $3 returning d.subject`);
/** What is noted of a cause that is gone, and rests that are over of entries that nobody owns. */
const SWEEP = statement("sweep_desk_items", `
  delete from desk_item where tenant_id = (select current_tenant()) and (queue, subject) in (
    select d.queue, d.subject from desk_item d cross join lateral (select substr(d.subject, 5, 32)::uuid as id offset 0) k
    where d.tenant_id = (select current_tenant()) and ((d.owner is null and d.snoozed_until < $1) or not case left(d.subject, 3)
      when 'exc' then exists (select from (select e.resolved_at from exception e where e.tenant_id = (select current_tenant()) and e.id = k.id offset 0) e where e.resolved_at is null)
      when 'hld' then exists (
        select from (select h.released_at from hold h where h.tenant_id = (select current_tenant()) and h.order_id = k.id and h.hold_no = split_part(d.subject, '_', 3)::smallint offset 0) h where h.released_at is null)
      when 'cal' then exists (select from channel_call c where c.tenant_id = (select current_tenant()) and c.id = k.id and c.state = 'dead')
      when 'msg' then exists (select from inbox m where m.tenant_id = (select current_tenant()) and m.id = k.id and m.state = 'quarantined')
      when 'prk' then exists (select from failed_work w where w.tenant_id = (select current_tenant()) and w.id = k.id and w.state = 'parked')
      else true end)
    limit $2)`);
const PROMISES = statement("noted_promises", `
  select queue, subject, substr(subject, 5, 32)::uuid as order_id from desk_item where tenant_id = (select current_tenant()) and queue in ('promise_late', 'promise_at_risk') order by changed_at limit $1`);
const LEVELS = statement("levels_of_noted_promises", `
  select order_id, level from order_deadline where tenant_id = (select current_tenant()) and order_id = any($1::uuid[])`);

/** What people decided about entries of the desk's queues. */
export const postgresDesk = (pool: pg.Pool): Desk => ({
  note: (tenantId, queue, subjects, { owner = null, snoozedUntil = null, ...note }, { actor, now }) => inTransaction(pool, tenantId, async (session) => {
    const back = note.takeBack ?? null;
    if (back === null) {
      const change = newId();
      await session.run(NOTE, [queue, subjects, owner, instant(snoozedUntil), actor, instant(now), change]);
      return change;
    }
    await session.run(CLEAR, [queue, subjects, back === "owner", back === "rest"]);
    await session.run(TAKE_BACK, [queue, subjects, back === "owner", back === "rest", actor, instant(now)]);
    return null;
  }),
  undo: (tenantId, queue, subjects, change, { actor, now }) => inTransaction(pool, tenantId, async (session) => {
    const first = await session.rows<{ subject: string }>(UNDO_FIRST, [queue, subjects, change]);
    const others = await session.rows<{ subject: string }>(UNDO, [queue, subjects, change, actor, instant(now)]);
    return new Set([...first, ...others].map(({ subject }) => subject));
  }),
  sweep: (tenantId, now, limit) => inTransaction(pool, tenantId, async (session) => {
    const ended = await session.run(SWEEP, [instant(now), limit]);
    return ended + await sweepPromises(session, limit);
  }),
});

/** An order is in the queue of the level that its date has now, or in none. */
async function sweepPromises(session: Session, limit: number): Promise<number> {
  const noted = await session.rows<{ queue: string; subject: string; order_id: string }>(PROMISES, [limit]);
  if (noted.length === 0) return 0;
  const levels = await session.rows<{ order_id: string; level: string | null }>(LEVELS, [noted.map((one) => one.order_id)]);
  const queueOf = new Map(levels.map((one) => [one.order_id, `promise_${one.level ?? "safe"}`]));
  const gone = noted.filter((one) => queueOf.get(one.order_id) !== one.queue);
  let ended = 0;
  for (const queue of new Set(gone.map((one) => one.queue))) ended += await session.run(CLEAR, [queue, gone.filter((one) => one.queue === queue).map((one) => one.subject), true, true]);
  return ended;
}
