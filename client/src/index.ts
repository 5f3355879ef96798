import { type Client, createClient } from "./generated/client/index.ts";
import type { Problem } from "./generated/index.ts";

export * from "./generated/index.ts";
export { type Client, createClient };

/** One answer of a bulk operation: the line's number in the request, its HTTP status, and what came of it. */
export interface BulkAnswer {
  readonly line: number;
  readonly status: number;
  /** What the single operation would have answered; absent where there is a problem. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly problem?: Problem;
}

type BulkOperation = "/v1/orders/bulk" | "/v1/shipments/bulk" | "/v1/stock/receipts/bulk" | "/v1/items/bulk" | "/v1/nodes/bulk" | "/v1/prices/bulk" | "/v1/rate-cards/bulk" | "/v1/duty-rates/bulk" | "/v1/supply-orders/bulk" | `/v1/connections/${string}/messages/bulk`;
/** Where many things are sent as lines of JSON; with dry_run they are decided on and not kept. */
export type BulkPath = `${BulkOperation}${"" | "?dry_run=true"}`;

export interface BulkOptions {
  /** The address of the server, as given to createClient. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly path: BulkPath;
  /** Objects to send, one a line, in order. They are read as they are sent. */
  readonly lines: Iterable<unknown> | AsyncIterable<unknown>;
  /** Lines of one request; more are sent in further requests, one after the other. */
  readonly linesPerRequest?: number;
}

/** A request of many things that was refused as a whole. */
export class BulkRefused extends Error {
  override readonly name = "BulkRefused";
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? `the request was answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** Sends objects as lines of JSON and gives one answer for each, in order; lines are numbered from 1 over all requests. */
export async function* sendBulk(options: BulkOptions): AsyncGenerator<BulkAnswer> {
  const most = options.linesPerRequest ?? 2000;
  let waiting: string[] = [];
  let sent = 0;
  for await (const line of options.lines) {
    waiting.push(JSON.stringify(line));
    if (waiting.length < most) continue;
    yield* answersOf(options, waiting, sent);
    sent += waiting.length;
    waiting = [];
  }
  if (waiting.length > 0) yield* answersOf(options, waiting, sent);
}

async function* answersOf({ baseUrl, apiKey, path }: BulkOptions, texts: readonly string[], before: number): AsyncGenerator<BulkAnswer> {
  const response = await fetch(`${baseUrl.replace(/\/$/, "")}${path}`, {
    method: "POST", headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/x-ndjson" }, body: `${texts.join("\n")}\n`,
  });
  if (!response.ok || response.body === null) throw new BulkRefused(response.status, await response.json().catch(() => null) as Problem | null);
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let rest = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const answer = JSON.parse(line) as BulkAnswer;
      yield { ...answer, line: answer.line + before };
    }
  }
}

/** What can be downloaded as a file. */
export type ExportedKind = "orders" | "items" | "nodes" | "stock" | "events";

export interface ExportOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly kind: ExportedKind;
  /** Parameters of the operation, as they stand in its address. */
  readonly query: Readonly<Record<string, string>>;
}

/** The bytes of an export as they come. Throws BulkRefused where it is refused; what breaks off fails in the middle. */
export async function openExport({ baseUrl, apiKey, kind, query }: ExportOptions): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(`${baseUrl.replace(/\/$/, "")}/v1/exports/${kind}?${new URLSearchParams(query)}`, { headers: { authorization: `Bearer ${apiKey}` } });
  if (!response.ok || response.body === null) throw new BulkRefused(response.status, await response.json().catch(() => null) as Problem | null);
  return response.body;
}
