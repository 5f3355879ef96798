import type pg from "pg";
import type { FieldError } from "../domain/kernel/index.ts";
import { type ArrivedMessage, type Inbox, INBOX_LEASE, type InboxFilter, type InboxMessage, type MessageState, type MessageVerdict, type WaitingMessage } from "../flows/inbox.ts";
import { noteLookUps } from "./channel-calls.ts";
import { bytes, columns, json } from "./columns.ts";
import { loadConnections } from "./connections.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { isFenced } from "./leases.ts";

/**
 * Bodies travel as one piece, in binary, with the place of each in it: as array text they would be written and read twice
 * over in hexadecimal. A connection that was removed a moment ago keeps nothing.
 */
const KEEP = statement("keep_messages", `
  with arrived as (
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::int[], $7::int[]) as a (id, connection_id, delivery_id, topic, body_hash, begins, length)
  ), kept as (
    insert into inbox (tenant_id, id, connection_id, delivery_id, topic, body_hash)
    select (select current_tenant()), a.id, a.connection_id, a.delivery_id, a.topic, a.body_hash from arrived a
    where exists (select from connection c where c.tenant_id = (select current_tenant()) and c.id = a.connection_id)
    on conflict (tenant_id, connection_id, delivery_id) do nothing returning id
  )
  insert into inbox_body (tenant_id, message_id, body)
  select (select current_tenant()), k.id, substring($8::bytea from a.begins for a.length) from kept k join arrived a using (id)`);
/**
 * A statement of its own: it sees what another transaction committed while the one above waited for it. Asked for in
 * order, a delivery is found by the one index that has them so, even where a plan is made while the table is empty.
 */
const KEPT = statement("kept_messages", `
  select k.connection_id, k.delivery_id, m.id from (select * from unnest($1::uuid[], $2::text[]) limit cardinality($1)) as k (connection_id, delivery_id)
    cross join lateral (
      select m.id from inbox m where m.tenant_id = (select current_tenant()) and m.connection_id = k.connection_id
        and m.delivery_id between k.delivery_id and k.delivery_id order by m.delivery_id limit 1) m`);

/** At least one, and together at most 16 MB: a turn holds them in memory. */
const TAKE = statement("take_messages", `
  select id, connection_id, topic, attempts, body from (
    select due.*, sum(octet_length(body)) over (order by next_attempt_at, id) as bytes, row_number() over (order by next_attempt_at, id) as n
    from (
      select m.id, m.connection_id, m.topic, m.attempts, m.next_attempt_at, coalesce(b.body, ''::bytea) as body
      from inbox m
        join connection c on c.tenant_id = (select current_tenant()) and c.id = m.connection_id and c.status = 'active'
        left join inbox_body b on b.tenant_id = (select current_tenant()) and b.message_id = m.id
      where m.tenant_id = (select current_tenant()) and m.state = 'waiting' and m.next_attempt_at <= now()
      order by m.next_attempt_at, m.id limit $1) due
  ) taken where bytes <= 16777216 or n = 1 order by next_attempt_at, id`);
const SETTLE = statement("settle_messages", `
  update inbox m set state = s.state, external_id = s.external_id, source_version = s.source_version, order_id = s.order_id, reason = s.reason, errors = s.errors,
    translation_version = s.translation_version, waits_for_order = s.waits_for_order, attempts = m.attempts + 1, settled_at = clock_timestamp()
  from (select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::uuid[], $6::text[], $7::json[], $8::smallint[], $9::boolean[]) limit cardinality($1))
    as s (id, state, external_id, source_version, order_id, reason, errors, translation_version, waits_for_order)
  where m.tenant_id = (select current_tenant()) and m.id = s.id and m.id = any($1::uuid[]) and m.state = (select 'waiting')`);
/** Messages that were kept for orders that are here now. */
const WAIT_FOR = statement("messages_that_wait", `
  select w.id from (select * from unnest($1::uuid[]) limit cardinality($1)) as s (id)
    cross join lateral (select m.connection_id, m.external_id from inbox m where m.tenant_id = (select current_tenant()) and m.id = s.id offset 0) m
    cross join lateral (
      select w.id from inbox w where w.tenant_id = (select current_tenant()) and w.connection_id = m.connection_id and w.external_id = m.external_id and w.waits_for_order and w.state = 'kept' offset 0) w`);
const ORDER_CAME = statement("order_came", `
  update inbox m set state = 'waiting', waits_for_order = false, next_attempt_at = clock_timestamp(), settled_at = null
  where m.tenant_id = (select current_tenant()) and m.id = any($1::uuid[]) and m.state = (select 'kept')`);
const PUT_OFF = statement("put_message_off", `
  update inbox set attempts = attempts + 1, reason = $2, errors = null, state = case when $3::float8 is null then 'quarantined' else 'waiting' end,
    next_attempt_at = case when $3::float8 is null then next_attempt_at else clock_timestamp() + make_interval(secs => $3::float8 / 1000) end,
    settled_at = case when $3::float8 is null then clock_timestamp() end
  where tenant_id = (select current_tenant()) and id = $1 and state = 'waiting'`);

/** Each filter has an index that holds its messages in order; whatever else is asked is looked for along it. */
const OF_ORDER = statement("messages_of_order", `
  select m.id, m.connection_id, c.code as connection, m.delivery_id, m.topic, m.received_at, m.state, m.external_id, m.order_id, m.reason, m.errors, m.attempts, m.settled_at
  from (
      select * from inbox m
      where m.tenant_id = (select current_tenant()) and m.order_id = $1 and m.id < $2
        and ($4::uuid is null or m.connection_id = $4) and ($5::text is null or m.external_id = $5) and ($6::text is null or m.state = $6)
      order by m.id desc limit $3
    ) m join connection c on c.tenant_id = (select current_tenant()) and c.id = m.connection_id
  order by m.id desc`);
const IN_STATE = statement("messages_in_state", `
  select m.id, m.connection_id, c.code as connection, m.delivery_id, m.topic, m.received_at, m.state, m.external_id, m.order_id, m.reason, m.errors, m.attempts, m.settled_at
  from (
      select * from inbox m
      where m.tenant_id = (select current_tenant()) and m.state = $1 and m.id < $2
        and ($4::uuid is null or m.connection_id = $4) and ($5::text is null or m.external_id = $5)
      order by m.id desc limit $3
    ) m join connection c on c.tenant_id = (select current_tenant()) and c.id = m.connection_id
  order by m.id desc`);
const LATEST = statement("latest_messages", `
  select m.id, m.connection_id, c.code as connection, m.delivery_id, m.topic, m.received_at, m.state, m.external_id, m.order_id, m.reason, m.errors, m.attempts, m.settled_at
  from (
      select * from inbox m
      where m.tenant_id = (select current_tenant()) and m.id < $1
        and ($3::uuid is null or m.connection_id = $3) and ($4::text is null or m.external_id = $4)
      order by m.id desc limit $2
    ) m join connection c on c.tenant_id = (select current_tenant()) and c.id = m.connection_id
  order by m.id desc`);
const FIND = statement("find_messages", `
  select m.id, m.connection_id, c.code as connection, m.delivery_id, m.topic, m.received_at, m.state, m.external_id, m.order_id, m.reason, m.errors, m.attempts, m.settled_at
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select * from inbox m where m.tenant_id = (select current_tenant()) and m.id = k.id offset 0) m
    join connection c on c.tenant_id = (select current_tenant()) and c.id = m.connection_id`);
const SETTLED = statement("settled_messages", `
  select m.id, m.connection_id, c.code as connection, m.delivery_id, m.topic, m.received_at, m.state, m.external_id, m.order_id, m.reason, m.errors, m.attempts, m.settled_at
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select * from inbox m where m.tenant_id = (select current_tenant()) and m.id = k.id and m.state <> (select 'waiting') offset 0) m
    join connection c on c.tenant_id = (select current_tenant()) and c.id = m.connection_id`);
const BODY = statement("message_body", `select body from inbox_body where tenant_id = (select current_tenant()) and message_id = $1`);
/** In the order of the ids that are given: sorted, people who decide of the same messages wait for each other in no circle. */
const LOCK = statement("lock_messages", `
  select l.id, l.state from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select m.id, m.state from inbox m where m.tenant_id = (select current_tenant()) and m.id = k.id for update) l`);
const WITH_BODY = statement("messages_with_body", `
  select message_id as id from inbox_body where tenant_id = (select current_tenant()) and message_id = any($1::uuid[]) and body is not null`);
const REPLAY = statement("replay_message", `
  update inbox set state = 'waiting', attempts = 0, next_attempt_at = clock_timestamp(), reason = null, errors = null, settled_at = null
  where tenant_id = (select current_tenant()) and id = $1`);
const DROP = statement("drop_message", `
  update inbox set state = 'dropped', reason = $2, settled_at = clock_timestamp() where tenant_id = (select current_tenant()) and id = $1`);

/** The hash of the body stays, so that what was erased can be recognised. */
const ERASE = statement("erase_message", `
  with erased as (update inbox_body set body = null where tenant_id = (select current_tenant()) and message_id = $1)
  update inbox set errors = null, waits_for_order = false,
    reason = case when errors is not null and state <> 'dropped' or state in ('waiting', 'quarantined') then 'The body of this message was erased.' else reason end,
    settled_at = coalesce(settled_at, clock_timestamp()), state = case when state in ('waiting', 'quarantined') then 'dropped' else state end
  where tenant_id = (select current_tenant()) and id = $1`);

const eraseMessage = (session: Session, id: string): Promise<number> => session.run(ERASE, [id]);

/** Whoever settles messages holds the lease until it has ended. */
const AFTER_SETTLING = statement("after_settling", `select from lease where tenant_id = (select current_tenant()) and name = $1 for update`);
const BODIES_OF = statement("bodies_of_orders", `
  select m.id from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select m.id from inbox m where m.tenant_id = (select current_tenant()) and m.order_id = k.id offset 0) m
    cross join lateral (select from inbox_body b where b.tenant_id = (select current_tenant()) and b.message_id = m.id and b.body is not null offset 0) b
  order by m.id`);
/** Messages that turn out to be about orders whose contact was erased. */
const ABOUT_ERASED = statement("messages_about_erased", `
  select k.id from (select * from unnest($1::uuid[], $2::uuid[]) limit cardinality($1)) as k (id, order_id)
    cross join lateral (select from order_contact c where c.tenant_id = (select current_tenant()) and c.order_id = k.order_id and c.erased_hash is not null offset 0) c`);

/** Erases what channels sent of orders whose contacts are erased. What is being settled is waited for, and what is settled later is erased then. */
export async function eraseMessagesOf(session: Session, orderIds: readonly string[]): Promise<number> {
  await session.rows(AFTER_SETTLING, [INBOX_LEASE]);
  const rows = await session.rows<{ id: string }>(BODIES_OF, [orderIds]);
  await Promise.all(rows.map(({ id }) => eraseMessage(session, id)));
  return rows.length;
}

interface MessageDb {
  id: string; connection_id: string; connection: string; delivery_id: string; topic: string; received_at: Date; state: MessageState; external_id: string | null;
  order_id: string | null; reason: string | null; errors: FieldError[] | null; attempts: number; settled_at: Date | null;
}

const readMessage = (row: MessageDb): InboxMessage => ({
  id: row.id, connectionId: row.connection_id, connection: row.connection, deliveryId: row.delivery_id, topic: row.topic, receivedAt: row.received_at.getTime(), state: row.state,
  externalId: row.external_id, orderId: row.order_id, reason: row.reason, errors: row.errors, attempts: row.attempts, settledAt: row.settled_at?.getTime() ?? null,
});

/** Under which id a delivery is kept, and whether this message is the one that brought it. No id: its connection is gone. */
export interface KeptMessage {
  readonly id: string | null;
  readonly isNew: boolean;
}

const keyOf = (connectionId: string, deliveryId: string): string => `${connectionId}|${deliveryId}`;

/**
 * Keeps messages, of the same delivery the first. The one that is there tells by its id whether it is ours, so that asking
 * again after a lost answer gives the same answer.
 */
export const keepMessages = (pool: pg.Pool, tenantId: number, messages: readonly ArrivedMessage[]): Promise<readonly KeptMessage[]> =>
  inTransaction(pool, tenantId, (session) => keep(session, messages));

/** The same as a part of a transaction. */
export async function keep(session: Session, messages: readonly ArrivedMessage[]): Promise<readonly KeptMessage[]> {
  // In one order everywhere, so that transactions with the same deliveries wait for each other in no circle.
  const sorted = messages.map((message) => ({ message, key: keyOf(message.connectionId, message.deliveryId) })).toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const arrived = sorted.map(({ message }) => message);
  let end = 0;
  const placed = arrived.map((message) => ({ message, begins: (end += message.body.length) - message.body.length + 1 }));
  const heads = columns(placed, [
    ({ message }) => message.id, ({ message }) => message.connectionId, ({ message }) => message.deliveryId, ({ message }) => message.topic, ({ message }) => bytes(message.bodyHash),
    ({ begins }) => begins, ({ message }) => message.body.length,
  ]);
  const [, rows] = await Promise.all([
    session.run(KEEP, [...heads, Buffer.concat(arrived.map((message) => message.body))]),
    session.rows<{ connection_id: string; delivery_id: string; id: string }>(KEPT, columns(arrived, [(message) => message.connectionId, (message) => message.deliveryId])),
  ]);
  const kept = new Map(rows.map((row) => [keyOf(row.connection_id, row.delivery_id), row.id]));
  return messages.map(({ id, connectionId, deliveryId }) => {
    const there = kept.get(keyOf(connectionId, deliveryId)) ?? null;
    return { id: there, isNew: there === id };
  });
}

async function find(session: Session, id: string): Promise<InboxMessage | null> {
  const [row] = await session.rows<MessageDb>(FIND, [[id]]);
  return row ? readMessage(row) : null;
}

/** What is erased can never be taken in, and what is done cannot be set aside. Each is written by its key: over all of them at once an empty database plans to read every message. */
async function decide(session: Session, ids: readonly string[], verdict: MessageVerdict, isTrial: boolean): Promise<ReadonlyMap<string, InboxMessage | false>> {
  const there = await session.rows<{ id: string; state: MessageState }>(LOCK, [ids.toSorted()]);
  const able = verdict.action === "drop" ? there.filter(({ state }) => state !== "done") : await session.rows<{ id: string }>(WITH_BODY, [there.map(({ id }) => id)]);
  const can = able.map(({ id }) => id);
  if (!isTrial) await Promise.all(can.map((id) => (verdict.action === "drop" ? session.run(DROP, [id, verdict.reason]) : session.run(REPLAY, [id]))));
  const found = can.length === 0 ? [] : await session.rows<MessageDb>(FIND, [can]);
  return new Map<string, InboxMessage | false>([...there.map(({ id }) => [id, false] as const), ...found.map((row) => [row.id, readMessage(row)] as const)]);
}

export const postgresInbox = (pool: pg.Pool): Inbox => ({ ...taking(pool), ...looking(pool) });

function taking(pool: pg.Pool): Pick<Inbox, "keep" | "take" | "settle" | "putOff"> {
  return {
    keep: async (tenantId, messages) => (await keepMessages(pool, tenantId, messages)).map(({ isNew }) => isNew),
    take: (lease, limit) => inTransaction(pool, lease.tenantId, async (session) => {
      const [fenced, connections, rows] = await Promise.all([
        isFenced(session, lease), loadConnections(session), session.rows<{ id: string; connection_id: string; topic: string; attempts: number; body: Buffer }>(TAKE, [limit]),
      ]);
      if (!fenced) return null;
      const byId = new Map(connections.map((connection) => [connection.id, connection]));
      return rows.flatMap(({ id, connection_id: connectionId, topic, attempts, body }): WaitingMessage[] => {
        const connection = byId.get(connectionId);
        return connection ? [{ id, connection, topic, attempts, body }] : [];
      });
    }),
    settle: (lease, settlements) => inTransaction(pool, lease.tenantId, async (session) => {
      if (!(await isFenced(session, lease))) return false;
      const came = settlements.filter(({ orderId }) => orderId !== null);
      const erased = came.length === 0 ? [] : await session.rows<{ id: string }>(ABOUT_ERASED, columns(came, [(s) => s.id, (s) => s.orderId]));
      await session.run(SETTLE, columns(settlements, [
        (s) => s.id, (s) => s.state, (s) => s.externalId, (s) => s.version, (s) => s.orderId, (s) => s.reason, (s) => (s.errors === null ? null : json(s.errors)), (s) => s.translationVersion,
        (s) => s.waitsForOrder === true,
      ]));
      await Promise.all(erased.map(({ id }) => eraseMessage(session, id)));
      const waited = came.length === 0 ? [] : await session.rows<{ id: string }>(WAIT_FOR, columns(came, [(s) => s.id]));
      if (waited.length > 0) await session.run(ORDER_CAME, [waited.map(({ id }) => id)]);
      const asked = settlements.filter(({ lookUp }) => lookUp !== undefined);
      if (asked.length > 0) await noteLookUps(session, asked.map(({ id, lookUp = "" }) => ({ messageId: id, subject: lookUp })));
      return true;
    }),
    putOff: (lease, messageId, error, pauseMs) => inTransaction(pool, lease.tenantId, async (session) => {
      if (!(await isFenced(session, lease))) return false;
      await session.run(PUT_OFF, [messageId, error, pauseMs]);
      return true;
    }),
  };
}

function looking(pool: pg.Pool): Pick<Inbox, "settled" | "list" | "find" | "decide" | "replay" | "drop" | "erase"> {
  const one = async (tenantId: number, id: string, verdict: MessageVerdict): Promise<InboxMessage | false | null> =>
    (await inTransaction(pool, tenantId, (session) => decide(session, [id], verdict, false))).get(id) ?? null;
  return {
    settled: (tenantId, ids) => inTransaction(pool, tenantId, async (session) => (await session.rows<MessageDb>(SETTLED, [ids])).map(readMessage)),
    list: (tenantId, filter) => inTransaction(pool, tenantId, async (session) => (await select(session, filter)).map(readMessage)),
    find: (tenantId, id) => inTransaction(pool, tenantId, async (session) => {
      const [message, [row]] = await Promise.all([find(session, id), session.rows<{ body: Buffer | null }>(BODY, [id])]);
      return message === null ? null : { ...message, body: row?.body ?? null };
    }),
    decide: (tenantId, ids, verdict, isTrial) => inTransaction(pool, tenantId, (session) => decide(session, ids, verdict, isTrial)),
    replay: (tenantId, id) => one(tenantId, id, { action: "replay" }),
    drop: (tenantId, id, reason) => one(tenantId, id, { action: "drop", reason }),
    erase: (tenantId, id) => inTransaction(pool, tenantId, async (session) => (await Promise.all([eraseMessage(session, id), find(session, id)]))[1]),
  };
}

/** Later than every id there is. */
const END = "ffffffff-ffff-ffff-ffff-ffffffffffff";

function select(session: Session, filter: InboxFilter): Promise<MessageDb[]> {
  const { connectionId, state, orderId, externalId, limit } = filter;
  const before = filter.before ?? END;
  if (orderId !== null) return session.rows(OF_ORDER, [orderId, before, limit, connectionId, externalId, state]);
  if (state !== null) return session.rows(IN_STATE, [state, before, limit, connectionId, externalId]);
  return session.rows(LATEST, [before, limit, connectionId, externalId]);
}
