import type pg from "pg";
import { publicId } from "../domain/kernel/index.ts";
import { changedFields, toldChanges } from "../flows/changed-fields.ts";
import type { Connection, ConnectionHealth, Connections, ConnectionStatus, MessageState } from "../flows/inbox.ts";
import { json } from "./columns.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { recordChange } from "./events.ts";

/** Secrets are written here and read where messages are verified; what people see never has them. */
const CREATE = statement("create_connection", `
  insert into connection (tenant_id, id, code, connector, channel_id, secret, match_by_sku, capture_test_orders)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7)
  on conflict (tenant_id, code) do nothing`);
/** The channel's code is that of its latest version, whenever that counts from. */
const LIST = statement("list_connections", `
  select c.id, c.code, c.connector, c.channel_id, h.code as channel, c.status, c.match_by_sku, c.capture_test_orders, c.created_at,
    c.acknowledge, c.base_url, array(select json_object_keys(c.credentials) order by 1) as credentials, c.push_stock, c.places,
    case when c.previous_secret_until > clock_timestamp() then c.previous_secret_until end as previous_secret_until
  from connection c cross join lateral (
    select h.code from channel h where h.tenant_id = c.tenant_id and h.id = c.channel_id order by h.valid_from desc limit 1) h
  where c.tenant_id = (select current_tenant()) and ($1::uuid is null or c.id = $1) order by c.code`);
const CHANGE = statement("change_connection", `
  update connection set status = coalesce($2, status), match_by_sku = coalesce($3, match_by_sku), capture_test_orders = coalesce($4, capture_test_orders),
    base_url = case when $5 then $6 else base_url end, credentials = coalesce($7::json, credentials), push_stock = coalesce($8, push_stock), places = coalesce($9::json, places),
    acknowledge = coalesce($10, acknowledge)
  where tenant_id = (select current_tenant()) and id = $1`);
/** Locked before its messages are looked at, so that none comes in between. */
const LOCK = statement("lock_connection", `select from connection where tenant_id = (select current_tenant()) and id = $1 for update`);
const UNSETTLED = statement("has_unsettled_messages", `
  select from inbox where tenant_id = (select current_tenant()) and state in ('waiting', 'quarantined') and connection_id = $1 limit 1`);
const REMOVE = statement("remove_connection", `delete from connection where tenant_id = (select current_tenant()) and id = $1`);
const ROTATE = statement("rotate_connection_secret", `
  update connection set previous_secret = secret, previous_secret_until = clock_timestamp() + make_interval(secs => $3), secret = $2
  where tenant_id = (select current_tenant()) and id = $1`);
/** Whatever it was told before, and whatever changed while it was told nothing: all of its mapped variants are told anew. */
const TELL_ALL = statement("tell_all_stock", `
  insert into channel_call (tenant_id, connection_id, kind, subject)
  select current_tenant(), c.id, 'stock', l.variant_id from connection c join listing l on l.tenant_id = current_tenant() and l.channel_id = c.channel_id and l.item_id is not null
  where c.tenant_id = current_tenant() and c.id = $1 and c.push_stock order by l.variant_id
  on conflict (tenant_id, connection_id, kind, subject) do update set state = 'pending', wanted = channel_call.wanted + 1, attempts = 0, told = null, note = null, due_since = now(), next_attempt_at = now()`);
const TENANT = statement("connection_tenant", `select connection_tenant($1) as tenant_id`);
const RECEIVING = statement("receiving_connection", `
  select id, connector, secret, case when previous_secret_until > clock_timestamp() then previous_secret end as previous_secret
  from connection where tenant_id = (select current_tenant()) and id = $1`);
const HEALTH = statement("connection_health", `
  select c.id as connection_id, i.state, count(i.id) as messages, max(i.received_at) as last_received_at,
    extract(epoch from clock_timestamp() - min(i.received_at))::float8 as oldest_seconds
  from connection c left join inbox i on i.tenant_id = c.tenant_id and i.connection_id = c.id
  where c.tenant_id = (select current_tenant()) group by c.id, i.state`);

export interface ConnectionDb {
  id: string; code: string; connector: string; channel_id: string; channel: string; status: ConnectionStatus; match_by_sku: boolean; capture_test_orders: boolean;
  created_at: Date; previous_secret_until: Date | null; base_url: string | null; credentials: string[]; push_stock: boolean; places: Record<string, string>;
  acknowledge: boolean;
}
interface HealthDb { connection_id: string; state: MessageState | null; messages: number; last_received_at: Date | null; oldest_seconds: number | null }

const readConnection = (row: ConnectionDb): Connection => ({
  id: row.id, code: row.code, connector: row.connector, channelId: row.channel_id, channel: row.channel, status: row.status, matchBySku: row.match_by_sku,
  captureTestOrders: row.capture_test_orders, baseUrl: row.base_url, credentials: row.credentials, pushStock: row.push_stock, acknowledge: row.acknowledge, places: row.places,
  createdAt: row.created_at.getTime(), previousSecretUntil: row.previous_secret_until?.getTime() ?? null,
});

export const loadConnections = async (session: Session, id: string | null = null): Promise<readonly Connection[]> =>
  (await session.rows<ConnectionDb>(LIST, [id])).map(readConnection);

const find = async (session: Session, id: string): Promise<Connection | null> => (await loadConnections(session, id))[0] ?? null;

function readHealth(rows: readonly HealthDb[]): ConnectionHealth[] {
  const ids = [...new Set(rows.map((row) => row.connection_id))];
  return ids.map((connectionId) => {
    const states = rows.filter((row) => row.connection_id === connectionId);
    const count = (state: MessageState): number => states.find((row) => row.state === state)?.messages ?? 0;
    const received = states.flatMap((row) => (row.last_received_at === null ? [] : [row.last_received_at.getTime()]));
    return {
      connectionId, lagSeconds: states.find((row) => row.state === "waiting")?.oldest_seconds ?? 0, lastReceivedAt: received.length === 0 ? null : Math.max(...received),
      counts: {
        waiting: count("waiting"), done: count("done"), ignored: count("ignored"), kept: count("kept"), quarantined: count("quarantined"), dropped: count("dropped"),
      },
    };
  });
}

const named = ({ id, code, status }: Connection): Readonly<Record<string, unknown>> => ({ connection: publicId("connection", id), code, status });

export function postgresConnections(pool: pg.Pool): Connections {
  return {
    create: (tenantId, { id, code, connector, channelId, secret, matchBySku, captureTestOrders }, by) => inTransaction(pool, tenantId, async (session) => {
      const made = await session.run(CREATE, [id, code, connector, channelId, secret, matchBySku, captureTestOrders]);
      if (made === 0) return null;
      await recordChange(session, by, "ConnectionSaved", { connection: publicId("connection", id), code, status: "active" });
      return find(session, id);
    }),
    list: (tenantId) => inTransaction(pool, tenantId, (session) => loadConnections(session)),
    find: (tenantId, id) => inTransaction(pool, tenantId, (session) => find(session, id)),
    change: (tenantId, id, { status, matchBySku, captureTestOrders, baseUrl, credentials, pushStock, acknowledge, places }, by) => inTransaction(pool, tenantId, async (session) => {
      const before = await find(session, id);
      await session.run(CHANGE, [
        id, status ?? null, matchBySku ?? null, captureTestOrders ?? null, baseUrl !== undefined, baseUrl ?? null, credentials ? json(credentials) : null, pushStock ?? null, places ? json(places) : null,
        acknowledge ?? null,
      ]);
      if (pushStock === true || typeof baseUrl === "string" || places !== undefined) await session.run(TELL_ALL, [id]);
      const after = await find(session, id);
      if (before && after) await recordChange(session, by, "ConnectionSaved", { ...named(after), ...toldChanges({ ...changedFields(before, after), ...(credentials === undefined ? {} : { credentials: "hidden" as const }) }) });
      return after;
    }),
    remove: (tenantId, id, by) => inTransaction(pool, tenantId, async (session) => {
      if ((await session.rows(LOCK, [id])).length === 0) return null;
      if ((await session.rows(UNSETTLED, [id])).length > 0) return false;
      const isGone = (await session.run(REMOVE, [id])) > 0;
      if (isGone) await recordChange(session, by, "ConnectionDeleted", { connection: publicId("connection", id) });
      return isGone;
    }),
    rotate: (tenantId, id, secret, overlapMs, by) => inTransaction(pool, tenantId, async (session) => {
      await session.run(ROTATE, [id, secret, overlapMs / 1000]);
      const rotated = await find(session, id);
      if (rotated) await recordChange(session, by, "ConnectionSaved", { ...named(rotated), changed: { secret: "hidden" } });
      return rotated;
    }),
    receiving: async (id) => {
      const { rows: [row] } = await pool.query<{ tenant_id: number | null }>({ name: TENANT.name, text: TENANT.text, values: [id] });
      const tenantId = row?.tenant_id ?? null;
      if (tenantId === null) return null;
      return inTransaction(pool, tenantId, async (session) => {
        const [found] = await session.rows<{ id: string; connector: string; secret: string; previous_secret: string | null }>(RECEIVING, [id]);
        if (!found) return null;
        return { tenantId, id: found.id, connector: found.connector, secrets: found.previous_secret === null ? [found.secret] : [found.secret, found.previous_secret] };
      });
    },
    health: (tenantId) => inTransaction(pool, tenantId, async (session) => readHealth(await session.rows<HealthDb>(HEALTH, []))),
  };
}
