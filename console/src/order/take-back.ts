// Which entries of the story can be taken back as the order is now.
import { isSomebody } from '../actors.ts';
import type { Event, Order } from '../api.ts';
import type { Operation } from '../app/perform.ts';

type Standing = Pick<Order, 'id' | 'holds' | 'tags' | 'assignee'>;

const textsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

/**
 * The request that takes back what an event did, as far as it still holds and nobody has touched the same since; null where there is none.
 * `events` is everything that happened to the order.
 */
export function wayBackOf(event: Event, order: Standing, events: readonly Event[]): Operation | null {
  // What the program did by itself is taken back by nobody.
  if (!isSomebody(event.actor)) return null;
  const path = `/v1/orders/${order.id}`;
  const since = (): readonly Event[] => events.filter(({ type, position }) => type === event.type && position > event.position);
  switch (event.type) {
    case 'HoldPlaced': {
      const hold = order.holds.find(({ hold_no: no }) => no === event.data['hold_no']);
      return hold === undefined || hold.released_at !== null ? null : { method: 'POST', path: `${path}/holds/${hold.hold_no}/release`, body: { reason: 'undone' } };
    }
    case 'OrderTagged': {
      const touched = new Set(since().flatMap(({ data }) => [...textsIn(data['added']), ...textsIn(data['removed'])]));
      const remove = textsIn(event.data['added']).filter((tag) => !touched.has(tag) && order.tags.includes(tag));
      const add = textsIn(event.data['removed']).filter((tag) => !touched.has(tag) && !order.tags.includes(tag));
      return remove.length + add.length === 0 ? null : { method: 'PATCH', path: `${path}/tags`, body: { add, remove } };
    }
    case 'OrderAssigned': {
      const [from, to] = [event.data['from'] ?? null, event.data['to'] ?? null];
      return order.assignee !== to || since().length > 0 ? null : { method: 'PUT', path: `${path}/assignee`, body: { assignee: from } };
    }
    default:
      return null;
  }
}
