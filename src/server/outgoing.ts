import { lookup as systemLookup } from "node:dns/promises";
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { hostAndPort, isPublicAddress, urlProblem } from "./outgoing-address.ts";

export interface OutgoingRequest {
  readonly method: "POST" | "GET" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Bytes of the reply that are read, where it is not what is usual. */
  readonly bodyMax?: number;
}

/** How a request ended. Only "answered" says that the other side saw it whole; after "timed_out" nobody knows. */
export type OutgoingAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly contentType: string | null; readonly retryAfterMs: number | null; readonly body: string; readonly truncated: boolean }
  | { readonly kind: "blocked" | "unreachable" | "timed_out"; readonly reason: string };

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** Answers every address of a name, as the system's resolver would. */
export type Lookup = (host: string) => Promise<readonly Address[]>;

export interface OutgoingOptions {
  /** host:port pairs that may be called whatever their address is, and over http too: an operator's own network. */
  readonly allow: readonly string[];
  readonly lookup?: Lookup;
  readonly connectMs?: number;
  readonly totalMs?: number;
  /** Bytes of a reply that are read; the rest is cut off. */
  readonly bodyMax?: number;
}

export interface Outgoing {
  /** Why this address may not be called, in a sentence; null where it may. Names are looked up, one that has no address passes. */
  check(url: string): Promise<string | null>;
  /** Sends one request, follows nothing, and never throws. */
  send(request: OutgoingRequest): Promise<OutgoingAnswer>;
}

/** Milliseconds to look up, connect and agree on TLS, and for everything together. */
const CONNECT_MS = 3_000;
const TOTAL_MS = 10_000;
const BODY_MAX = 64 * 1024;

type Target = { readonly ok: true; readonly url: URL; readonly addresses: readonly Address[] } | { readonly ok: false; readonly kind: "blocked" | "unreachable"; readonly reason: string };

/**
 * The one door for requests that leave: webhooks today, carriers and ERPs as they come. It judges the literal address
 * and every address a name has, and connects only to addresses it has judged: a second lookup between check and
 * connection, where the answer could be another one, does not happen. (A filter in an http.Agent does nothing for
 * fetch, and one in connect.lookup is not called for literal addresses, so both are judged here.)
 */
export function createOutgoing(options: OutgoingOptions): Outgoing {
  const allow = new Set(options.allow.map((entry) => entry.toLowerCase()));
  const lookup: Lookup = options.lookup ?? ((host) => systemLookup(host, { all: true, verbatim: true }));
  const { connectMs = CONNECT_MS, totalMs = TOTAL_MS, bodyMax = BODY_MAX } = options;

  async function target(text: string): Promise<Target> {
    const problem = urlProblem(text, allow);
    if (problem !== null) return { ok: false, kind: "blocked", reason: problem };
    const url = new URL(text);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const family = isIP(host);
    // A literal was judged with the rest of the address.
    if (family !== 0) return { ok: true, url, addresses: [{ address: host, family }] };
    const addresses = await lookup(host).catch(() => []);
    if (addresses.length === 0) return { ok: false, kind: "unreachable", reason: `The name ${host} has no address.` };
    const open = allow.has(hostAndPort(url)) || addresses.every(({ address }) => isPublicAddress(address));
    return open ? { ok: true, url, addresses } : { ok: false, kind: "blocked", reason: `The name ${host} leads to an address that is not public.` };
  }

  return {
    check: async (url) => {
      const found = await target(url);
      return found.ok || found.kind === "unreachable" ? null : found.reason;
    },
    send: async (request) => {
      const started = performance.now();
      const found = await within(target(request.url), connectMs);
      if (found === null) return { kind: "timed_out", reason: `The name was not looked up within ${connectMs} ms.` };
      if (!found.ok) return found;
      const spent = performance.now() - started;
      return exchange(request, found, { connectMs: Math.max(1, connectMs - spent), totalMs: Math.max(1, totalMs - spent), bodyMax: request.bodyMax ?? bodyMax })
        .catch((error: unknown) => ({ kind: "unreachable", reason: reasonOf(error) }));
    },
  };
}

function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

interface Limits {
  readonly connectMs: number;
  readonly totalMs: number;
  readonly bodyMax: number;
}

function exchange(request: OutgoingRequest, target: { readonly url: URL; readonly addresses: readonly Address[] }, limits: Limits): Promise<OutgoingAnswer> {
  return new Promise((resolve) => {
    const outgoing = open(request, target);
    let ended = false;
    const end = (answer: OutgoingAnswer): void => {
      if (ended) return;
      ended = true;
      clearTimeout(connecting);
      clearTimeout(total);
      outgoing.destroy();
      resolve(answer);
    };
    let timeOut = (): void => end({ kind: "timed_out", reason: "No answer came in time." });
    const connecting = setTimeout(() => end({ kind: "timed_out", reason: "No connection came about in time." }), limits.connectMs);
    const total = setTimeout(() => timeOut(), limits.totalMs);
    outgoing.on("socket", (socket) => socket.once(target.url.protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(connecting)));
    outgoing.on("error", (error) => end({ kind: "unreachable", reason: reasonOf(error) }));
    outgoing.on("response", (response) => {
      timeOut = collect(response, limits.bodyMax, end);
    });
    outgoing.end(request.body);
  });
}

function open({ method, headers, body }: OutgoingRequest, { url, addresses }: { readonly url: URL; readonly addresses: readonly Address[] }): ClientRequest {
  const start = url.protocol === "https:" ? httpsRequest : httpRequest;
  return start(url, {
    method, headers: { ...headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) },
    lookup: pinned(addresses),
    // A connection of its own each time: none is shared between targets, and none outlives its check.
    agent: false,
    rejectUnauthorized: true,
  });
}

/** Answers only what was judged, whatever the resolver would say now. */
const pinned = (addresses: readonly Address[]): LookupFunction => (_host, options, answer) => {
  const [first] = addresses;
  if (options.all) answer(null, addresses.map(({ address, family }) => ({ address, family })));
  else answer(null, first?.address ?? "", first?.family);
};

/** Reads a reply up to the limit; the returned function ends it early. Its status counts even where the rest of it never comes. */
function collect(response: IncomingMessage, bodyMax: number, end: (answer: OutgoingAnswer) => void): () => void {
  const parts: Buffer[] = [];
  let size = 0;
  const finish = (truncated: boolean): void => end({
    kind: "answered", status: response.statusCode ?? 0, contentType: response.headers["content-type"] ?? null, retryAfterMs: retryAfter(response), body: Buffer.concat(parts).subarray(0, bodyMax).toString("utf8"), truncated,
  });
  response.on("data", (part: Buffer) => {
    parts.push(part);
    size += part.length;
    if (size > bodyMax) finish(true);
  });
  response.on("end", () => finish(false));
  response.on("close", () => finish(true));
  response.on("error", () => finish(true));
  return () => finish(true);
}

/** Retry-After in seconds, which Shopify writes with a decimal ("2.0"), or as a date; null where it is neither. */
function retryAfter(response: IncomingMessage): number | null {
  const text = response.headers["retry-after"]?.trim() ?? "";
  if (/^\d{1,6}(?:\.\d{1,6})?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = text.endsWith(" GMT") ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** A code where there is one: messages of the system quote addresses, and an answer must not map a network. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  return code === null ? "The connection failed." : `The connection failed (${code}).`;
}
