import { request as httpRequest, type IncomingMessage } from "node:http";
import type { CallChannel, ChannelAnswer, ChannelRequest } from "../../../src/flows/write-back.ts";

/** Calls one partner the way the program's outgoing door does: never throws, and knows what it does not know. */
export function callerOf({ url, headers, timeoutMs = 2_000 }: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly timeoutMs?: number }): CallChannel {
  return (request) => exchange(url, { ...request, headers: { ...request.headers, ...headers } }, timeoutMs);
}

function exchange(url: string, { method, path, headers, body }: ChannelRequest, timeoutMs: number): Promise<ChannelAnswer> {
  return new Promise((resolve) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type = text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const outgoing = httpRequest(url + path, { method, agent: false, headers: { ...headers, ...type } });
    let connected = false;
    const end = (answer: ChannelAnswer): void => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve(answer);
    };
    const broken = (reason: string): void => end({ kind: connected ? "unknown" : "unreachable", reason });
    const timer = setTimeout(() => broken("no answer in time"), timeoutMs);
    outgoing.on("socket", (socket) => socket.once("connect", () => (connected = true)));
    outgoing.on("error", (error) => broken(error.message));
    outgoing.on("response", (response) => void read(response).then(end, () => broken("the answer broke off")));
    outgoing.end(text);
  });
}

async function read(response: IncomingMessage): Promise<ChannelAnswer> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const seconds = Number(response.headers["retry-after"] ?? NaN);
  return {
    kind: "answered", status: response.statusCode ?? 0, json: jsonOf(Buffer.concat(parts).toString("utf8")),
    retryAfterMs: Number.isNaN(seconds) ? null : seconds * 1000,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
