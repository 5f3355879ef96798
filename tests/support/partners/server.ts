import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** One request as it came, also where it was never worked on. */
export interface Received {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/**
 * delay: works, answers late. drop: closes without having worked. reset: works, then closes. hold: works, never answers. trickle: works,
 * answers byte by byte.
 * The others answer instead of working.
 */
export type Misbehaviour =
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "drop" | "reset" | "hold" | "html" }
  | { readonly kind: "trickle"; readonly msPerByte: number }
  | { readonly kind: "too_many"; readonly retryAfterSeconds: number }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "json"; readonly json: unknown };

interface Planned {
  readonly how: Misbehaviour;
  readonly on: (received: Received) => boolean;
  left: number;
}

export interface Partner {
  readonly url: string;
  /** Every request, in the order they came. */
  readonly requests: readonly Received[];
  /** For the next requests (one where not said otherwise) that `on` picks out. */
  misbehave(how: Misbehaviour, options?: { readonly times?: number; readonly on?: (received: Received) => boolean }): void;
  /** Drops what was planned and forgets the requests. */
  behave(): void;
  close(): Promise<void>;
}

export async function openPartner(work: (received: Received) => Reply): Promise<Partner> {
  const requests: Received[] = [];
  const planned: Planned[] = [];
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(request);
    requests.push(received);
    const plan = planned.find(({ left, on }) => left > 0 && on(received));
    if (plan === undefined) return answer(response, work(received));
    plan.left -= 1;
    return act(plan.how, response, () => work(received));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    misbehave: (how, { times = 1, on = () => true } = {}) => void planned.push({ how, on, left: times }),
    behave: () => {
      planned.length = 0;
      requests.length = 0;
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const text = Buffer.concat(parts).toString("utf8");
  return { method: request.method ?? "", path: pathname, query: searchParams, headers: request.headers, body: text === "" ? undefined : JSON.parse(text) };
}

async function act(how: Misbehaviour, response: ServerResponse, work: () => Reply): Promise<void> {
  switch (how.kind) {
    case "delay":
      return answerLate(response, work(), how.ms);
    case "drop":
      return void response.destroy();
    case "reset":
      work();
      return void response.destroy();
    case "hold":
      return void work();
    case "trickle":
      return trickle(response, work(), how.msPerByte);
    case "html":
      return void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Just a moment</title>");
    case "too_many":
      return void response.writeHead(429, { "retry-after": String(how.retryAfterSeconds) }).end();
    case "status":
      return void response.writeHead(how.status).end("Something went wrong.");
    case "json":
      return answer(response, { status: 200, json: how.json });
  }
}

function answer(response: ServerResponse, { status, json }: Reply): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(json));
}

async function answerLate(response: ServerResponse, reply: Reply, ms: number): Promise<void> {
  await pause(ms);
  answer(response, reply);
}

async function trickle(response: ServerResponse, { status, json }: Reply, msPerByte: number): Promise<void> {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  for (const byte of Buffer.from(JSON.stringify(json))) {
    if (response.destroyed) return;
    response.write(Buffer.from([byte]));
    await pause(msPerByte);
  }
  response.end();
}
