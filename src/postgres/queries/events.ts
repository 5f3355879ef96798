import { publicId } from "../../domain/kernel/index.ts";
import { spokenDecision } from "../../domain/routing/index.ts";
import type { DecisionView, EventView, Page } from "../../flows/queries.ts";
import { statement } from "../database.ts";
import { iso, pageOf, type Reader } from "./reader.ts";

const EVENTS = statement("event_list", `
  select e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data, coalesce(k.name, u.name) as actor_name
  from event e left join api_key k on k.tenant_id = e.tenant_id and e.actor like 'key\\_%' and e.actor = 'key_' || replace(k.id::text, '-', '')
    left join app_user u on u.tenant_id = e.tenant_id and e.actor like 'usr\\_%' and e.actor = 'usr_' || replace(u.id::text, '-', '')
  where e.tenant_id = (select current_tenant()) and e.position > $1 order by e.position limit $2`);
const LAST = statement("last_position", `select position from event_counter where tenant_id = (select current_tenant())`);
const TIMELINE = statement("order_timeline", `
  select e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data, coalesce(k.name, u.name) as actor_name
  from event e left join api_key k on k.tenant_id = e.tenant_id and e.actor like 'key\\_%' and e.actor = 'key_' || replace(k.id::text, '-', '')
    left join app_user u on u.tenant_id = e.tenant_id and e.actor like 'usr\\_%' and e.actor = 'usr_' || replace(u.id::text, '-', '')
  where e.tenant_id = (select current_tenant()) and e.order_id = $1 and e.position > $2 order by e.position limit $3`);
const DECISIONS = statement("order_decisions", `
  select decision_no, decided_at, trigger, reason, detail from routing_decision where tenant_id = (select current_tenant()) and order_id = $1 order by decision_no`);
const EXISTS = statement("order_exists", `select from sales_order where tenant_id = (select current_tenant()) and id = $1`);

export interface EventDb {
  position: number; id: string; type: string; order_id: string | null; actor: string; actor_name: string | null; reason: string | null; occurred_at: Date; recorded_at: Date;
  data: Record<string, unknown>;
}

export const readEvent = (row: EventDb): EventView => ({
  position: row.position, id: publicId("event", row.id), type: row.type, order: row.order_id === null ? null : publicId("order", row.order_id), actor: row.actor,
  actor_name: row.actor_name, reason: row.reason, occurred_at: iso(row.occurred_at), recorded_at: iso(row.recorded_at), data: row.data,
});
const positionOf = (row: EventDb): string[] => [String(row.position)];

export async function listEvents(reader: Reader, tenantId: number, after: number, limit: number): Promise<Page<EventView>> {
  return pageOf(await reader.rows<EventDb>(tenantId, EVENTS, [after, limit + 1]), limit, readEvent, positionOf);
}

export async function lastPosition(reader: Reader, tenantId: number): Promise<number> {
  return (await reader.rows<{ position: number }>(tenantId, LAST, []))[0]?.position ?? 0;
}

const exists = async (reader: Reader, tenantId: number, orderId: string): Promise<boolean> => (await reader.rows(tenantId, EXISTS, [orderId])).length > 0;

export async function timeline(reader: Reader, tenantId: number, orderId: string, after: number, limit: number): Promise<Page<EventView> | null> {
  const rows = await reader.rows<EventDb>(tenantId, TIMELINE, [orderId, after, limit + 1]);
  return rows.length > 0 || (await exists(reader, tenantId, orderId)) ? pageOf(rows, limit, readEvent, positionOf) : null;
}

interface DecisionDb { decision_no: number; decided_at: Date; trigger: string; reason: string; detail: string }

export async function routingDecisions(reader: Reader, tenantId: number, orderId: string): Promise<readonly DecisionView[] | null> {
  const rows = await reader.rows<DecisionDb>(tenantId, DECISIONS, [orderId]);
  return rows.length > 0 || (await exists(reader, tenantId, orderId)) ? rows.map(readDecision) : null;
}

function readDecision({ decision_no, decided_at, trigger, reason, detail }: DecisionDb): DecisionView {
  return { ...spokenDecision(JSON.parse(detail)), decision_no, decided_at: iso(decided_at), trigger, reason };
}
