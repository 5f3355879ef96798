import { type AuditEntry, auditEntry, type AuditFilter, type AuditPage, type AuditQueries, type AuditWanted, type Via, WALK_MAX } from "../../flows/audit.ts";
import type { Page } from "../../flows/queries.ts";
import { instant } from "../columns.ts";
import { statement } from "../database.ts";
import { type EventDb, readEvent } from "./events.ts";
import { iso, type Reader } from "./reader.ts";

/** Who did it is looked for among so many events back from a place: an index on it would be written with every event. Events of the first versions have their request among the data. */
const WALK = statement("audit_walk", `
  with walked as materialized (
    select e.* from event e where e.tenant_id = (select current_tenant()) and e.position < $1 order by e.position desc limit $2),
  found as (
    select w.* from walked w where audit_matches(row(w.*)::event, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) order by w.position desc limit $13),
  ended as (select min(w.position) as position, count(*) as walked, min(w.recorded_at) as at from walked w)
  select e.position as looked_to, e.walked, e.at as looked_at, f.position, f.id, f.type, f.order_id, f.actor, f.reason, f.occurred_at, f.recorded_at, f.data, way_of(f.actor, f.via) as via, coalesce(f.request, f.data ->> 'request') as request, nullif(f.via, 'cli') as job, coalesce(k.name, u.name) as actor_name
  from ended e left join found f on true left join api_key k on k.tenant_id = f.tenant_id and f.actor like 'key\\_%' and f.actor = 'key_' || replace(k.id::text, '-', '')
    left join app_user u on u.tenant_id = f.tenant_id and f.actor like 'usr\\_%' and f.actor = 'usr_' || replace(u.id::text, '-', '')
  order by f.position desc`);
const OF_ORDER = statement("audit_of_order", `
  select e.position as looked_to, 0 as walked, e.recorded_at as looked_at, e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data, way_of(e.actor, e.via) as via, coalesce(e.request, e.data ->> 'request') as request, nullif(e.via, 'cli') as job, coalesce(k.name, u.name) as actor_name
  from event e left join api_key k on k.tenant_id = e.tenant_id and e.actor like 'key\\_%' and e.actor = 'key_' || replace(k.id::text, '-', '')
    left join app_user u on u.tenant_id = e.tenant_id and e.actor like 'usr\\_%' and e.actor = 'usr_' || replace(u.id::text, '-', '')
  where e.tenant_id = (select current_tenant()) and e.order_id = $1::uuid and e.position < $2 and audit_matches(e, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  order by e.position desc limit $13`);
/** The same onwards: all that is found among so many events from a place on. */
const ONWARDS = statement("audit_onwards", `
  with walked as materialized (
    select e.* from event e where e.tenant_id = (select current_tenant()) and e.position > $1 order by e.position limit $2),
  found as (select w.* from walked w where audit_matches(row(w.*)::event, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)),
  ended as (select max(w.position) as position, count(*) as walked, max(w.recorded_at) as at from walked w)
  select e.position as looked_to, e.walked, e.at as looked_at, f.position, f.id, f.type, f.order_id, f.actor, f.reason, f.occurred_at, f.recorded_at, f.data, way_of(f.actor, f.via) as via, coalesce(f.request, f.data ->> 'request') as request, nullif(f.via, 'cli') as job, coalesce(k.name, u.name) as actor_name
  from ended e left join found f on true left join api_key k on k.tenant_id = f.tenant_id and f.actor like 'key\\_%' and f.actor = 'key_' || replace(k.id::text, '-', '')
    left join app_user u on u.tenant_id = f.tenant_id and f.actor like 'usr\\_%' and f.actor = 'usr_' || replace(u.id::text, '-', '')
  order by f.position`);
/** Positions have no gaps and grow with time, so the one at an instant is found by halving. */
const SEEK = statement("audit_seek", `
  with recursive seek (low, high) as (
    select 0::bigint, k.position + 1 from event_counter k where k.tenant_id = (select current_tenant())
    union all
    select case when e.recorded_at < $1::timestamptz then h.half else s.low end, case when e.recorded_at < $1::timestamptz then s.high else h.half end
    from seek s cross join lateral (select (s.low + s.high) / 2 as half) h
      cross join lateral (select e.recorded_at from event e where e.tenant_id = (select current_tenant()) and e.position = h.half) e
    where s.high - s.low > 1)
  select high as position from seek order by high - low limit 1`);

interface FoundDb extends Omit<EventDb, "position"> { position: number | null; looked_to: number | null; walked: number; looked_at: Date | null; via: Via; request: string | null; job: string | null }

const LATEST = 2 ** 53 - 1;
/** Transactions that ran side by side may have begun in another order than they ended. */
const MARGIN = 1_000;

type Wanted = Omit<AuditWanted, "orderId">;
const eventId = /^evt_[0-9a-f]{32}$/;
const valuesOf = ({ actor, type, from, to, names, kind, request, via, job }: Wanted): readonly unknown[] =>
  [actor, type, instant(from), instant(to), names, names !== null && eventId.test(names) ? names.slice(4) : null, kind, request, via, job];
const entriesOf = (found: readonly FoundDb[]): AuditEntry[] =>
  found.flatMap(({ position, via, request, job, ...row }) => (position === null ? [] : [auditEntry(readEvent({ ...row, position }), { via, request, job })]));
/** An event may name a thing and yet be about a more particular one. */
const ofKind = (entries: readonly AuditEntry[], kind: string | null): readonly AuditEntry[] =>
  kind === null || kind === "order" || kind === "code" ? entries : entries.filter(({ object }) => object?.kind === kind);

async function readAudit(reader: Reader, tenantId: number, filter: AuditFilter): Promise<AuditPage> {
  const { orderId, kind, from, to, limit } = filter;
  const values = [...valuesOf(filter), limit + 1];
  const found = orderId === null
    ? await reader.rows<FoundDb>(tenantId, WALK, [filter.before ?? await beginOf(reader, tenantId, to), WALK_MAX, ...values])
    : await reader.rows<FoundDb>(tenantId, OF_ORDER, [orderId, filter.before ?? LATEST, ...values]);
  const rows = entriesOf(found);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const kept = ofKind(page, kind);
  const [first] = found;
  if (rows.length > limit && last) return { rows: kept, lookedTo: { position: last.position, at: last.recorded_at }, next: last.position };
  const lookedTo = first?.looked_to && first.looked_at ? { position: first.looked_to, at: iso(first.looked_at) } : null;
  // What is earlier than what was asked for is not walked to.
  const isOver = lookedTo === null || orderId !== null || lookedTo.position <= 1 || (from !== null && Date.parse(lookedTo.at) < from);
  return { rows: kept, lookedTo, next: isOver ? null : lookedTo.position };
}

async function followAudit(reader: Reader, tenantId: number, filter: Wanted, after: number, walk: number): Promise<Page<AuditEntry>> {
  const begin = Math.max(after, filter.from === null ? 0 : await positionAt(reader, tenantId, filter.from) - MARGIN);
  const found = await reader.rows<FoundDb>(tenantId, ONWARDS, [begin, walk, ...valuesOf(filter)]);
  const [first] = found;
  const isOver = !first?.looked_to || first.walked < walk || (filter.to !== null && first.looked_to >= await beginOf(reader, tenantId, filter.to));
  return { rows: ofKind(entriesOf(found), filter.kind), next: isOver ? null : [String(first.looked_to)] };
}

/** The first position at an instant, or as good as. */
const positionAt = async (reader: Reader, tenantId: number, at: number): Promise<number> => (await reader.rows<{ position: number }>(tenantId, SEEK, [instant(at)]))[0]?.position ?? 0;
const beginOf = async (reader: Reader, tenantId: number, to: number | null): Promise<number> => (to === null ? LATEST : await positionAt(reader, tenantId, to) + MARGIN);

export const auditQueries = (reader: Reader): AuditQueries => ({
  readAudit: (tenantId, filter) => readAudit(reader, tenantId, filter), followAudit: (tenantId, filter, after, walk) => followAudit(reader, tenantId, filter, after, walk),
});
