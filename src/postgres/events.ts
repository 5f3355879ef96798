import { assert, type EventType, type OrdoEvent } from "../domain/kernel/index.ts";
import type { Author } from "../flows/changed-fields.ts";
import { columns, documents, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";
import { newId } from "./tenants.ts";

const APPEND_EVENTS = statement("append_events", `
  with counter as (update event_counter set position = position + $1 where tenant_id = (select current_tenant()) returning position - $1 as before)
  insert into event (tenant_id, position, id, type, order_id, actor, reason, occurred_at, request, via, data)
  select (select current_tenant()), counter.before + ordinality, id, type, order_id, actor, reason, occurred_at, request, via, data
  from counter, rows from (unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::text[], $9::text[]), json_array_elements($10::json))
    with ordinality as e (id, type, order_id, actor, reason, occurred_at, request, via, data, ordinality)`);

/** One fact about the set-up, where somebody did it; what the program does for itself at its start is nobody's. The last statement of a transaction. */
export async function recordChange(session: Session, by: Author | undefined, type: EventType, data: OrdoEvent["data"]): Promise<void> {
  if (by) await appendEvents(session, [{ id: newId(), type, orderId: null, occurredAt: by.now, actor: by.actor, reason: null, data, origin: by.origin }]);
}

/** The last statement of a transaction: positions are dense and in commit order, because the counter's row is held until commit. */
export async function appendEvents(session: Session, events: readonly OrdoEvent[]): Promise<void> {
  if (events.length === 0) return;
  const appended = await session.run(APPEND_EVENTS, [
    events.length,
    ...columns(events, [
      (e) => e.id, (e) => e.type, (e) => e.orderId, (e) => e.actor, (e) => e.reason, (e) => instant(e.occurredAt), (e) => e.origin?.request ?? null, (e) => e.origin?.via ?? null,
    ]), documents(events, (e) => e.data),
  ]);
  assert(appended === events.length, "the tenant has an event counter");
}
