import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { FieldError } from "../../domain/kernel/index.ts";
import { pointerOf, refused } from "./problem.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The body as it came, for its hash; absent where there was none. */
    rawBody?: Buffer;
  }
}

/** Levels of nesting a body may have. */
const DEPTH_LIMIT = 64;

/** JSON is the only body that ordinary routes take; every other content type is a 415 before anything is read. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body: Buffer, done) => {
    try {
      refuseEncodings(request);
      request.rawBody = body;
      done(null, body.length === 0 ? undefined : parseJson(body));
    } catch (error) {
      done(error instanceof Error ? error : new Error("unreadable body"));
    }
  });
}

/** Compressed or otherwise encoded bodies would be read as noise. */
export function refuseEncodings({ headers }: Pick<FastifyRequest, "headers">): void {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw refused("UNSUPPORTED_MEDIA_TYPE", `The body is encoded as "${encoding}"; send it as it is.`);
  const charset = /charset="?([^";\s]+)/i.exec(headers["content-type"] ?? "")?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw refused("UNSUPPORTED_MEDIA_TYPE", `The body is in "${charset}"; send UTF-8.`);
}

/** Reads one JSON object. Refuses what is not UTF-8 or JSON, prototype keys, more than 64 levels, and text no database can hold. */
export function parseJson(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (!isUtf8(bytes)) throw refused("MALFORMED_JSON", "The body is not valid UTF-8.", atBody("The bytes are not valid UTF-8."));
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = `The body is not JSON: ${error instanceof SyntaxError ? faultOf(text, error.message) : "it cannot be read"}.`;
    throw refused("MALFORMED_JSON", detail, atBody(detail));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refused("INVALID_BODY", "The body must be a JSON object.", [{ pointer: "", code: "INVALID_BODY", detail: "The body must be a JSON object." }]);
  }
  const errors = inspect(value);
  if (errors.length > 0) {
    const malformed = errors.some((error) => error.code === "MALFORMED_JSON");
    throw refused(malformed ? "MALFORMED_JSON" : "INVALID_FIELD", errors[0]?.detail ?? "", errors);
  }
  return value as Readonly<Record<string, unknown>>;
}

const atBody = (detail: string): FieldError[] => [{ pointer: "", code: "MALFORMED_JSON", detail }];

/** Characters among which the place of an unexpected one is looked for: each look reads the body up to there once more. */
const LOOKED_THROUGH = 65_536;
/** Of a character that it does not expect at all the parser quotes the surroundings, and does not name the place. */
const QUOTED = / is not valid JSON$/;

/** Why a text is not JSON and at which of its characters, counted from 1, without the piece of the body that JSON.parse likes to quote. */
function faultOf(text: string, message: string): string {
  const at = QUOTED.test(message) ? firstUnexpected(text) : Number(/ JSON at position (\d+)/.exec(message)?.[1] ?? text.length);
  if (at === null) return `there is a character that it does not allow after the first ${LOOKED_THROUGH}`;
  return at >= text.length ? "it ends too early" : `character ${at + 1} is not allowed there`;
}

/** Up to an unexpected character a text is the beginning of some JSON, and from there on it is not: its place is found by halving. */
function firstUnexpected(text: string): number | null {
  let [fine, spoilt] = [0, Math.min(text.length, LOOKED_THROUGH + 1)];
  if (spoilt < text.length && !isSpoilt(text.slice(0, spoilt))) return null;
  while (spoilt - fine > 1) {
    const middle = Math.floor((fine + spoilt) / 2);
    if (isSpoilt(text.slice(0, middle))) spoilt = middle;
    else fine = middle;
  }
  return spoilt - 1;
}

function isSpoilt(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return error instanceof SyntaxError && QUOTED.test(error.message);
  }
}

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Everything in a value that cannot be processed safely, whatever a schema says about it. Bounded: it stops at the depth limit and at 20 faults. */
export function inspect(value: unknown): FieldError[] {
  const errors: FieldError[] = [];
  visit(value, [], errors);
  return errors;
}

function visit(value: unknown, path: (string | number)[], errors: FieldError[]): void {
  if (typeof value === "string") {
    const problem = unstorable(value);
    if (problem !== null) errors.push({ pointer: pointerOf(path), code: "INVALID_FIELD", detail: problem });
    return;
  }
  if (typeof value !== "object" || value === null || errors.length >= 20) return;
  if (path.length >= DEPTH_LIMIT) {
    errors.push({ pointer: pointerOf(path), code: "MALFORMED_JSON", detail: `The body is nested more than ${DEPTH_LIMIT} levels deep.` });
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((element, index) => step(element, index, path, errors));
    return;
  }
  for (const key of Object.keys(value)) {
    const problem = unstorable(key);
    if (problem !== null) errors.push({ pointer: pointerOf(path), code: "INVALID_FIELD", detail: `A property name is unusable: ${problem}` });
    else if (FORBIDDEN_KEYS.has(key)) errors.push({ pointer: pointerOf([...path, key]), code: "MALFORMED_JSON", detail: `A property may not be called "${key}".` });
    else step((value as Readonly<Record<string, unknown>>)[key], key, path, errors);
  }
}

function step(value: unknown, key: string | number, path: (string | number)[], errors: FieldError[]): void {
  if (typeof value === "number" || typeof value === "boolean" || value === null) return;
  path.push(key);
  visit(value, path, errors);
  path.pop();
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function unstorable(text: string): string | null {
  if (text.includes("\u0000")) return "The text contains the NUL character, which cannot be stored.";
  return LONE_SURROGATE.test(text) ? "The text contains half of a surrogate pair, which is not a character." : null;
}

/** What JSON.parse would spoil, or what parseJson refuses: integers that may be beyond 2^53, NUL, and halves of characters. */
const DELICATE = /\d{16}|\\u0000|\\u[dD][89a-fA-F]/;
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/**
 * Reads the JSON of a message that somebody else's program wrote, and that nobody can write again: as parseJson does, but ids beyond
 * 2^53 become texts with every digit, and texts lose what no database can hold. A byte order mark is no part of it.
 */
export function parseMessage(bytes: Buffer): Readonly<Record<string, unknown>> {
  const body = bytes.subarray(bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0);
  const text = isUtf8(body) ? body.toString("utf8") : "";
  return parseJson(DELICATE.test(text) && isJson(text) ? Buffer.from(text.replaceAll(TOKEN, mended)) : body);
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function mended(token: string): string {
  if (!token.startsWith("\"")) return Number.isSafeInteger(Number(token)) ? token : `"${token}"`;
  return DELICATE.test(token) ? JSON.stringify(String(JSON.parse(token)).replaceAll("\u0000", "").replaceAll(/\p{Surrogate}/gu, "\uFFFD")) : token;
}
