// Many entries, a few at a time: how far it is can be seen, it can be stopped, and no answer takes too long.
import { type Failure, type Result } from '../api.ts';
import { type Work, work, type WorkQueueBulk } from './api.ts';

export type Outcome = WorkQueueBulk['results'][number];

const AT_ONCE = 25;

export interface Run {
  readonly results: readonly Outcome[];
  /** Why it ended before its end; what it was about has no result. */
  readonly failure: Failure | null;
  readonly stopped: boolean;
}

export async function runAll(queue: string, body: Work, ids: readonly string[], told: (results: readonly Outcome[]) => void, isStopped: () => boolean): Promise<Run> {
  const results: Outcome[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    if (isStopped()) return { results, failure: null, stopped: true };
    const answer: Result<WorkQueueBulk> = await work(queue, { ...body, ids: ids.slice(at, at + AT_ONCE) });
    if (!answer.ok) return { results, failure: answer.failure, stopped: false };
    results.push(...answer.value.results);
    told([...results]);
  }
  return { results, failure: null, stopped: false };
}

/** Whether one answer can serve all: a count or a mapping is about one thing only. */
export const sharesAnswer = (fixes: readonly { readonly needs: readonly string[]; readonly operation: unknown }[]): boolean =>
  !fixes.some(({ needs }) => needs.includes('sku') || needs.includes('quantity')) || new Set(fixes.map(({ operation }) => JSON.stringify(operation))).size === 1;
