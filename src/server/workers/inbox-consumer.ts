import type { FieldError } from "../../domain/kernel/index.ts";
import type { Connector, Translation } from "../../flows/connector.ts";
import { INBOX_LEASE, type Settlement, type WaitingMessage } from "../../flows/inbox.ts";
import { type IncomingOrder, type TakenIn, takeIn } from "../../flows/take-in.ts";
import { type IncomingHolds, takeHolds } from "../../flows/take-holds.ts";
import { hash } from "node:crypto";
import { parseMessage } from "../http/json-body.ts";
import { Refused } from "../http/problem.ts";
import type { Held, LeaseKeeper } from "./lease-keeper.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";

/** How soon a message is looked at again whose order another process was at. */
const AGAIN_MS = 200;

/**
 * Takes waiting messages in, oldest first: translated, then captured, followed or set aside. At least once: a message is
 * settled after its work, and doing the work again changes nothing. One that fails is tried again later while the others
 * go on, and is quarantined in the end.
 */
export function createInboxConsumer(deps: WorkerDeps, keeper: LeaseKeeper, settings: WorkerSettings): (tenantId: number) => Promise<Found> {
  return async (tenantId) => {
    const held = await keeper.hold(tenantId, INBOX_LEASE);
    if (held === null) return "nothing";
    const messages = await deps.inbox.take(held.lease, settings.inboxBatch);
    if (messages === null) return keeper.lost(held), "nothing";
    if (messages.length === 0) return "nothing";
    const read = messages.map((message) => readMessage(message, deps.connectors.get(message.connection.connector)));
    for (const { message, failure } of read) if (failure !== undefined) await putOff(deps, settings, held, message, failure);
    const settlements = read.flatMap((one) => (one.settlement ? [one.settlement] : []));
    const incoming = read.flatMap((one) => (one.incoming ? [one] : []));
    if (incoming.length > 0 && held.valid()) settlements.push(...await work(deps, settings, held, incoming, takeOrders));
    // After the orders, so that what is held of an order that came with it is held at once.
    const holds = read.flatMap((one) => (one.holds ? [one] : []));
    if (holds.length > 0 && held.valid()) settlements.push(...await work(deps, settings, held, holds, takeHeld));
    if (!held.valid() || !(await deps.inbox.settle(held.lease, settlements))) return keeper.lost(held), "nothing";
    for (const { state } of settlements) deps.metrics.count("ordo_inbox_messages_total", { state });
    return "more";
  };
}

interface Read {
  readonly message: WaitingMessage;
  readonly translationVersion: number;
  readonly settlement?: Settlement;
  readonly incoming?: IncomingOrder;
  readonly holds?: IncomingHolds;
  /** A defect of the translation, which is this message's alone. */
  readonly failure?: unknown;
}

function readMessage(message: WaitingMessage, connector: Connector | undefined): Read {
  const translationVersion = connector?.version ?? 0;
  const settle = (state: Settlement["state"], externalId: string | null, reason: string, more: Partial<Settlement> = {}): Read =>
    ({ message, translationVersion, settlement: { id: message.id, state, externalId, version: null, orderId: null, reason, errors: null, translationVersion, ...more } });
  if (connector === undefined) return settle("quarantined", null, `This program has no connector "${message.connection.connector}".`);
  let translation: Translation;
  try {
    translation = translate(message, connector);
  } catch (failure) {
    return { message, translationVersion, failure };
  }
  const { channelId, channel, matchBySku, captureTestOrders } = message.connection;
  switch (translation.kind) {
    case "malformed":
      return settle("quarantined", null, summary(translation.errors), { errors: translation.errors });
    case "look_up":
      return settle("done", null, "It does not say which order it is about: the channel is asked.", { lookUp: translation.subject });
    case "holds":
      return { message, translationVersion, holds: { messageId: message.id, channelId, holds: translation.holds } };
    case "order":
      return { message, translationVersion, incoming: {
        messageId: message.id, channelId, channel, order: translation.order, bodyHash: hash("sha256", message.body), matchBySku, captureTestOrders,
      } };
    default:
      return settle(translation.kind, translation.externalId, translation.reason);
  }
}

function translate({ topic, body }: WaitingMessage, connector: Connector): Translation {
  try {
    return connector.translate(topic, parseMessage(Buffer.from(body)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { kind: "malformed", errors: error.refusal.errors ?? [{ pointer: "", code: error.refusal.code, detail: error.refusal.detail }] };
  }
}

const summary = (errors: readonly FieldError[]): string => (errors.length === 1 ? (errors[0]?.detail ?? "") : `${errors.length} fields are not what the channel documents.`);

type Take = (deps: WorkerDeps, held: Held, batch: readonly Read[]) => Promise<Settlement[]>;

/** The whole batch at once; where that fails, one by one, so that the failure falls on the message it belongs to. */
async function work(deps: WorkerDeps, settings: WorkerSettings, held: Held, batch: readonly Read[], take: Take): Promise<Settlement[]> {
  try {
    return await take(deps, held, batch);
  } catch (error) {
    if (deps.integration.isPassing(error)) throw error;
    deps.log.warn({ messages: batch.length, error: describeError(error) }, "a batch of messages failed; they are taken one by one");
  }
  const settlements: Settlement[] = [];
  for (const one of batch) {
    if (!held.valid()) break;
    try {
      settlements.push(...await take(deps, held, [one]));
    } catch (error) {
      if (deps.integration.isPassing(error)) throw error;
      await putOff(deps, settings, held, one.message, error);
    }
  }
  return settlements;
}

async function putOff({ inbox, log }: WorkerDeps, settings: WorkerSettings, held: Held, message: WaitingMessage, error: unknown): Promise<void> {
  const pause = settings.failedWorkPausesMs[message.attempts] ?? null;
  const description = describeError(error);
  log.error({ message: message.id, attempt: message.attempts + 1, error: description }, pause === null ? "a message failed; quarantined" : "a message failed; tried again later");
  await inbox.putOff(held.lease, message.id, description, pause);
}

async function takeOrders({ store, ambient, inbox }: WorkerDeps, held: Held, batch: readonly Read[]): Promise<Settlement[]> {
  const byId = new Map(batch.map((one) => [one.message.id, one]));
  const taken = await takeIn(store, held.lease.tenantId, batch.flatMap(({ incoming }) => (incoming ? [incoming] : [])), ambient);
  const settlements: Settlement[] = [];
  for (const one of taken) {
    if (one.state === "again") await inbox.putOff(held.lease, one.messageId, one.reason ?? "", AGAIN_MS);
    else settlements.push(settlementOf(one, one.state, byId.get(one.messageId)));
  }
  return settlements;
}

const settlementOf = ({ messageId, orderId, reason, errors }: TakenIn, state: Settlement["state"], read: Read | undefined): Settlement => ({
  id: messageId, state, externalId: read?.incoming?.order.externalId ?? null, version: read?.incoming?.order.version ?? null, orderId, reason, errors, translationVersion: read?.translationVersion ?? 0,
});

async function takeHeld({ store, ambient }: WorkerDeps, held: Held, batch: readonly Read[]): Promise<Settlement[]> {
  const incoming = batch.flatMap(({ holds }) => (holds ? [holds] : []));
  const taken = await takeHolds(store, held.lease.tenantId, incoming, ambient);
  const byId = new Map(batch.map((one) => [one.message.id, one]));
  return taken.map(({ messageId, orderId, reason }) => {
    const read = byId.get(messageId);
    return {
      id: messageId, state: orderId === null ? "kept" : "done", externalId: read?.holds?.holds.externalId ?? null, version: read?.holds?.holds.version ?? null, orderId, reason, errors: null,
      translationVersion: read?.translationVersion ?? 0, waitsForOrder: orderId === null,
    };
  });
}
