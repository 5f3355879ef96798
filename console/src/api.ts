// What the screens ask the server, and every way in which an answer can fail to come.
import {
  getOrder, getSession, listChannels, listExceptions, listNodes, listPeople, listOrders, listRoutingDecisions,
  type Channel, type Event, type Exception, type ListOrdersData, type Node as OrdoNode, type Order, type OrderSummary, type Person,
  type RoutingDecision, type SearchState, type SessionState,
} from '@ordo/client';
import { words } from './i18n/words.ts';

export type { Channel, Event, Exception, Hold, Invoice, Order, OrderLine, OrderSummary, Person, RoutingDecision, SearchMatch, SearchState, SessionState, Shipment, WhatIf } from '@ordo/client';
export type { OrdoNode };
export type OrderQuery = NonNullable<ListOrdersData['query']>;

/** What was wrong with one field of what was sent. */
export interface Fault {
  readonly pointer: string;
  /** Null where the console itself found it. */
  readonly code?: string | null;
  readonly detail: string;
}

/** What was refused: an error code and the server's sentence, or no code and a sentence of the console. */
interface Said {
  readonly code: string | null;
  readonly detail: string;
}

export type Failure =
  | { readonly kind: 'signed_out' }
  | Said & { readonly kind: 'forbidden' }
  | Said & { readonly kind: 'missing' }
  /** No answer at all, or one that says to come back later. */
  | Said & { readonly kind: 'away'; readonly requestId: string | null }
  | Said & { readonly kind: 'failed'; readonly title: string; readonly requestId: string | null; readonly faults: readonly Fault[]; /** What others did to it meanwhile, oldest first; null where it was refused for another reason. */ readonly changes: readonly Event[] | null };

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export interface OrderPage {
  readonly rows: readonly OrderSummary[];
  readonly next: string | null;
  readonly count: { readonly value: number; readonly exact: boolean } | null;
  /** What was searched, where anything was. */
  readonly search: SearchState | null;
}

interface Raw<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

const t = words(
  { noAnswer: 'Ordo does not answer.', answered: 'The server answered {status}.', couldNot: 'The server could not answer' },
  { noAnswer: 'Ordo antwortet nicht.', answered: 'Der Server hat mit {status} geantwortet.', couldNot: 'Der Server konnte nicht antworten' },
);

const TIME_LIMIT_MS = 15_000;

/** An answer, or in which way it did not come. What decides thousands of orders may take longer than a list. */
export async function read<T>(ask: (signal: AbortSignal) => Promise<Raw<T>>, given?: AbortSignal, limitMs = TIME_LIMIT_MS): Promise<Result<T>> {
  try {
    const late = AbortSignal.timeout(limitMs);
    const { data, error, response } = await ask(given === undefined ? late : AbortSignal.any([late, given]));
    if (response?.ok === true && data !== undefined) return { ok: true, value: data };
    return { ok: false, failure: failureOf(response, error) };
  } catch {
    return { ok: false, failure: noAnswer() };
  }
}

const noAnswer = (): Failure => ({ kind: 'away', code: null, detail: t('noAnswer'), requestId: null });

function failureOf(response: Response | undefined, error: unknown): Failure {
  if (response === undefined) return noAnswer();
  const told = textOf(error, 'detail');
  const said = told === null ? { code: null, detail: t('answered', { status: response.status }) } : { code: textOf(error, 'code') ?? '', detail: told };
  const requestId = textOf(error, 'request_id');
  switch (response.status) {
    // A password that is wrong says nothing of whether somebody is signed in.
    case 401: return said.code === 'SIGN_IN_REFUSED' ? { kind: 'failed', ...said, title: textOf(error, 'title') ?? '', requestId, faults: [], changes: null } : { kind: 'signed_out' };
    case 403: return { kind: 'forbidden', ...said };
    case 404: return { kind: 'missing', ...said };
    case 429: case 502: case 503: case 504: return { kind: 'away', ...said, requestId };
    default: return { kind: 'failed', ...said, title: textOf(error, 'title') ?? t('couldNot'), requestId, faults: faultsOf(error), changes: response.status === 409 ? changesOf(error) : null };
  }
}

function faultsOf(error: unknown): readonly Fault[] {
  const errors: unknown = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : [];
  return (Array.isArray(errors) ? errors : []).flatMap((one) => {
    const [pointer, code, detail] = [textOf(one, 'pointer'), textOf(one, 'code'), textOf(one, 'detail')];
    return pointer === null || detail === null ? [] : [{ pointer, ...(code === null ? {} : { code }), detail }];
  });
}

/** Events as the timeline has them; what a problem of another kind holds is none. */
function changesOf(error: unknown): readonly Event[] {
  const data: unknown = typeof error === 'object' && error !== null && 'data' in error ? error.data : null;
  const changes: unknown = typeof data === 'object' && data !== null && 'changes' in data ? data.changes : [];
  return Array.isArray(changes) ? changes.filter((one): one is Event => textOf(one, 'type') !== null && textOf(one, 'occurred_at') !== null) : [];
}

function textOf(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'string' ? found : null;
}

export const mapped = <A, B>(result: Result<A>, map: (value: A) => B): Result<B> => (result.ok ? { ok: true, value: map(result.value) } : result);

export async function readOrders(query: OrderQuery, given?: AbortSignal): Promise<Result<OrderPage>> {
  const result = await read((signal) => listOrders({ query, signal }), given);
  return mapped(result, ({ data, next_cursor, count, search }) => ({ rows: data, next: next_cursor, count: count ?? null, search: search ?? null }));
}

export const readOrder = (id: string): Promise<Result<Order>> => read((signal) => getOrder({ path: { id }, signal }));

export const readDecisions = async (id: string): Promise<Result<readonly RoutingDecision[]>> =>
  mapped(await read((signal) => listRoutingDecisions({ path: { id }, signal })), ({ data }) => data);

export const readSession = (): Promise<Result<SessionState>> => read((signal) => getSession({ signal }));

/** What needs a person, of one order: the oldest 250 at most. */
export const readExceptions = async (order: string): Promise<Result<readonly Exception[]>> =>
  mapped(await read((signal) => listExceptions({ query: { order, limit: 250 }, signal })), ({ data }) => data);

/** A page of a list, and where the next one begins. */
export interface Paged<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

export const paged = async <T>(result: Promise<Result<{ readonly data: readonly T[]; readonly next_cursor: string | null }>>): Promise<Result<Paged<T>>> =>
  mapped(await result, ({ data, next_cursor: next }) => ({ rows: data, next }));

export interface Listed<T> {
  readonly rows: readonly T[];
  readonly complete: boolean;
}

export const readNodes = async (): Promise<Result<Listed<OrdoNode>>> =>
  mapped(await read((signal) => listNodes({ query: { limit: 250 }, signal })), ({ data, has_more }) => ({ rows: data, complete: !has_more }));

export const readChannels = async (): Promise<Result<Listed<Channel>>> =>
  mapped(await read((signal) => listChannels({ query: { limit: 250 }, signal })), ({ data, has_more }) => ({ rows: data, complete: !has_more }));

/** Everybody who works here, by name. */
export const readPeople = async (): Promise<Result<readonly Person[]>> => mapped(await read((signal) => listPeople({ signal })), ({ data }) => data);
