import type { z } from 'zod';
import type { CallChannel } from '../../../flows/write-back.ts';
import { dead, ended, found, jsonOf, retry, unreadable, type Step } from '../../kit/answers.ts';
import { ADMIN_PATH } from '../access.ts';
import { envelope, type Cost, type GraphqlError, type UserError } from './shapes.ts';

export const GRAPHQL_PATH = `${ADMIN_PATH}/graphql.json`;

export interface Question<T> {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Shape of `data`. */
  readonly shape: z.ZodType<T>;
  /** What it is about, for the reasons people read. */
  readonly subject: string;
}

/** Sends one GraphQL document and reads its data. */
export async function ask<T>(call: CallChannel, { document, variables, shape, subject }: Question<T>): Promise<Step<T>> {
  const answer = await call({ method: 'POST', path: GRAPHQL_PATH, body: { query: document, variables } });
  // An unknown order is an answer with null; a 404 is about the address itself.
  const json = jsonOf(answer, { credential: 'The access token', subject: 'this address (the shop, or the API version)' });
  if (!json.ok) return json;
  const read = envelope.safeParse(json.value);
  if (!read.success) return unreadable(subject);
  const { errors, data, extensions } = read.data;
  if (errors && errors.length > 0) return failed(errors, extensions?.cost ?? null);
  const parsed = shape.safeParse(data);
  return parsed.success ? found(parsed.data) : unreadable(subject);
}

/** Codes under which Shopify failed by itself; the same document may pass later. */
const PASSING = new Set(['INTERNAL_SERVER_ERROR', 'TIMEOUT', 'SERVICE_UNAVAILABLE']);

function failed(errors: readonly GraphqlError[], cost: Cost | null): Step<never> {
  const codes = errors.map(({ extensions }) => extensions?.code ?? '');
  if (codes.includes('THROTTLED')) return ended(retry('The channel asks to be called less often.', restoreMs(cost)));
  const words = errors.map(({ message }) => message).join(' ');
  return ended(codes.some((code) => PASSING.has(code)) ? retry(`The channel failed: ${words}`) : dead(`The channel refused: ${words}`));
}

/** Until the bucket holds what the document costs: it refills by `restoreRate` points a second. */
function restoreMs(cost: Cost | null): number | null {
  if (cost === null || cost.throttleStatus.restoreRate <= 0) return null;
  const missing = cost.requestedQueryCost - cost.throttleStatus.currentlyAvailable;
  return Math.max(1, Math.ceil(missing / cost.throttleStatus.restoreRate)) * 1000;
}

/** Codes that say "again, please" about a request that is under way or hit a busy shop. */
const AGAIN = new Set(['IDEMPOTENCY_CONCURRENT_REQUEST', 'SERVICE_UNAVAILABLE']);

/** A mutation is answered with 200 also where it was refused: its user errors say so. */
export function accepted<T>(value: T, errors: readonly UserError[]): Step<T> {
  if (errors.length === 0) return found(value);
  const words = errors.map(({ message }) => message).join(' ');
  return ended(errors.every(({ code }) => AGAIN.has(code ?? '')) ? retry(`The channel is busy: ${words}`) : dead(`The channel refused: ${words}`));
}

/** Ids come as REST numbers or as global ids. */
export const globalId = (kind: string, id: string): string => (id.startsWith('gid://') ? id : `gid://shopify/${kind}/${id}`);

/** The number at the end of a global id, as REST writes it. */
export const plainId = (id: string): string => id.slice(id.lastIndexOf('/') + 1).replace(/\?.*$/, '');
