import { EVENTS, type EventType, parsePublicId } from '../domain/kernel/index.ts';
import type { RecordedEvent } from '../flows/integration.ts';
import type { EventView } from '../flows/queries.ts';
import { createOutgoing } from './outgoing.ts';
import { hostAndPort } from './outgoing-address.ts';
import { readUrl } from './url.ts';
import { webhookRequest } from './workers/webhook-message.ts';

export interface Forwarded {
  /** Null where no answer came; `reason` says why. */
  readonly status: number | null;
  readonly reason: string;
  readonly milliseconds: number;
}

export interface Forwarder {
  /** Why the address cannot be called, in a sentence; null where it can. */
  check(): Promise<string | null>;
  send(event: EventView): Promise<Forwarded>;
}

/** Carries events to one address, in the same messages that a webhook gets. Whoever asks for it is at this machine, so its own network may be called. */
export function createForwarder(url: string, secret: string): Forwarder {
  const address = readUrl(url);
  const outgoing = createOutgoing({ allow: address === null ? [] : [hostAndPort(address)] });
  return {
    check: () => outgoing.check(url),
    async send(view) {
      const event = recorded(view);
      if (event === null) return { status: null, reason: `This version of the program does not know ${view.type}.`, milliseconds: 0 };
      const request = webhookRequest({ id: '', url, secrets: [secret], event }, Date.now());
      const began = performance.now();
      const answer = await outgoing.send(request);
      const milliseconds = Math.round(performance.now() - began);
      return answer.kind === 'answered' ? { status: answer.status, reason: '', milliseconds } : { status: null, reason: answer.reason, milliseconds };
    },
  };
}

/** An event as the interface shows it, turned back into what was recorded; null for one of a newer server. */
function recorded({ position, id, type, order, actor, reason, occurred_at: occurredAt, recorded_at: recordedAt, data }: EventView): RecordedEvent | null {
  if (!isEventType(type)) return null;
  return {
    position, type, actor, reason, data, id: parsePublicId('event', id) ?? '', orderId: order === null ? null : parsePublicId('order', order) ?? null,
    occurredAt: Date.parse(occurredAt), recordedAt: Date.parse(recordedAt),
  };
}

const isEventType = (type: string): type is EventType => Object.hasOwn(EVENTS, type);
