// What the grid needs: items page after page, and what can be promised of those in sight.
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Failure } from '../api.ts';
import { asked, every, failureOf } from '../app/ask.ts';
import { type Availability, type Item, readAvailability, readItems } from './api.ts';

const CHUNK = 50;
const REFRESH_MS = 10_000;

export interface Items {
  readonly rows: readonly Item[];
  readonly complete: boolean;
  readonly pending: boolean;
  readonly failure: Failure | null;
  readonly again: () => void;
}

/** The server searches; what it finds comes page by page, as one scrolls. */
export function useItems(search: string, nearEnd: boolean): Items {
  const answer = useInfiniteQuery({
    queryKey: ['stock-items', search], initialPageParam: null as string | null, staleTime: 60_000, queryFn: ({ pageParam }) => asked(readItems(search, pageParam)), getNextPageParam: ({ next }) => next,
  });
  const { hasNextPage, isFetching, fetchNextPage, error } = answer;
  useEffect(() => {
    if (hasNextPage && !isFetching && error === null && nearEnd) void fetchNextPage();
  }, [hasNextPage, isFetching, error, nearEnd, fetchNextPage]);
  const pages = answer.data?.pages ?? [];
  return { rows: pages.flatMap(({ rows }) => rows), complete: answer.isSuccess && pages.at(-1)?.next === null, pending: answer.isPending, failure: error === null ? null : failureOf(error), again: () => void answer.refetch() };
}

export interface Promised {
  readonly of: (sku: string) => Availability | undefined;
  readonly failure: Failure | null;
  readonly again: () => void;
}

/** Of the rows between `first` and `end`, asked for in chunks that stay the same while one scrolls. */
export function usePromised(rows: readonly Item[], first: number, end: number): Promised {
  const chunks: string[][] = [];
  for (let at = Math.floor(first / CHUNK) * CHUNK; at < Math.min(end, rows.length); at += CHUNK) chunks.push(rows.slice(at, at + CHUNK).map(({ sku }) => sku));
  const answers = useQueries({ queries: chunks.map((skus) => ({ queryKey: ['stock-promised', skus], queryFn: () => asked(readAvailability(skus)), refetchInterval: every(REFRESH_MS) })) });
  const known = new Map(answers.flatMap(({ data }) => data ?? []).map((one) => [one.sku, one]));
  const failed = answers.find(({ error, data }) => error !== null && data === undefined);
  return { of: (sku) => known.get(sku), failure: failed ? failureOf(failed.error) : null, again: () => void Promise.all(answers.map((one) => one.refetch())) };
}
