import {
  type BulkPath, BulkRefused, cancelOrder, type Channel, type Client, createClient, getChannel, getItem, getNode, getOrder, getRateCard, type Item, listConnections, listItems, listNodes, listOrders, type Node, type Order, type OrderSummary,
  putChannel, type PutChannelData, type PutNodeData, type ReceiveStockData, releaseHold, sendBulk,
} from '@ordo/client';
import { setTimeout as pause } from 'node:timers/promises';
import type { ImportTarget, Refusal, Reply } from '../../files/import/target.ts';
import { CommandFailed } from '../command.ts';
import { AS_COMMAND_LINE, type Connection } from '../connect.ts';

export type BulkBody = Readonly<Record<string, unknown>>;
export type ChannelBody = PutChannelData['body'];
export type NodeBody = PutNodeData['body'];
export type ReceiptBody = ReceiveStockData['body'];
export type { BulkPath, Refusal, Reply, Channel, Item, Node, Order, OrderSummary };

export interface OrderRange {
  readonly channel: string;
  readonly placed_from: string;
  readonly placed_to: string;
}

/** Everything the import asks of Ordo. Each call waits out what passes by itself and throws CommandFailed where nobody answers. */
export interface ImportApi extends ImportTarget {
  readonly url: string;
  findChannel(code: string): Promise<Channel | null>;
  findItem(sku: string): Promise<Item | null>;
  findNode(code: string): Promise<Node | null>;
  saveChannel(code: string, body: ChannelBody, key: string): Promise<Reply<unknown>>;
  /** The connection of this code: its id, and its kind of channel. */
  findConnection(code: string): Promise<{ readonly id: string; readonly connector: string } | null>;
  nodeCodes(): Promise<Set<string>>;
  skus(): Promise<Set<string>>;
  orders(range: OrderRange, each: (orders: readonly OrderSummary[]) => void): Promise<void>;
  findOrder(id: string): Promise<Reply<Order>>;
  releaseHold(id: string, holdNo: number, reason: string, key: string): Promise<Reply<unknown>>;
  cancel(id: string, reason: string, key: string): Promise<Reply<unknown>>;
  /** One reply for each line, in order. Every line must carry an idempotency_key, because lines without an answer are sent again. */
  bulk(path: BulkPath, lines: readonly object[]): Promise<Reply<BulkBody>[]>;
}

/** Pauses between tries of one call, about half a minute in all; 429 and 503 come with a shorter wish. */
const PAUSES_MS = [100, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000];
const PAGE = 250;

interface Answered<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

export function createApi(connection: Connection): ImportApi {
  const { url } = connection;
  const client: Client = createClient({ baseUrl: url, auth: connection.apiKey, headers: AS_COMMAND_LINE });
  const { ask, patiently } = asking(url);
  const keyed = (key: string): { client: Client; headers: { 'Idempotency-Key': string } } => ({ client, headers: { 'Idempotency-Key': key } });
  return {
    url,
    findChannel: async (code) => found(await ask(() => getChannel({ client, path: { code } }))),
    findItem: async (sku) => found(await ask(() => getItem({ client, path: { sku } }))),
    findNode: async (code) => found(await ask(() => getNode({ client, path: { code } }))),
    findRateCard: async (code) => found(await ask(() => getRateCard({ client, path: { code } }))),
    saveChannel: (code, body, key) => ask(() => putChannel({ ...keyed(key), path: { code }, body })),
    findConnection: async (code) => found(await ask(() => listConnections({ client })))?.data.find((one) => one.code === code) ?? null,
    nodeCodes: () => everyOne((query) => ask(() => listNodes({ client, query })), (node) => node.code),
    skus: () => everyOne((query) => ask(() => listItems({ client, query })), (item) => item.sku),
    orders: (range, each) => pages((query) => ask(() => listOrders({ client, query: { ...range, ...query } })), each),
    findOrder: (id) => ask(() => getOrder({ client, path: { id } })),
    releaseHold: (id, holdNo, reason, key) => ask(() => releaseHold({ ...keyed(key), path: { id, hold_no: String(holdNo) }, body: { reason } })),
    cancel: (id, reason, key) => ask(() => cancelOrder({ ...keyed(key), path: { id }, body: { reason } })),
    bulk: (path, lines) => sendAll(connection, path, lines, patiently),
  };
}

type Patiently = (attempt: () => Promise<number | 'done'>) => Promise<void>;

/** Calls that wait out a busy or restarting server. The first call of all does not: then nothing may be there. */
function asking(url: string): { ask: <T>(call: () => Promise<Answered<T>>) => Promise<Reply<T>>; patiently: Patiently } {
  let answeredBefore = false;

  /** Tries until done; a try that is not answers how many milliseconds the server wants it to wait. */
  const patiently: Patiently = async (attempt) => {
    for (let tries = 0; ; tries += 1) {
      let wish = 0;
      try {
        const result = await attempt();
        answeredBefore = true;
        if (result === 'done') return;
        wish = result;
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
      }
      const wait = PAUSES_MS[tries];
      if (wait === undefined || !answeredBefore) throw unreachable(url, answeredBefore);
      await pause(Math.max(wait, wish));
    }
  };

  return {
    patiently,
    async ask<T>(call: () => Promise<Answered<T>>) {
      let reply: Reply<T> | undefined;
      await patiently(async () => {
        const { data, error, response } = await call();
        if (response === undefined) throw error;
        if (isRetryable(response.status)) return Number(response.headers.get('retry-after') ?? 0) * 1000;
        reply = response.ok ? { ok: true, created: response.status === 201, value: data as T } : { ok: false, problem: problemOf(error, response.status) };
        return 'done';
      });
      if (reply === undefined) throw unreachable(url, true);
      if (!reply.ok && (reply.problem.code === 'UNAUTHENTICATED' || reply.problem.code === 'FORBIDDEN')) throw failed(reply.problem);
      return reply;
    },
  };
}

/** What was asked for, or null where it is not there. */
function found<T>(reply: Reply<T>): T | null {
  // A name that none can have is nobody's.
  if (!reply.ok && !['NOT_FOUND', 'INVALID_FIELD', 'INVALID_BODY'].includes(reply.problem.code)) throw failed(reply.problem);
  return reply.ok ? reply.value : null;
}

const isRetryable = (status: number): boolean => status === 429 || status === 503;

/** What fetch throws where the connection fails, or where an answer breaks off. */
const isConnectionLoss = (error: unknown): boolean => error instanceof TypeError || (error instanceof Error && (error.name === 'AbortError' || error.name === 'SyntaxError'));

function problemOf(error: unknown, status: number): Refusal {
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string') return { code: `HTTP_${status}`, detail: `The server answered ${status}.` };
  const pointers = 'errors' in error && Array.isArray(error.errors) ? error.errors.flatMap((one: { pointer?: unknown }) => (typeof one.pointer === 'string' ? [one.pointer] : [])) : [];
  const detail = 'detail' in error ? String(error.detail) : '';
  return { code: error.code, detail: pointers.length === 0 ? detail : `${detail} (${pointers.slice(0, 3).join(', ')})` };
}

function failed({ code, detail }: Refusal): CommandFailed {
  if (code === 'UNAUTHENTICATED') return new CommandFailed(code, detail, 'Use a live key: ORDO_API_KEY, or restart Ordo on this machine to renew connection.json.');
  if (code === 'FORBIDDEN') return new CommandFailed(code, detail, 'Use an administrator\'s key; the import writes the catalogue, stock and orders.');
  return new CommandFailed(code, detail, 'When its cause is gone, run the same command: it goes on where it stopped.');
}

const unreachable = (url: string, answeredBefore: boolean): CommandFailed => answeredBefore
  ? new CommandFailed('NO_ANSWER', `Ordo at ${url} does not answer any more.`, 'When it runs again, run the same command: it goes on where it stopped.')
  : new CommandFailed('NO_ANSWER', `Nothing answers at ${url}.`, 'Start Ordo with "npm start", or set ORDO_URL to where it runs.');

interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

async function pages<T>(page: (query: { limit: number; cursor?: string }) => Promise<Reply<Page<T>>>, each: (rows: readonly T[]) => void): Promise<void> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const reply: Reply<Page<T>> = await page({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (!reply.ok) throw failed(reply.problem);
    each(reply.value.data);
    cursor = reply.value.next_cursor;
  }
}

async function everyOne<T>(page: (query: { limit: number; cursor?: string }) => Promise<Reply<Page<T>>>, name: (row: T) => string): Promise<Set<string>> {
  const names = new Set<string>();
  await pages(page, (rows) => rows.forEach((row) => names.add(name(row))));
  return names;
}

/** Sends lines until each has an answer that stands: what a lost connection or a busy server left open goes again. */
async function sendAll(connection: Connection, path: BulkPath, lines: readonly object[], patiently: Patiently): Promise<Reply<BulkBody>[]> {
  const replies: (Reply<BulkBody> | undefined)[] = lines.map(() => undefined);
  await patiently(async () => {
    const open = lines.flatMap((line, index) => (replies[index] === undefined ? [{ line, index }] : []));
    try {
      for await (const answer of sendBulk({ baseUrl: connection.url, apiKey: connection.apiKey, path, lines: open.map(({ line }) => line), linesPerRequest: open.length })) {
        const index = open[answer.line - 1]?.index;
        if (index === undefined || isRetryable(answer.status)) continue;
        replies[index] = answer.body ? { ok: true, created: answer.status === 201, value: answer.body } : { ok: false, problem: problemOf(answer.problem, answer.status) };
      }
    } catch (error) {
      if (!(error instanceof BulkRefused)) throw error;
      if (!isRetryable(error.status)) throw failed(problemOf(error.problem, error.status));
    }
    return replies.every((reply) => reply !== undefined) ? 'done' : 0;
  });
  return replies.filter((reply) => reply !== undefined);
}
