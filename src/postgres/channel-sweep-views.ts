import type pg from "pg";
import type { DifferenceKind, OrderFigures } from "../domain/order/index.ts";
import type { ChannelSweep, ChannelSweeps, DifferenceView, SweepFigures, SweepState } from "../flows/channel-sweeps.ts";
import { inTransaction, statement } from "./database.ts";

/** Sweeps and differences as people see them. */

const LIST = statement("list_channel_sweeps", `
  select s.id, s.connection_id, c.code as connection, s.since, s.started_at, s.ended_at, s.state, s.attempts, s.note, s.pages, s.seen, s.unreadable, s.fetched_missing, s.fetched_newer,
    s.missing_here, s.unknown_there, s.differing, s.figures
  from channel_sweep s join connection c on c.tenant_id = (select current_tenant()) and c.id = s.connection_id
  where s.tenant_id = (select current_tenant()) and s.connection_id = $1 and ($2::uuid is null or (s.started_at, s.id) < (
    (select b.started_at from channel_sweep b where b.tenant_id = (select current_tenant()) and b.id = $2), $2))
  order by s.started_at desc, s.id desc limit $3`);
const LATEST = statement("latest_channel_sweeps", `
  select s.id, s.connection_id, c.code as connection, s.since, s.started_at, s.ended_at, s.state, s.attempts, s.note, s.pages, s.seen, s.unreadable, s.fetched_missing, s.fetched_newer,
    s.missing_here, s.unknown_there, s.differing, s.figures
  from connection c cross join lateral (
    select * from channel_sweep s where s.tenant_id = (select current_tenant()) and s.connection_id = c.id order by s.started_at desc, s.id desc limit 1) s
  where c.tenant_id = (select current_tenant())`);
const DIFFERENCES = statement("list_channel_differences", `
  select d.external_id, d.kind, d.order_id, d.there_currency, d.there_minor, d.there_units, d.here_currency, d.here_minor, d.here_units, d.note, d.first_seen_at, d.last_seen_at, d.closed_at
  from channel_difference d
  where d.tenant_id = (select current_tenant()) and d.connection_id = $1 and (d.closed_at is null) = $2 and (d.external_id, d.kind) > ($3, $4)
  order by d.external_id, d.kind limit $5`);

interface SweepDb {
  id: string; connection_id: string; connection: string; since: Date; started_at: Date; ended_at: Date | null; state: SweepState; attempts: number; note: string | null; pages: number; seen: number;
  unreadable: number; fetched_missing: number; fetched_newer: number; missing_here: number; unknown_there: number; differing: number; figures: SweepFigures[];
}
interface DifferenceDb {
  external_id: string; kind: DifferenceKind; order_id: string | null; there_currency: string | null; there_minor: number | null; there_units: number | null; here_currency: string | null;
  here_minor: number | null; here_units: number | null; note: string | null; first_seen_at: Date; last_seen_at: Date; closed_at: Date | null;
}

const readSweep = (row: SweepDb): ChannelSweep => ({
  id: row.id, connectionId: row.connection_id, connection: row.connection, since: row.since.getTime(), startedAt: row.started_at.getTime(), endedAt: row.ended_at?.getTime() ?? null,
  state: row.state, attempts: row.attempts, note: row.note, pages: row.pages, figures: row.figures,
  counts: {
    seen: row.seen, unreadable: row.unreadable, fetchedMissing: row.fetched_missing, fetchedNewer: row.fetched_newer, missingHere: row.missing_here, unknownThere: row.unknown_there,
    differing: row.differing,
  },
});

const side = (currency: string | null, totalMinor: number | null, units: number | null): OrderFigures | null =>
  (currency === null ? null : { currency, totalMinor: totalMinor ?? 0, units: units ?? 0 });

const readDifference = (row: DifferenceDb): DifferenceView => ({
  externalId: row.external_id, kind: row.kind, orderId: row.order_id, there: side(row.there_currency, row.there_minor, row.there_units), here: side(row.here_currency, row.here_minor, row.here_units),
  note: row.note, firstSeenAt: row.first_seen_at.getTime(), lastSeenAt: row.last_seen_at.getTime(), closedAt: row.closed_at?.getTime() ?? null,
});

export const sweepViews = (pool: pg.Pool): Pick<ChannelSweeps, "list" | "latest" | "differences"> => ({
  list: (tenantId, connectionId, { before, limit }) => inTransaction(pool, tenantId, async (session) => (await session.rows<SweepDb>(LIST, [connectionId, before, limit])).map(readSweep)),
  latest: (tenantId) => inTransaction(pool, tenantId, async (session) => (await session.rows<SweepDb>(LATEST, [])).map(readSweep)),
  differences: (tenantId, connectionId, { open, after, limit }) => inTransaction(pool, tenantId, async (session) =>
    (await session.rows<DifferenceDb>(DIFFERENCES, [connectionId, open, ...(after ?? ["", ""]), limit])).map(readDifference)),
});
