import { hash } from "node:crypto";
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { parsePublicId, publicId } from "../../domain/kernel/index.ts";
import type { ArrivedMessage, ReceivingConnection } from "../../flows/inbox.ts";
import type { Flow } from "../../flows/ports.ts";
import { TooBusy } from "../batcher.ts";
import type { App, Submit } from "./app.ts";
import { sendRefusal } from "./errors.ts";
import { notFound, sendAnswer } from "./route.ts";
import { refused } from "./problem.ts";

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The part of a connector that works on a message as it came, before anything is parsed. */
export interface MessageDoor {
  envelope(headers: Headers): { readonly deliveryId: string; readonly topic: string } | null;
  verify(headers: Headers, rawBody: Uint8Array, secrets: readonly string[]): boolean;
}

/** Its delivery is what recognises it: asked for again after a lost answer, it is kept once all the same. */
export interface Arrival extends ArrivedMessage {
  readonly idempotencyKey: string;
}

export interface ReceiveDeps {
  /** Which connection an id names and what verifies its messages, or null. Asked for every message, so it should remember. */
  readonly receiving: (id: string) => Promise<ReceivingConnection | null>;
  /** By name. */
  readonly doors: ReadonlyMap<string, MessageDoor>;
  /** Keeps messages of concurrent requests together; answers once they are committed. */
  readonly keep: Submit<Arrival>;
  /** Told of every message whose signature is missing or wrong. */
  readonly refused: (connector: string) => void;
  readonly newId: () => string;
}

declare module "fastify" {
  interface FastifyRequest {
    connection: ReceivingConnection | null;
  }
}

/** Bytes of one message. */
export const MESSAGE_LIMIT_BYTES = 5 * 1024 * 1024;
/** Bytes of messages that may wait for their commit at once; more are refused before memory grows. */
const WAITING_MAX_BYTES = 64 * 1024 * 1024;
/** Ids and topics longer than this are no channel's, and no index could hold them. */
const NAME_LENGTH_MAX = 500;

/** What a channel sends once, unsigned, to see whether somebody answers: WooCommerce does when a webhook is saved. */
const PINGS: Readonly<Record<string, RegExp>> = { woocommerce: /^webhook_id=\d{1,20}$/ };
const PING_LENGTH_MAX = 40;

/** Where channels send their messages: a context of its own, because its bodies are bytes of whatever kind. */
export const receiveRoutes = (deps: ReceiveDeps) => (app: App): void => {
  acceptBytes(app);
  app.decorateRequest("connection", null);
  let waitingBytes = 0;
  app.post("/in/:connection", {
    config: { scope: "public" }, schema: { hide: true, params: z.object({ connection: z.string() }) },
    // Nobody's five megabytes are read for an address that there is not.
    onRequest: async (request) => {
      const { connection = "" } = request.params as { connection?: string };
      const id = parsePublicId("connection", connection);
      request.connection = id === undefined ? null : await deps.receiving(id);
      if (request.connection === null) throw notFound(`connection ${connection.slice(0, 100)}`);
    },
  }, async (request, reply) => {
    const connection = connectionOf(request);
    const door = deps.doors.get(connection.connector);
    if (!door) throw refused("UNAVAILABLE", `This version of the program does not know the connector "${connection.connector}".`);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (isPing(connection.connector, body)) return { id: null, new: false };
    const message = arrival(door, connection, request.headers, body, deps);
    if (waitingBytes + body.length > WAITING_MAX_BYTES) throw new TooBusy(`${waitingBytes} bytes of messages wait`);
    waitingBytes += body.length;
    try {
      const answer = await deps.keep(connection.tenantId, message);
      return answer.ok ? answer.body : sendAnswer(request, reply, answer);
    } finally {
      waitingBytes -= body.length;
    }
  });
};

function acceptBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MESSAGE_LIMIT_BYTES }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.code !== "FST_ERR_CTP_BODY_TOO_LARGE") throw error;
    const detail = `The message has more than the ${MESSAGE_LIMIT_BYTES.toLocaleString("en")} bytes allowed here.`;
    return sendRefusal(request, reply, { code: "BODY_TOO_LARGE", detail, errors: [{ pointer: "", code: "BODY_TOO_LARGE", detail }] });
  });
}

function connectionOf({ connection }: FastifyRequest): ReceivingConnection {
  if (connection === null) throw new Error("the connection is looked up before the body is read");
  return connection;
}

const isPing = (connector: string, body: Buffer): boolean => body.length <= PING_LENGTH_MAX && (PINGS[connector]?.test(body.toString("latin1")) ?? false);

/** The message, where the connection's secret signed it and it says which delivery it is. */
function arrival(door: MessageDoor, { id, secrets, connector }: ReceivingConnection, headers: Headers, body: Buffer, deps: Pick<ReceiveDeps, "refused" | "newId">): Arrival {
  if (!door.verify(headers, body, secrets)) {
    deps.refused(connector);
    throw refused("SIGNATURE_WRONG", "The signature is missing, or was not made of these bytes with this connection's secret.");
  }
  const envelope = door.envelope(headers);
  if (envelope === null) throw unnamed(door, headers);
  const { deliveryId, topic } = envelope;
  if (deliveryId.length > NAME_LENGTH_MAX || topic.length > NAME_LENGTH_MAX) {
    const detail = `The delivery's id and its topic have at most ${NAME_LENGTH_MAX} characters each.`;
    throw refused("INVALID_FIELD", detail, [{ pointer: "/headers", code: "INVALID_FIELD", detail }]);
  }
  return { id: deps.newId(), connectionId: id, deliveryId, topic, bodyHash: hash("sha256", body), body, idempotencyKey: deliveryId };
}

/** Names the headers that the connector looked for and that are not there. */
function unnamed(door: MessageDoor, headers: Headers): Error {
  const missing = new Set<string>();
  door.envelope(new Proxy(headers, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof name === "string" && (value === undefined || value === "")) missing.add(name);
      return value;
    },
  }));
  const detail = (name: string): string => `The header ${name} is missing.`;
  const errors = [...missing].map((name) => ({ pointer: `/headers/${name}`, code: "INVALID_FIELD" as const, detail: detail(name) }));
  return refused("INVALID_FIELD", `The message does not say which delivery it is: ${[...missing].join(", ") || "its headers"} missing.`, errors);
}

/** Under which id a delivery is kept, and whether this message brought it; no id where its connection is gone. */
type Keep = (tenantId: number, messages: readonly ArrivedMessage[]) => Promise<readonly { readonly id: string | null; readonly isNew: boolean }[]>;

/** Keeps a group of messages in one commit, and tells whoever takes them in that there are some. */
export const keepTogether = (keep: Keep, received: (tenantId: number) => void): Flow<Arrival> => async (_store, tenantId, messages) => {
  const kept = await keep(tenantId, messages);
  if (kept.some(({ isNew }) => isNew)) received(tenantId);
  return kept.map(({ id, isNew }) => (id === null
    ? { ok: false, refusal: { code: "NOT_FOUND", detail: "There is no such connection here." } }
    : { ok: true, created: isNew, replayed: false, body: { id: publicId("message", id), new: isNew } }));
};

/** How long a connection is believed: a changed secret, or a removed connection, takes effect within this time. */
export const CONNECTION_REMEMBERED_MS = 2_000;
/** Ids that are none are remembered too, so that guessing does not reach the database; beyond this many all is forgotten. */
const ENTRIES_MAX = 10_000;

/** Remembers connections for a moment; messages that come at once share one question. Failures are not remembered. */
export function rememberConnections(ask: ReceiveDeps["receiving"], now: () => number, milliseconds = CONNECTION_REMEMBERED_MS): ReceiveDeps["receiving"] {
  const entries = new Map<string, { readonly until: number; readonly answer: Promise<ReceivingConnection | null> }>();
  return (id) => {
    const known = entries.get(id);
    if (known && known.until > now()) return known.answer;
    if (entries.size >= ENTRIES_MAX) entries.clear();
    const answer = ask(id);
    entries.set(id, { until: now() + milliseconds, answer });
    answer.catch(() => entries.delete(id));
    return answer;
  };
}
