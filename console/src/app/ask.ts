// Questions to the server, remembered: one cache for all screens, and what a failed question says.
import { QueryCache, QueryClient } from '@tanstack/react-query';
import type { Failure, Result } from '../api.ts';
import type { Refusal } from '../refusals/told.tsx';
import { t } from '../ui/words.ts';
import { connection } from './connection.ts';

/** What TanStack Query calls an error: the answer that did not come. */
export class Failed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super('detail' in failure ? failure.detail : failure.kind);
    this.failure = failure;
  }
}

export async function asked<T>(result: Promise<Result<T>>): Promise<T> {
  const answer = await result;
  if (!answer.ok) throw new Failed(answer.failure);
  return answer.value;
}

/** A defect of the page itself looks like a failure too, so that it is shown and not swallowed. */
export const failureOf = (error: unknown): Failure =>
  (error instanceof Failed ? error.failure : { kind: 'failed', code: null, title: t('defect'), detail: error instanceof Error ? error.message : String(error), requestId: null, faults: [], changes: null });

/** The same to be told: being signed out has no words from the server. */
export function refusalOf(failure: Failure): Refusal {
  return 'detail' in failure ? failure : { code: null, detail: t('signedOut') };
}

const HOUR = 3_600_000;

/** Answers are kept while somebody may come back to them; screens ask again at their own pace. */
export const cache = new QueryClient({
  queryCache: new QueryCache({
    onSuccess: () => connection.answered(),
    onError: (error, { state }) => connection.failed(failureOf(error), state.data !== undefined),
  }),
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: true, refetchOnReconnect: true, gcTime: HOUR / 2 } },
});

const SLOWEST_MS = 30_000;
const SURE_MS = 60_000;

/** How long to wait before asking again: longer while the server does not answer. */
export const every = (ms: number) => (query: { readonly state: { readonly error: unknown } }): number => (query.state.error === null ? ms : Math.min(ms * 3, SLOWEST_MS));

/** The same for what the server tells changes of by itself: while it does, asking is only to be sure. */
export const unlessTold = (ms: number) => (query: { readonly state: { readonly error: unknown } }): number => (connection.isTold() && query.state.error === null ? SURE_MS : every(ms)(query));
