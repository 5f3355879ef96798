import { hash } from "node:crypto";
import { type FieldError, parsePublicId, publicId, type RefusalCode, REFUSALS } from "../../domain/kernel/index.ts";
import { type Connector, SWEPT } from "../../flows/connector.ts";
import type { Connection, Inbox, InboxMessage } from "../../flows/inbox.ts";
import type { Answer } from "../../flows/ports.ts";
import { ANY_ORDER, type Queries } from "../../flows/queries.ts";
import { TooBusy } from "../batcher.ts";
import type { Submit } from "./app.ts";
import { parseMessage } from "./json-body.ts";
import type { TakeLine } from "./ndjson.ts";
import type { Arrival } from "./receive.ts";

export interface ChannelOrderDeps {
  /** By name. */
  readonly connectors: ReadonlyMap<string, Pick<Connector, "translate">>;
  readonly inbox: Pick<Inbox, "settled" | "replay">;
  readonly queries: Pick<Queries, "listOrders">;
  /** Keeps messages that come at once together; answers once they are committed. */
  readonly keep: Submit<Arrival>;
  readonly newId: () => string;
  /** Told that a message waits again. */
  readonly received: (tenantId: number) => void;
}

const LOOK_EVERY_MS = 25;
const PATIENCE_MS = 30_000;

/** Takes orders as a channel wrote them, with nobody's signature: who may, holds a key. */
export type ChannelOrders = (tenantId: number, connection: Connection, isTrial: boolean) => TakeLine;

/**
 * An order of a file becomes a message of its connection, known again by its content, and is taken in like every other one;
 * its answer says what came of it. One that the channel cannot have written is refused and not kept, because whoever sent
 * it has it.
 */
export function createChannelOrders(deps: ChannelOrderDeps): ChannelOrders {
  const waiting = watchInbox(deps.inbox);
  return (tenantId, connection, isTrial) => async (bytes) => {
    const connector = deps.connectors.get(connection.connector);
    if (connector === undefined) return { ok: false, refusal: { code: "UNAVAILABLE", detail: `This program has no connector "${connection.connector}".` } };
    if (connection.status === "paused") return { ok: false, refusal: { code: "NOT_IN_STATE", detail: `The connection ${connection.code} is paused.`, data: { state: "paused" } } };
    const body = Buffer.from(JSON.stringify(parseMessage(bytes)));
    const meaning = connector.translate(SWEPT, JSON.parse(body.toString()) as unknown);
    if (meaning.kind === "malformed") return refusal(meaning.errors, null);
    if (meaning.kind !== "order") return done("skip", null, "reason" in meaning ? meaning.reason : null);
    if (isTrial) return tried(deps, tenantId, connection.channel, meaning.order.externalId);
    const bodyHash = hash("sha256", body);
    const deliveryId = `file.${bodyHash}`;
    const kept = await deps.keep(tenantId, { id: deps.newId(), connectionId: connection.id, deliveryId, topic: SWEPT, bodyHash, body, idempotencyKey: deliveryId });
    if (!kept.ok) return kept;
    const { id, new: isNew } = kept.body as { id: string; new: boolean };
    return settledAnswer(await waiting(tenantId, id, isNew ? null : () => again(deps, tenantId, id)), isNew);
  };
}

/** What was refused before is tried again: its cause may be gone. */
async function again({ inbox, received }: ChannelOrderDeps, tenantId: number, messageId: string): Promise<void> {
  const [known] = await inbox.settled(tenantId, [uuidOf(messageId)]);
  if (known?.state !== "quarantined") return;
  await inbox.replay(tenantId, known.id);
  received(tenantId);
}

const uuidOf = (messageId: string): string => parsePublicId("message", messageId) ?? "";

async function tried({ queries }: ChannelOrderDeps, tenantId: number, channel: string, externalId: string): Promise<Answer> {
  const { rows } = await queries.listOrders(tenantId, { ...ANY_ORDER, channel, externalId, limit: 1, after: null });
  return done(rows.length > 0 ? "update" : "create", null, null);
}

const done = (outcome: "create" | "update" | "skip", message: InboxMessage | null, reason: string | null): Answer => ({
  ok: true, created: outcome === "create" && message !== null, replayed: false,
  body: { outcome, message: message && publicId("message", message.id), order: message?.orderId ? publicId("order", message.orderId) : null, reason },
});

/** A captured order has no reason; one that follows its channel says what was taken over. */
function settledAnswer(message: InboxMessage, isNew: boolean): Answer {
  if (message.state === "quarantined" || message.state === "dropped") return refusal(message.errors ?? [], message.reason);
  if (message.state !== "done" || !isNew) return done("skip", message, message.reason);
  return done(message.reason === null ? "create" : /^(?:Taken over|Held)/.test(message.reason) ? "update" : "skip", message, message.reason);
}

const isCode = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);

function refusal(errors: readonly FieldError[], reason: string | null): Answer {
  const [first] = errors;
  const code = first !== undefined && isCode(first.code) ? first.code : "INVALID_BODY";
  return { ok: false, refusal: { code, detail: reason ?? (errors.length === 1 ? first?.detail : undefined) ?? `${errors.length} fields have to be corrected; errors names each.`, errors } };
}

interface Watch {
  readonly settle: (message: InboxMessage) => void;
  readonly fail: (error: unknown) => void;
  readonly until: number;
}

/** Waits for messages to be settled: everybody who waits shares one question. */
function watchInbox(inbox: ChannelOrderDeps["inbox"]): (tenantId: number, messageId: string, first: (() => Promise<void>) | null) => Promise<InboxMessage> {
  const watched = new Map<number, Map<string, Watch>>();

  async function look(tenantId: number, open: Map<string, Watch>): Promise<void> {
    while (open.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      try {
        for (const message of await inbox.settled(tenantId, [...open.keys()])) {
          open.get(message.id)?.settle(message);
          open.delete(message.id);
        }
      } catch (error) {
        for (const { fail } of open.values()) fail(error);
        open.clear();
      }
      for (const [id, { until, fail }] of open) {
        if (performance.now() < until) continue;
        fail(new TooBusy("messages wait longer than a caller can"));
        open.delete(id);
      }
    }
    watched.delete(tenantId);
  }

  return async (tenantId, messageId, first) => {
    await first?.();
    return new Promise((settle, fail) => {
      const known = watched.get(tenantId);
      const open = known ?? new Map<string, Watch>();
      open.set(uuidOf(messageId), { settle, fail, until: performance.now() + PATIENCE_MS });
      if (known) return;
      watched.set(tenantId, open);
      void look(tenantId, open);
    });
  };
}
