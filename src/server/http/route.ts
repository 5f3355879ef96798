import { hash } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from "fastify";
import type { z } from "zod";
import { type IdKind, parsePublicId } from "../../domain/kernel/index.ts";
import type { Answer, CommandHead } from "../../flows/ports.ts";
import type { Page } from "../../flows/queries.ts";
import { actorOf, callerOf, type Needs, originOf } from "./access.ts";
import { instanceOf, sendRefusal } from "./errors.ts";
import { refused } from "./problem.ts";
import { problem } from "./schemas/problem.ts";

interface Parts {
  readonly body?: z.ZodType;
  readonly querystring?: z.ZodType;
  readonly params?: z.ZodType;
}

interface About {
  /** Name of the operation in the OpenAPI document and of the client's function. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: Needs;
  /** That who is limited to nodes may call it, because it keeps to that limit itself. */
  readonly limitedByNode?: true;
  /** That it begins or ends a session before anybody has signed in. */
  readonly ownPagesOnly?: true;
}

const NEEDS: Readonly<Partial<Record<Needs, string | null>>> = { public: null, person: "For people who have signed in, with the cookie of their session." };

/** The options of a route: its scope, what it takes (parsed), and what it answers (documented; problems are the same everywhere). */
export function operation<P extends Parts>(about: About, parts: P, answers: Readonly<Record<number, z.ZodType>> = {}): {
  config: { scope: Needs; limitedByNode: boolean; ownPagesOnly: boolean };
  schema: P & { operationId: string; tags: string[]; summary: string; description: string; security: Record<string, string[]>[]; response: Record<string, unknown> };
} {
  return {
    config: { scope: about.scope, limitedByNode: about.limitedByNode ?? false, ownPagesOnly: about.ownPagesOnly ?? false },
    schema: {
      ...parts, operationId: about.id, tags: [about.tag], summary: about.summary,
      description: [about.description, NEEDS[about.scope] === undefined ? `Needs the scope ${about.scope}.` : NEEDS[about.scope]].filter(Boolean).join(" "),
      security: about.scope === "public" ? [] : about.scope === "person" ? [{ session: [] }] : [{ apiKey: [] }],
      response: { ...answers, default: { description: "What went wrong, and what to do about it", content: { "application/problem+json": { schema: problem } } } },
    },
  };
}

const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** What every command carries, from a request whose body was read whole. */
export function headOf(request: FastifyRequest, canonicalBody?: string): CommandHead {
  const given = request.headers["idempotency-key"];
  if (given !== undefined && (typeof given !== "string" || !KEY.test(given))) {
    const detail = "The Idempotency-Key must be 1 to 255 printable ASCII characters.";
    throw refused("INVALID_FIELD", detail, [{ pointer: "/headers/idempotency-key", code: "INVALID_FIELD", detail }]);
  }
  const content = canonicalBody ?? `${request.method} ${instanceOf(request.url)}\n${request.rawBody?.toString("latin1") ?? ""}`;
  return { idempotencyKey: given ?? null, bodyHash: hash("sha256", content), actor: actorOf(callerOf(request)), origin: originOf(request) };
}

/** 201 for what is new, 200 for everything else that succeeded, a repetition included; a refusal as its problem. */
export function sendAnswer(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  if (!answer.ok) return sendRefusal(request, reply, answer.refusal);
  if (answer.replayed) reply.header("idempotent-replayed", "true");
  return reply.code(answer.created && !answer.replayed ? 201 : 200).send(answer.body);
}

/** For routes whose body is a stream: only what stands in the address has a schema to fit. */
export const validateAddress = (app: Pick<FastifyInstance, "validatorCompiler">): FastifySchemaCompiler<unknown> => (route) =>
  route.httpPart === "body" ? (value: unknown) => ({ value }) : app.validatorCompiler?.(route) ?? ((value: unknown) => ({ value }));

/** Sends something long piece by piece, as fast as the caller takes it. */
export const sendStream = (reply: FastifyReply, contentType: string, pieces: AsyncIterable<Uint8Array | string>): FastifyReply =>
  reply.header("content-type", contentType).send(Readable.from(pieces, { objectMode: false, highWaterMark: 256 * 1024 }));

/** The version the caller saw: If-Match, or commercial_version in the body. */
export function expectedVersion(request: FastifyRequest, inBody: number | undefined): number | null {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return inBody ?? null;
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1];
  if (version === undefined) {
    throw refused("INVALID_FIELD", "If-Match must be a commercial_version.", [{ pointer: "/headers/if-match", code: "INVALID_FIELD", detail: `"${header.slice(0, 50)}" is not a commercial_version.` }]);
  }
  return Number(version);
}

/** A list's answer: its rows, whether there is more, and where it goes on. */
export function listOf<T>({ rows, next }: Page<T>): { data: readonly T[]; has_more: boolean; next_cursor: string | null } {
  return { data: rows, has_more: next !== null, next_cursor: cursorOf(next) };
}

/** A place as it is answered. */
export const cursorOf = (place: readonly unknown[] | null): string | null => (place === null ? null : Buffer.from(JSON.stringify(place)).toString("base64url"));

/** The place a cursor names. Each list says how many parts its cursors have and what they look like, so no cursor reaches SQL unseen. */
export function placeOf(cursor: string | undefined, parts: readonly RegExp[], pointer = "/query/cursor"): readonly string[] | null {
  if (cursor === undefined) return null;
  const place = decode(cursor);
  const fits = place !== null && place.length === parts.length && parts.every((part, index) => part.test(place[index] ?? ""));
  if (!fits) throw refused("INVALID_FIELD", "The cursor is not one of this list.", [{ pointer, code: "INVALID_FIELD", detail: "The cursor is not one of this list." }]);
  return place;
}

function decode(cursor: string): string[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(value) && value.every((part): part is string => typeof part === "string" && !part.includes("\u0000") && part.length <= 400) ? value : null;
  } catch {
    return null;
  }
}

/** Shapes of cursor parts. */
export const PART = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  millis: /^-?\d{1,14}$/,
  number: /^\d{1,15}$/,
  text: /^[^]{0,400}$/,
} as const;

export const notFound = (what: string): Error => refused("NOT_FOUND", `There is no ${what} here.`);
/** A kind in words: "order action". */
const inWords = (kind: IdKind): string => kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The UUID behind a public id in an address; what is no id of that kind names nothing. */
export function idOf(kind: IdKind, id: string): string {
  const uuid = parsePublicId(kind, id);
  if (uuid === undefined) throw notFound(`${inWords(kind)} ${id.slice(0, 100)}`);
  return uuid;
}

/** What an address names, where it is there. */
export function found<T>(one: T | null, kind: IdKind, id: string): T {
  if (one === null) throw notFound(`${inWords(kind)} ${id}`);
  return one;
}
