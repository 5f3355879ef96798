// Many entries, a few at a time: how far it is can be seen, it can be stopped, and no answer takes too long.
import { type Failure, type Result } from '../api.ts';
import { asked } from '../app/ask.ts';
import type { CameOf } from '../app/undo.tsx';
import { count } from '../numbers.ts';
import { type Work, work, type WorkQueueBulk } from './api.ts';
import type { Refusal } from '../refusals/told.tsx';
import { t } from './words.ts';

export type Outcome = WorkQueueBulk['results'][number];

/** What came of one of many, whatever they are. */
export interface OutcomeOf {
  readonly id: string;
  readonly outcome: Outcome['outcome'];
  readonly problem?: { readonly code?: string; readonly title?: string; readonly detail?: string } | undefined;
}

/** Why it was refused. */
export function refusalIn({ problem }: Pick<OutcomeOf, 'problem'>): Refusal {
  const detail = problem?.detail ?? problem?.title;
  return detail === undefined ? { code: null, detail: t('outcome.failed') } : { code: problem?.code, detail };
}

/** A fix asks an operation for each entry; what is only noted of entries is one statement. */
const FIXED_AT_ONCE = 25;
const NOTED_AT_ONCE = 250;
const isNoted = ({ action }: Work): boolean => action === 'assign' || action === 'snooze' || action === 'undo';

/** A change that can be taken back, and the entries that it was made to. */
export interface Change {
  readonly change: string;
  readonly ids: readonly string[];
}

export interface Run {
  readonly results: readonly Outcome[];
  readonly changes: readonly Change[];
  /** Why it ended before its end; what it was about has no result. */
  readonly failure: Failure | null;
  readonly stopped: boolean;
}

export async function runAll(queue: string, body: Work, ids: readonly string[], told: (results: readonly Outcome[]) => void, isStopped: () => boolean): Promise<Run> {
  const results: Outcome[] = [];
  const changes: Change[] = [];
  const step = isNoted(body) ? NOTED_AT_ONCE : FIXED_AT_ONCE;
  for (let at = 0; at < ids.length; at += step) {
    if (isStopped()) return { results, changes, failure: null, stopped: true };
    const some = ids.slice(at, at + step);
    const answer: Result<WorkQueueBulk> = await work(queue, { ...body, ids: some });
    if (!answer.ok) return { results, changes, failure: answer.failure, stopped: false };
    results.push(...answer.value.results);
    if (answer.value.change !== null) changes.push({ change: answer.value.change, ids: some });
    told([...results]);
  }
  return { results, changes, failure: null, stopped: false };
}

/** Takes changes back; entries that somebody has changed since, or whose cause is gone, are left as they are. */
export async function undoAll(queue: string, changes: readonly Change[], told: (progress: string) => void): Promise<CameOf> {
  const all = changes.reduce((sum, { ids }) => sum + ids.length, 0);
  let [back, left] = [0, 0];
  for (const { change, ids } of changes) {
    const { results } = await asked(work(queue, { action: 'undo', change, ids: [...ids] }));
    back += results.filter(({ outcome }) => outcome === 'done').length;
    left += results.filter(({ outcome }) => outcome !== 'done').length;
    told(t('takingBack', { done: count(back + left), all: count(all) }));
  }
  return { text: left === 0 ? t('takenBack', { count: back }) : `${t('takenBack', { count: back })} ${t('leftAlone', { count: left })}`, stays: left > 0 };
}

/** Whether one answer can serve all: a count or a mapping is about one thing only. */
export const sharesAnswer = (fixes: readonly { readonly needs: readonly string[]; readonly operation: unknown }[]): boolean =>
  !fixes.some(({ needs }) => needs.includes('sku') || needs.includes('quantity')) || new Set(fixes.map(({ operation }) => JSON.stringify(operation))).size === 1;
