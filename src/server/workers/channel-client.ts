import { setTimeout as sleep } from "node:timers/promises";
import type { CalledConnection } from "../../flows/channel-calls.ts";
import type { CallChannel, ChannelAccess } from "../../flows/write-back.ts";
import type { WorkerDeps } from "./ports.ts";

/** A channel that failed this often in a row is left alone for a while. */
const FAILURES_MAX = 5;
const REST_MS = 15_000;
/** A channel may ask for more time, within reason: what is older than the patience for it is told to nobody. */
const RETRY_AFTER_MAX_MS = 60 * 60_000;

/** What is remembered of a connection by everybody who calls it: its pace and its failures. */
export interface Pace {
  nextAt: number;
  readonly restsUntil: number;
  /** When a request last got no answer in time. */
  unknownAt: number;
  /** A piece of work ended: whether the channel did its part. */
  ended(well: boolean): void;
}

export interface Paces {
  of(connectionId: string): Pace;
  /** Connections that are left alone now. */
  resting(): string[];
}

export function createPaces(): Paces {
  const paces = new Map<string, Pace>();
  return {
    of(connectionId) {
      let pace = paces.get(connectionId);
      if (!pace) paces.set(connectionId, (pace = createPace()));
      return pace;
    },
    resting: () => [...paces].filter(([, { restsUntil }]) => restsUntil > performance.now()).map(([id]) => id),
  };
}

function createPace(): Pace {
  let failures = 0;
  let restsUntil = 0;
  return {
    nextAt: 0,
    unknownAt: -Infinity,
    get restsUntil() {
      return restsUntil;
    },
    ended(well) {
      failures = well ? 0 : failures + 1;
      if (failures >= FAILURES_MAX) restsUntil = performance.now() + REST_MS;
    },
  };
}

/** Requests to one connection, never faster than its kind of channel bears; of an answer at most `answerMax` bytes are read. */
export function channelClient({ outgoing }: Pick<WorkerDeps, "outgoing">, { baseUrl, credentials }: CalledConnection, access: ChannelAccess, pace: Pace, answerMax: number): CallChannel {
  const signedIn = access.signIn(credentials);
  return async ({ method, path, headers = {}, body }) => {
    const wait = pace.nextAt - performance.now();
    pace.nextAt = Math.max(pace.nextAt, performance.now()) + 1_000 / access.callsPerSecond;
    if (wait > 0) await sleep(wait);
    const answer = await outgoing.send({
      method, url: `${baseUrl.replace(/\/+$/, "")}${path}`, bodyMax: answerMax, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { accept: "application/json", "user-agent": "Ordo", ...(body === undefined ? {} : { "content-type": "application/json" }), ...signedIn, ...headers },
    });
    if (answer.kind === "answered") return { kind: "answered", status: answer.status, json: answer.truncated ? undefined : readJson(answer.body), retryAfterMs: answer.retryAfterMs && Math.min(answer.retryAfterMs, RETRY_AFTER_MAX_MS) };
    if (answer.kind === "timed_out") pace.unknownAt = performance.now();
    return { kind: answer.kind === "timed_out" ? "unknown" : answer.kind, reason: answer.reason };
  };
}

/** Plug-ins of WordPress whose files begin with a byte order mark put it before every answer. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF+/, ""));
  } catch {
    return undefined;
  }
}
