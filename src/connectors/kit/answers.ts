import type { ChannelAnswer, Unfinished, WriteBackResult } from '../../flows/write-back.ts';

/** One step of a piece of work: what it found, or how the whole work ends because of it. */
export type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly result: Unfinished };

/** Characters of a channel's own words that are kept. */
const REASON_MAX = 300;

export const found = <T>(value: T): Step<T> => ({ ok: true, value });
export const ended = (result: Unfinished): { readonly ok: false; readonly result: Unfinished } => ({ ok: false, result });
export const done = (note: string): WriteBackResult => ({ kind: 'done', note });
export const dead = (reason: string): Unfinished => ({ kind: 'dead', reason: cut(reason) });
export const retry = (reason: string, afterMs: number | null = null): Unfinished => ({ kind: 'retry', reason: cut(reason), afterMs });
/** Only this has to wait: the channel is well, and is told other things meanwhile. */
export const waits = (reason: string, afterMs: number | null = null): Unfinished => ({ kind: 'retry', reason: cut(reason), afterMs, alone: true });

const cut = (reason: string): string => (reason.length <= REASON_MAX ? reason : `${reason.slice(0, REASON_MAX - 1)}…`);

/** What the channel is asked for, in the words of the people who read why work ended. */
export interface Asked {
  /** What signs in, e.g. "The access token". */
  readonly credential: string;
  /** What a 404 is about, e.g. "order 4711". */
  readonly subject: string;
}

/**
 * The JSON of a request that was done; everything else ends the work. Retry: what the same request may mend later, and whatever leaves
 * open if it was done. Dead: what stays so until a person changes something.
 */
export function jsonOf(answer: ChannelAnswer, asked: Asked): Step<unknown> {
  if (answer.kind === 'blocked') return ended(dead(`The channel may not be called: ${answer.reason}`));
  if (answer.kind !== 'answered') return ended(retry(`The channel did not answer: ${answer.reason}`));
  const { status, json, retryAfterMs } = answer;
  if (isPassing(status)) return ended(retry(passingReason(status), retryAfterMs));
  if (status === 401 || status === 403) return ended(dead(`${asked.credential} is refused (status ${status}).${ownWords(json)}`));
  if (status === 404) return ended(dead(`The channel does not know ${asked.subject}.${ownWords(json)}`));
  if (status < 200 || status > 299) return ended(dead(`The channel refused with status ${status}.${ownWords(json)}`));
  // Gateways, maintenance pages and bot checks answer 200 with a page; the request may not have reached the shop.
  if (json === undefined) return ended(retry('The channel answered with something that is not JSON.', retryAfterMs));
  return found(json);
}

/** Request Timeout, Too Early, Too Many Requests, and whatever went wrong on the other side. */
const isPassing = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

const passingReason = (status: number): string =>
  (status === 429 ? 'The channel asks to be called less often.' : `The channel failed with status ${status}.`);

/** REST answers explain themselves in `message` (WooCommerce) or `errors` (Shopify). */
function ownWords(json: unknown): string {
  if (typeof json !== 'object' || json === null) return '';
  const { message, errors } = json as { readonly message?: unknown; readonly errors?: unknown };
  const words = [message, errors].find((one) => typeof one === 'string' && one !== '');
  return typeof words === 'string' ? ` It says: ${words}` : '';
}

/** An answer of another shape than documented is as good as none: whether the request was done is open. */
export const unreadable = (what: string): { readonly ok: false; readonly result: Unfinished } => ended(retry(`The channel's answer about ${what} could not be read.`));
