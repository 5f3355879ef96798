// What is done with one entry or many: what a person has to say first, what would be done, and what came of each.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { offerUndo } from '../app/undo.tsx';
import { announce } from '../app/voice.ts';
import { ActFailed } from '../ui/notice.tsx';
import { type Work, work } from './api.ts';
import { Results, Running, Trial } from './outcomes.tsx';
import { type Outcome, type Run, runAll, undoAll } from './run.ts';
import { Sheet } from '../ui/sheet.tsx';
import { WorkForm } from './work-form.tsx';
import { actionName, t } from './words.ts';

export interface Ask {
  readonly action: 'fix' | 'assign' | 'snooze' | 'resolve';
  /** Names the action where it is one fix. */
  readonly name: string;
  /** What a person calls the entries. */
  readonly what: string;
  /** Null for the whole queue. */
  readonly ids: readonly string[] | null;
  readonly needs: readonly string[];
  readonly sentence: string;
  /** The order number or whatever else people call each entry. */
  readonly names: ReadonlyMap<string, string>;
}

interface Props {
  readonly queue: string;
  readonly ask: Ask;
  readonly close: () => void;
}

/** Once one leaves, what was only noted of entries can be taken back; what was fixed or settled cannot. */
function useWayBack(queue: string, action: string): (ended: Run) => void {
  const last = useRef<Run | null>(null);
  const isGone = useRef(false);
  const offer = ({ results, changes }: Run): void => {
    if (changes.length > 0) offerUndo(t('didTo', { action, count: results.filter(({ outcome }) => outcome === 'done').length }), (told) => undoAll(queue, changes, told));
  };
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
      if (last.current !== null) offer(last.current);
    };
  }, []);
  // Whoever leaves in between is told of what was done until then.
  return (ended) => (isGone.current ? offer(ended) : void (last.current = ended));
}

/** One entry is done at once when the question is answered; of many it is shown first what would be done. */
export function WorkSheet({ queue, ask, close }: Props): ReactElement {
  const cache = useQueryClient();
  const [body, setBody] = useState<Work>({ action: ask.action });
  const [results, setResults] = useState<readonly Outcome[]>([]);
  const stopped = useRef(false);
  const single = ask.ids?.length === 1;
  const done = useWayBack(queue, actionName(ask.name));
  const asksNothing = ask.needs.length === 0 && ask.action !== 'snooze';
  const trial = useMutation({ mutationFn: (now: Work) => asked(work(queue, { ...now, dry_run: true, ...(ask.ids === null ? {} : { ids: [...ask.ids] }) })) });
  const run = useMutation({
    mutationFn: ({ ids, now }: { readonly ids: readonly string[]; readonly now: Work }) => runAll(queue, now, ids, setResults, () => stopped.current),
    onSuccess: (ended) => {
      const { results: all, failure } = ended;
      done(ended);
      const failed = all.filter(({ outcome }) => outcome === 'failed').length;
      announce(t('finished', { done: all.length - failed, failed }));
      if (single && failure === null && failed === 0) close();
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['desk'] }),
  });
  const said = (now: Work): void => {
    setBody(now);
    if (single && ask.ids) run.mutate({ ids: ask.ids, now });
    else trial.mutate(now);
  };
  useEffect(() => {
    if (asksNothing && !single) trial.mutate(body);
    return () => void (stopped.current = true);
  }, []);
  const begun = run.isPending || run.isSuccess;
  const ids = trial.data?.results.filter(({ outcome }) => outcome === 'would_do').map(({ id }) => id) ?? [];
  const failure = run.data?.failure ?? (trial.error ? failureOf(trial.error) : null);
  return (
    <Sheet title={t('bulkTitle', { action: actionName(ask.name), what: ask.what })} close={close}>
      {ask.sentence === '' ? null : <p className="muted">{ask.sentence}</p>}
      {(asksNothing && !single) || (begun && !single) ? null : <WorkForm ask={ask} single={single} said={said} busy={trial.isPending || run.isPending} />}
      {trial.isPending ? <p aria-busy="true">{t('checking')}</p> : null}
      {trial.data && !begun ? <Trial answer={trial.data} action={ask.action} go={() => run.mutate({ ids, now: body })} /> : null}
      {begun && !single ? <Running done={results.length} all={ids.length} isRunning={run.isPending} stop={() => void (stopped.current = true)} /> : null}
      {failure ? <ActFailed failure={failure} what={actionName(ask.name)} retry={() => (single && ask.ids ? run.mutate({ ids: ask.ids, now: body }) : trial.mutate(body))} /> : null}
      {run.data?.stopped ? <p>{t('stopped')}</p> : null}
      {run.isSuccess ? <Results results={results} names={ask.names} /> : null}
    </Sheet>
  );
}
