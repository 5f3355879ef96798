import { assert, type OrdoEvent } from "../domain/kernel/index.ts";
import { columns, instant, json } from "./columns.ts";
import { type Session, statement } from "./database.ts";

const TAKE_POSITIONS = statement("take_positions", `
  update event_counter set position = position + $1 where tenant_id = current_tenant() returning position`);

const INSERT_EVENTS = statement("insert_events", `
  insert into event (tenant_id, position, id, type, order_id, actor, reason, occurred_at, data)
  select current_tenant(), $1::bigint + ordinality, id, type, order_id, actor, reason, occurred_at, data
  from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::json[])
    with ordinality as e (id, type, order_id, actor, reason, occurred_at, data, ordinality)`);

/** The last statements of a transaction: positions are dense and in commit order, because the counter's row is held until commit. */
export async function appendEvents(session: Session, events: readonly OrdoEvent[]): Promise<void> {
  if (events.length === 0) return;
  const [counter] = await session.rows<{ position: number }>(TAKE_POSITIONS, [events.length]);
  assert(counter !== undefined, "the tenant has an event counter");
  await session.run(INSERT_EVENTS, [
    counter.position - events.length,
    ...columns(events, [
      (e) => e.id, (e) => e.type, (e) => e.orderId, (e) => e.actor, (e) => e.reason, (e) => instant(e.occurredAt), (e) => json(e.data),
    ]),
  ]);
}
