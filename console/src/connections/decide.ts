// Many messages, some at a time: what would become of each is known before anything is done, how far it is can be seen, and it can be stopped.
import type { Failure, Result } from '../api.ts';
import type { InboxBulk, MessageFilter } from './api.ts';

export type Outcome = InboxBulk['results'][number];
export type Decision = { readonly action: 'replay' } | { readonly action: 'drop'; readonly reason: string };
/** Messages by their ids, or all that match, on however many pages. */
export type Which = { readonly ids: readonly string[] } | { readonly filter: MessageFilter };
type Asked = Decision & { readonly dry_run?: boolean; readonly ids?: string[]; readonly filter?: MessageFilter; readonly cursor?: string };
export type Ask = (body: Asked) => Promise<Result<InboxBulk>>;

const AT_ONCE = 250;

export interface Trial {
  /** Those with which it can be done. */
  readonly ids: readonly string[];
  /** The others, each with what is against it. */
  readonly unable: readonly Outcome[];
  readonly failure: Failure | null;
}

/** The parts that are asked about one after the other: of ids they are known, of a filter each answer says whether there is another one. */
async function* parts(ask: Ask, decision: Decision, which: Which): AsyncGenerator<Result<InboxBulk>> {
  if ('ids' in which) {
    for (let at = 0; at < which.ids.length; at += AT_ONCE) yield ask({ ...decision, dry_run: true, ids: which.ids.slice(at, at + AT_ONCE) });
    return;
  }
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer: Result<InboxBulk> = await ask({ ...decision, dry_run: true, filter: which.filter, ...(cursor === '' ? {} : { cursor }) });
    yield answer;
    cursor = answer.ok ? answer.value.next_cursor : null;
  }
}

/** Changes nothing. `told` hears how many were looked at; where somebody leaves meanwhile, it ends. */
export async function tryAll(ask: Ask, decision: Decision, which: Which, told: (looked: number) => void, isStopped: () => boolean): Promise<Trial> {
  const [ids, unable]: [string[], Outcome[]] = [[], []];
  for await (const answer of parts(ask, decision, which)) {
    if (!answer.ok) return { ids, unable, failure: answer.failure };
    for (const one of answer.value.results) {
      if (one.outcome === 'would_do') ids.push(one.id);
      else unable.push(one);
    }
    told(ids.length + unable.length);
    if (isStopped()) break;
  }
  return { ids, unable, failure: null };
}

export interface Run {
  readonly results: readonly Outcome[];
  /** Why it ended before its end; what it was about has no result. */
  readonly failure: Failure | null;
  readonly stopped: boolean;
}

export async function decideAll(ask: Ask, decision: Decision, ids: readonly string[], told: (results: readonly Outcome[]) => void, isStopped: () => boolean): Promise<Run> {
  const results: Outcome[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    if (isStopped()) return { results, failure: null, stopped: true };
    const answer = await ask({ ...decision, ids: ids.slice(at, at + AT_ONCE) });
    if (!answer.ok) return { results, failure: answer.failure, stopped: false };
    results.push(...answer.value.results);
    told([...results]);
  }
  return { results, failure: null, stopped: false };
}
