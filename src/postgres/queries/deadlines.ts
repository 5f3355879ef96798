import { type Channel, type ChannelRate, DEFAULT_DEADLINES, type DeadlinePolicy } from "../../domain/catalog/index.ts";
import { RISK_CAUSES, type RiskCause } from "../../domain/fulfillment/index.ts";
import { publicId, shipmentId } from "../../domain/kernel/index.ts";
import type { AtRiskFilter, AtRiskView, DeadlineQueries, FailedFilter, FailedOrderView } from "../../flows/deadline-views.ts";
import type { Page } from "../../flows/queries.ts";
import { countRate } from "../channel-rates.ts";
import { instant } from "../columns.ts";
import { type Statement, statement } from "../database.ts";
import { iso, isoOrNull, pageOf, type Reader } from "./reader.ts";

const AT_RISK = statement("at_risk_list", `
  select d.order_id, o.number, o.external_id, d.level, d.deadline, d.due_at, d.predicted_at, d.cause, d.shipment_no, d.looked_at, d.tried, d.tried_at, d.missed,
    (select c.code from channel c where c.tenant_id = d.tenant_id and c.id = d.channel_id limit 1) as channel
  from order_deadline d join sales_order o on o.tenant_id = d.tenant_id and o.id = d.order_id
  where d.tenant_id = (select current_tenant()) and d.level is not null and ($1::timestamptz is null or (d.due_at, d.order_id) > ($1, $2::uuid)) and ($3::text is null or d.level = $3)
    and ($4::text is null or d.channel_id = (select c.id from channel c where c.tenant_id = (select current_tenant()) and c.code = $4 limit 1))
  order by d.due_at, d.order_id limit $5`);
const LATE = statement("late_shipment_list", `
  select d.order_id, o.number, o.external_id, d.placed_at, d.ship_by, d.left_at, d.open, d.cancelled_at, d.ship_by as place
  from order_deadline d join sales_order o on o.tenant_id = d.tenant_id and o.id = d.order_id
  where d.tenant_id = (select current_tenant()) and d.channel_id = $1 and d.ship_by > $2 and d.ship_by <= $3 and (d.open or d.left_at > d.ship_by) and ($4::timestamptz is null or (d.ship_by, d.order_id) < ($4, $5::uuid))
  order by d.ship_by desc, d.order_id desc limit $6`);
const CANCELLED = statement("seller_cancellation_list", `
  select d.order_id, o.number, o.external_id, d.placed_at, d.ship_by, d.left_at, d.open, d.cancelled_at, d.placed_at as place
  from order_deadline d join sales_order o on o.tenant_id = d.tenant_id and o.id = d.order_id
  where d.tenant_id = (select current_tenant()) and d.channel_id = $1 and d.placed_at > $2 and d.placed_at <= $3 and d.cancelled_at is not null and ($4::timestamptz is null or (d.placed_at, d.order_id) < ($4, $5::uuid))
  order by d.placed_at desc, d.order_id desc limit $6`);

const LIMITS = statement("channel_limits", `
  select id, deadlines from channel where tenant_id = (select current_tenant()) and code = $1 and valid_from <= $2 and $2 < valid_to`);

interface AtRiskDb {
  order_id: string; number: number; external_id: string; channel: string; level: AtRiskView["level"]; deadline: AtRiskView["deadline"]; due_at: Date; predicted_at: Date | null; cause: RiskCause;
  shipment_no: number | null; looked_at: Date; tried: string | null; tried_at: Date | null; missed: boolean;
}
interface FailedDb { order_id: string; number: number; external_id: string; placed_at: Date; ship_by: Date | null; left_at: Date | null; open: boolean; cancelled_at: Date | null; place: Date }

const listAtRisk = async (reader: Reader, tenantId: number, { level, channel, after, limit }: AtRiskFilter): Promise<Page<AtRiskView>> => {
  const rows = await reader.rows<AtRiskDb>(tenantId, AT_RISK, [...placeOf(after), level, channel, limit + 1]);
  return pageOf(rows, limit, (row): AtRiskView => ({
    order: publicId("order", row.order_id), number: row.number, external_id: row.external_id, channel: row.channel, shipment: row.shipment_no === null ? null : shipmentId(row.order_id, row.shipment_no), level: row.level,
    deadline: row.deadline, due_at: iso(row.due_at), predicted_at: isoOrNull(row.predicted_at), cause: row.cause, reason: RISK_CAUSES[row.cause], missed: row.missed, looked_at: iso(row.looked_at),
    tried: row.tried === null || row.tried_at === null ? null : { at: iso(row.tried_at), outcome: row.tried },
  }), (row) => [String(row.due_at.getTime()), row.order_id]);
};

const channelLimits = async (reader: Reader, tenantId: number, code: string, now: number): Promise<Pick<Channel, "id" | "deadlines"> | undefined> => {
  const [found] = await reader.rows<{ id: string; deadlines: Partial<DeadlinePolicy> }>(tenantId, LIMITS, [code, instant(now)]);
  return found && { id: found.id, deadlines: { ...DEFAULT_DEADLINES, ...found.deadlines } };
};

const STATEMENTS: Readonly<Record<ChannelRate, Statement>> = { late_shipments: LATE, cancellations: CANCELLED };

const listFailed = async (reader: Reader, tenantId: number, { channelId, rate, from, to, after, limit }: FailedFilter): Promise<Page<FailedOrderView>> => {
  const rows = await reader.rows<FailedDb>(tenantId, STATEMENTS[rate], [channelId, instant(from), instant(to), ...placeOf(after), limit + 1]);
  return pageOf(rows, limit, (row): FailedOrderView => ({
    order: publicId("order", row.order_id), number: row.number, external_id: row.external_id, placed_at: iso(row.placed_at), ship_by: isoOrNull(row.ship_by), left_at: isoOrNull(row.left_at),
    open: row.open, cancelled_at: isoOrNull(row.cancelled_at),
  }), (row) => [String(row.place.getTime()), row.order_id]);
};

const placeOf = (after: readonly string[] | null): (string | null)[] => [after ? instant(Number(after[0])) : null, after?.[1] ?? null];

/** What is read of orders' dates and of channels' rates. */
export const deadlineQueries = (reader: Reader): DeadlineQueries => ({
  listAtRisk: (tenantId, filter) => listAtRisk(reader, tenantId, filter),
  channelLimits: (tenantId, code, now) => channelLimits(reader, tenantId, code, now),
  countRate: (tenantId, of, from, to) => countRate((what, values) => reader.rows(tenantId, what, values), of, from, to),
  listFailed: (tenantId, filter) => listFailed(reader, tenantId, filter),
});
