import type pg from "pg";
import type { ClaimedMail, LetterKind, MailKind, MailMessage, Mails, MailState, MailView, Written } from "../flows/mails.ts";
import { columns, documents } from "./columns.ts";
import { inTransaction, type Session, statement, unflushed } from "./database.ts";
import { holdContacts, loadMailFacts } from "./mail-facts.ts";

const LOCK_CONSUMER = statement("lock_mail_consumer", `
  select position from consumer where tenant_id = current_tenant() and name = $1 and fence = $2 for update`);
/**
 * What a batch of events has to be told to customers, of orders that name an e-mail address and channels that mail. Only
 * what happened within three days: a late mail helps nobody, and whoever imports last year's orders mails no one. Cancelled
 * and delayed wait a while, so that changes that come close together are one mail, and so that goods which find another
 * node at once are none.
 */
const NOTE = statement("note_mails", `
  with batch as (
    select position, id, type, order_id, occurred_at, recorded_at, data from event where tenant_id = current_tenant() and position > $1 order by position limit $2),
  concerned as (
    select b.*, o.channel_id, o.captured_at < o.placed_at + interval '3 days' as fresh from batch b
    cross join lateral (select o.channel_id, o.placed_at, o.captured_at from sales_order o where o.tenant_id = current_tenant() and o.id = b.order_id offset 0) o
    where b.occurred_at > now() - interval '3 days'
      and exists (select from order_contact c where c.tenant_id = current_tenant() and c.order_id = b.order_id and c.data -> 'customer' ->> 'email' <> '' offset 0)),
  wanted as (
    select c.*, coalesce(s.kinds, case when exists (select from connection n where n.tenant_id = current_tenant() and n.channel_id = c.channel_id)
        then '{}' else array['confirmation', 'shipped', 'delayed', 'cancelled'] end) as kinds, coalesce(s.confirm_when, 'captured') as confirm_when
    from concerned c left join lateral (select s.kinds, s.confirm_when from channel_mail s where s.tenant_id = current_tenant() and s.channel_id = c.channel_id offset 0) s on true),
  due as (
    select order_id, 'confirmation' as kind, '' as cause, position, 0 as wait_seconds from wanted w
    where 'confirmation' = any(kinds) and fresh and case confirm_when when 'captured' then type = 'OrderCaptured'
      else type in ('OrderCaptured', 'HoldReleased') and not exists (select from hold h where h.tenant_id = current_tenant() and h.order_id = w.order_id and h.released_at is null offset 0) end
    union all
    select order_id, 'shipped', data ->> 'shipment_no', position, 0 from wanted where 'shipped' = any(kinds) and type = 'ShipmentShipped'
    union all
    select order_id, 'delayed', to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD'), position, $3::int from wanted w
    where 'delayed' = any(kinds) and type not in ('OrderCaptured', 'ReservationExpired') and (
      -- Who was told a date hears of a later one, and that there is none any more. Both are texts in UTC.
      (type = 'PromiseChanged' and data ->> 'from' < coalesce(data ->> 'to', 'never'))
      or exists (select from line_movement m
        where m.tenant_id = current_tenant() and m.order_id = w.order_id and m.event_id = w.id
          and (m.to_bucket = 'backordered' and m.from_bucket is not null or m.to_bucket = 'pending' and m.from_bucket in ('reserved', 'released', 'picked', 'packed')) offset 0))
    union all
    select order_id, 'cancelled', position::text, position, $3::int from wanted w
    where 'cancelled' = any(kinds) and type in ('LinesCancelled', 'CancelAnswered') and exists (select from line_movement m
      where m.tenant_id = current_tenant() and m.order_id = w.order_id and m.event_id = w.id and m.to_bucket = 'cancelled' offset 0)),
  made as (
    insert into mail (tenant_id, order_id, kind, cause, position, due_at)
    select current_tenant(), order_id, kind, cause, position, now() + make_interval(secs => wait_seconds) from due order by position, kind
    on conflict (tenant_id, order_id, kind, cause) do nothing returning id)
  select (select max(position) from batch) as position, (select count(*) from batch) as events, (select count(*) from made) as made`);
const ADVANCE = statement("advance_mail_consumer", `
  update consumer set position = $3, begun_until = $3, crashes = 0 where tenant_id = current_tenant() and name = $1 and fence = $2`);

const DUE = statement("due_mails", `
  select id, order_id from mail where tenant_id = current_tenant() and state = 'waiting' and due_at <= clock_timestamp() order by due_at limit $1`);
/** Comes after the contacts of their orders, as whoever erases a contact has it: what was erased meanwhile waits no more. */
const TO_WRITE = statement("mails_to_write", `
  select m.id, m.order_id, m.kind, m.cause, m.due_at < clock_timestamp() - interval '3 days' as late
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id) join mail m on m.tenant_id = current_tenant() and m.id = k.id
  where m.state || '' = 'waiting' and m.due_at <= clock_timestamp() order by m.due_at for update of m skip locked`);
/** Cancellations that came close together are told by the first of them. Kind and state are put so that no index is read by them. */
const JOIN = statement("join_mails", `
  update mail m set state = 'joined', joined_to = k.id, note = 'Another mail tells of it too.', finished_at = clock_timestamp()
  from (select * from unnest($1::uuid[], $2::uuid[]) limit cardinality($1)) as k (id, order_id)
  where m.tenant_id = current_tenant() and m.order_id = k.order_id and m.order_id = any($2::uuid[]) and m.kind || '/' || m.state = 'cancelled/waiting' and m.id <> all($1)`);
const WRITTEN = statement("mails_written", `
  update mail m set state = k.state, note = k.note, due_at = clock_timestamp(), ready_at = case when k.state = 'ready' then clock_timestamp() end,
    finished_at = case when k.state = 'ready' then null else clock_timestamp() end
  from (select * from unnest($1::uuid[], $2::text[], $3::text[]) limit cardinality($1)) as k (id, state, note)
  where m.tenant_id = current_tenant() and m.id = k.id`);
const KEEP = statement("keep_mail_bodies", `
  insert into mail_body (tenant_id, mail_id, order_id, message) select current_tenant(), k.id, k.order_id, k.message from rows from (unnest($1::uuid[], $2::uuid[]), json_array_elements($3::json)) as k (id, order_id, message)
  on conflict (tenant_id, mail_id) do update set message = excluded.message`);

/** A row that is being sent is due again when its claim has run out: nobody knows then whether it left. */
const CLAIM = statement("claim_mails", `
  with due as (
    select d.id from (values ('ready'), ('sending')) as w (state)
    cross join lateral (
      select m.id from mail m where m.tenant_id = current_tenant() and m.state = w.state and m.state in ('waiting', 'ready', 'sending') and m.due_at <= clock_timestamp()
      order by m.due_at limit $1 for update skip locked) d)
  update mail m set state = 'sending', fence = m.fence + 1, due_at = clock_timestamp() + make_interval(secs => $2)
  from (select unnest(array(select id from due)) limit $1::int) as d (id)
  where m.tenant_id = current_tenant() and m.id = d.id
  returning m.id, m.kind, m.fence, m.attempts, m.created_at, m.ready_at,
    (select b.message from mail_body b where b.tenant_id = current_tenant() and b.mail_id = m.id) as message`);
/** The claim's fence is in the condition: after another process took the mail over, this writes nothing. */
const FINISH = statement("finish_mail", `
  update mail set state = $3, note = $4, attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => $5::float8 / 1000),
    finished_at = case when $3 = 'ready' then null else clock_timestamp() end
  where tenant_id = current_tenant() and id = $1 and fence = $2 and state = 'sending'`);

/** By id, or without their text of an order, in a state, or all: each by the index that has them in this order. */
const LIST = statement("list_mails", `
  with chosen as (
    (select id from mail where tenant_id = current_tenant() and id = $7::uuid)
    union all
    (select id from mail where $7::uuid is null and tenant_id = current_tenant() and order_id = $3::uuid and ($1::text is null or state = $1) and ($2::text is null or kind = $2)
      and ($4::bigint is null or (position, id) < ($4, $5::uuid)) order by position desc, id desc limit $6)
    union all
    (select id from mail where $7::uuid is null and $3::uuid is null and tenant_id = current_tenant() and state = $1 and ($2::text is null or kind = $2)
      and ($4::bigint is null or (position, id) < ($4, $5::uuid)) order by position desc, id desc limit $6)
    union all
    (select id from mail where $7::uuid is null and $3::uuid is null and $1::text is null and tenant_id = current_tenant() and ($2::text is null or kind = $2)
      and ($4::bigint is null or (position, id) < ($4, $5::uuid)) order by position desc, id desc limit $6))
  select m.id, m.order_id, m.kind, m.state, m.attempts, m.note, m.position, m.created_at, m.due_at, m.finished_at, o.number,
    case when $7::uuid is not null or b.message is null then b.message else json_build_object('language', b.message -> 'language', 'from', b.message -> 'from', 'replyTo', b.message -> 'replyTo',
      'to', b.message -> 'to', 'subject', b.message -> 'subject', 'text', '', 'html', '') end as message,
    (select c.code from channel c where c.tenant_id = current_tenant() and c.id = o.channel_id limit 1) as channel
  from chosen
    cross join lateral (select m.* from mail m where m.tenant_id = current_tenant() and m.id = chosen.id offset 0) m
    left join lateral (select o.number, o.channel_id from sales_order o where o.tenant_id = current_tenant() and o.id = m.order_id offset 0) o on true
    left join lateral (select b.message from mail_body b where b.tenant_id = current_tenant() and b.mail_id = m.id offset 0) b on true
  order by m.position desc, m.id desc`);
const RETRY = statement("retry_mail", `
  update mail set state = 'waiting', attempts = 0, note = null, due_at = clock_timestamp(), finished_at = null
  where tenant_id = current_tenant() and id = $1 and order_id is not null and state in ('kept', 'dropped', 'refused', 'dead')`);
const COUNTS = statement("count_mails", `
  select (select count(*) from mail where tenant_id = current_tenant() and state in ('waiting', 'ready', 'sending')) as ready,
    (select count(*) from mail where tenant_id = current_tenant() and state = 'dead') as dead`);
const FORGET = statement("forget_mails", `
  delete from mail where tenant_id = current_tenant() and id in (
    select id from mail where tenant_id = current_tenant() and created_at < now() - make_interval(days => $1) and state <> 'sending' order by created_at limit $2 for update skip locked)`);

/** How long cancellations and delays wait for more of the same. */
const GATHER_SECONDS = 120;
const NOTE_MAX = 1_000;

interface ToWriteDb { id: string; order_id: string; kind: MailKind; cause: string; late: boolean }
interface ClaimDb { id: string; kind: LetterKind; fence: number; attempts: number; created_at: Date; ready_at: Date | null; message: MailMessage | null }
interface ViewDb {
  id: string; order_id: string | null; kind: LetterKind; state: MailState; attempts: number; note: string | null; position: number; created_at: Date; due_at: Date;
  finished_at: Date | null; message: MailMessage | null; number: number | null; channel: string | null;
}

const PENDING: ReadonlySet<string> = new Set<MailState>(["waiting", "ready", "sending"]);

const readView = (row: ViewDb): MailView => ({
  id: row.id, orderId: row.order_id, orderNumber: row.number, channel: row.channel, kind: row.kind, state: row.state, attempts: row.attempts, note: row.note,
  position: row.position, createdAt: row.created_at.getTime(), dueAt: PENDING.has(row.state) ? row.due_at.getTime() : null, finishedAt: row.finished_at?.getTime() ?? null, message: row.message,
});

async function find(session: Session, id: string): Promise<MailView | null> {
  const [row] = await session.rows<ViewDb>(LIST, [null, null, null, null, null, 1, id]);
  return row ? readView(row) : null;
}

export interface MailOptions {
  /** How long cancellations and delays wait for more of the same; two minutes without it. */
  readonly gatherSeconds?: number;
}

export const postgresMails = (pool: pg.Pool, { gatherSeconds = GATHER_SECONDS }: MailOptions = {}): Mails => ({ ...making(pool, gatherSeconds), ...sending(pool), ...keeping(pool) });

function making(pool: pg.Pool, gatherSeconds: number): Pick<Mails, "note" | "write" | "preview"> {
  return {
    note: ({ tenantId, fence }, consumer, limit) => unflushed(pool, tenantId, async (session) => {
      const [cursor] = await session.rows<{ position: number }>(LOCK_CONSUMER, [consumer, fence]);
      if (!cursor) return null;
      const [batch] = await session.rows<{ position: number | null; events: number; made: number }>(NOTE, [cursor.position, limit, gatherSeconds]);
      if (!batch || batch.position === null) return { events: 0, made: 0 };
      await session.run(ADVANCE, [consumer, fence, batch.position]);
      return { events: batch.events, made: batch.made };
    }),
    // What a crash of the machine takes back is written again; nothing leaves before a commit of its own, which is flushed.
    write: (tenantId, limit, sandbox, write) => unflushed(pool, tenantId, async (session) => {
      const candidates = await session.rows<Pick<ToWriteDb, "id" | "order_id">>(DUE, [limit]);
      if (candidates.length === 0) return [];
      const [, rows] = await Promise.all([holdContacts(session, candidates.map((one) => one.order_id)), session.rows<ToWriteDb>(TO_WRITE, columns(candidates, [(one) => one.id]))]);
      const due = firstOfEach(rows);
      if (due.length === 0) return [];
      const gathering = due.filter(({ kind }) => kind === "cancelled");
      if (gathering.length > 0) await session.run(JOIN, columns(gathering, [(one) => one.id, (one) => one.order_id]));
      const facts = await loadMailFacts(session, due.map((one) => ({ mailId: one.id, orderId: one.order_id, channelId: null, kind: one.kind, cause: one.cause })));
      const written = due.map((one, index): readonly [ToWriteDb, Written] => {
        const known = facts[index];
        return [one, one.late || !known ? { kind: "dropped", note: one.late ? "It is too late to tell." : "The order is gone." } : write(known)];
      });
      const stateOf = ({ kind }: Written): MailState => (kind === "written" ? (sandbox ? "kept" : "ready") : kind);
      const kept = written.flatMap(([one, result]) => (result.kind === "written" ? [{ one, message: result.message }] : []));
      if (kept.length > 0) await session.run(KEEP, [...columns(kept, [({ one }) => one.id, ({ one }) => one.order_id]), documents(kept, ({ message }) => message)]);
      await session.run(WRITTEN, columns(written, [
        ([one]) => one.id, ([, result]) => stateOf(result),
        ([, result]) => (result.kind === "written" ? (sandbox ? "Kept here: no mail server is set." : null) : result.note.slice(0, NOTE_MAX)),
      ]));
      return written.map(([{ kind }, result]) => ({ kind, state: stateOf(result) }));
    }),
    preview: (tenantId, orderId, channelId, kind) => inTransaction(pool, tenantId, async (session) =>
      (await loadMailFacts(session, [{ mailId: null, orderId, channelId, kind, cause: "" }]))[0] ?? null),
  };
}

/** The others of the same order and kind are joined to it. */
function firstOfEach(rows: readonly ToWriteDb[]): ToWriteDb[] {
  const seen = new Set<string>();
  return rows.filter(({ order_id: orderId, kind }) => {
    if (kind !== "cancelled") return true;
    const first = !seen.has(orderId);
    seen.add(orderId);
    return first;
  });
}

function sending(pool: pg.Pool): Pick<Mails, "claim" | "finish"> {
  return {
    claim: (tenantId, limit, claimMs) => inTransaction(pool, tenantId, async (session) =>
      (await session.rows<ClaimDb>(CLAIM, [limit, claimMs / 1000])).map((row): ClaimedMail => ({
        id: row.id, kind: row.kind, fence: row.fence, attempts: row.attempts, createdAt: row.created_at.getTime(), readyAt: (row.ready_at ?? row.created_at).getTime(), message: row.message,
      }))),
    finish: (tenantId, { id, fence }, { kind, note }, pauseMs) => inTransaction(pool, tenantId, async (session) =>
      (await session.run(FINISH, [id, fence, kind === "retry" ? "ready" : kind, note.slice(0, NOTE_MAX), pauseMs])) > 0),
  };
}

function keeping(pool: pg.Pool): Pick<Mails, "list" | "find" | "retry" | "counts" | "forget"> {
  return {
    list: (tenantId, { state, kind, orderId, before, limit }) => inTransaction(pool, tenantId, async (session) =>
      (await session.rows<ViewDb>(LIST, [state, kind, orderId, before?.[0] ?? null, before?.[1] ?? null, limit, null])).map(readView)),
    find: (tenantId, id) => inTransaction(pool, tenantId, (session) => find(session, id)),
    retry: (tenantId, id) => inTransaction(pool, tenantId, async (session) => {
      const changed = await session.run(RETRY, [id]);
      const now = await find(session, id);
      return now !== null && changed === 0 ? false : now;
    }),
    counts: (tenantId) => inTransaction(pool, tenantId, async (session) => {
      const [row] = await session.rows<{ ready: number; dead: number }>(COUNTS, []);
      return row ?? { ready: 0, dead: 0 };
    }),
    forget: (tenantId, days, limit) => inTransaction(pool, tenantId, (session) => session.run(FORGET, [days, limit])),
  };
}
