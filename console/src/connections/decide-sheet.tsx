// What would become of many messages, how far it is, and what came of each.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { cache, failureOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import { Results, Running } from '../exceptions/outcomes.tsx';
import { count } from '../numbers.ts';
import { Told } from '../refusals/told.tsx';
import { ActFailed } from '../ui/notice.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { decide } from './api.ts';
import { decideAll, type Decision, type Outcome, type Trial, tryAll, type Which } from './decide.ts';
import { t } from './inbox-words.ts';

export interface Deciding {
  readonly action: Decision['action'];
  readonly which: Which;
  /** How many they are; null where nobody has counted yet. */
  readonly count: number | null;
}

interface Props {
  readonly deciding: Deciding;
  /** What people call those that are on the screen. */
  readonly names: ReadonlyMap<string, string>;
  readonly close: () => void;
}

export function DecideSheet({ deciding: { action, which, count: many }, names, close }: Props): ReactElement {
  const [reason, setReason] = useState('');
  const [looked, setLooked] = useState(0);
  const [results, setResults] = useState<readonly Outcome[]>([]);
  // The names of the moment it was asked: rows leave the screen while it goes on.
  const [called] = useState(names);
  const stopped = useRef(false);
  const decision: Decision = action === 'drop' ? { action, reason: reason.trim() } : { action };
  const trial = useMutation({ mutationFn: () => tryAll(decide, decision, which, setLooked, () => stopped.current) });
  const run = useMutation({
    mutationFn: (ids: readonly string[]) => decideAll(decide, decision, ids, setResults, () => stopped.current),
    onSuccess: ({ results: all }) => {
      const failed = all.filter(({ outcome }) => outcome !== 'done').length;
      announce(t('finished', { done: all.length - failed, failed }));
    },
    onSettled: () => Promise.all([cache.invalidateQueries({ queryKey: ['inbox'] }), cache.invalidateQueries({ queryKey: ['connections'] })]),
  });
  useEffect(() => {
    stopped.current = false;
    if (action === 'replay') trial.mutate();
    return () => void (stopped.current = true);
  }, []);
  const begun = run.isPending || run.isSuccess;
  const failure = run.data?.failure ?? trial.data?.failure ?? (trial.error ? failureOf(trial.error) : null);
  const what = many === null ? t('all') : t('many', { count: many });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!trial.isPending) trial.mutate();
  };
  return (
    <Sheet title={t(`title.${action}`, { what })} close={close}>
      {action === 'drop' && !trial.data ? (
        <form className="ask-form" onSubmit={submit}>
          <div className="field"><label htmlFor="drop-why">{t('why')}</label><input id="drop-why" required maxLength={500} autoComplete="off" aria-describedby="drop-why-says" value={reason} onChange={({ target }) => setReason(target.value)} /><p className="muted" id="drop-why-says">{t('whyHelp')}</p></div>
          <div className="form-actions"><button type="submit" className="button primary" aria-busy={trial.isPending || undefined}>{t('check')}</button></div>
        </form>) : null}
      {trial.isPending ? <p role="status">{t('checking', { count: count(looked) })}</p> : null}
      {trial.data && trial.data.failure === null && !begun ? <Tried trial={trial.data} action={action} go={() => run.mutate(trial.data.ids)} /> : null}
      {begun ? <Running done={results.length} all={trial.data?.ids.length ?? 0} isRunning={run.isPending} stop={() => void (stopped.current = true)} /> : null}
      {failure ? <ActFailed failure={failure} what={t(`title.${action}`, { what })} retry={() => (run.data ? run.mutate((trial.data?.ids ?? []).slice(results.length)) : trial.mutate())} /> : null}
      {run.data?.stopped ? <p>{t('stopped')}</p> : null}
      {run.isSuccess && run.data.failure === null ? <>{action === 'replay' ? <p className="muted">{t('again')}</p> : null}<Results results={results} names={called} /><div className="form-actions"><button type="button" className="button primary" autoFocus onClick={close}>{t('close')}</button></div></> : null}
    </Sheet>
  );
}

/** How many it can be done with, and why not with the others. */
function Tried({ trial: { ids, unable }, action, go }: { readonly trial: Trial; readonly action: Decision['action']; readonly go: () => void }): ReactElement {
  const codes = [...new Set(unable.map(({ problem }) => problem?.code ?? ''))];
  return (
    <div className="trial">
      <dl className="trial-sums">
        <div><dt>{t(`would.${action}`)}</dt><dd>{count(ids.length)}</dd></div>
        {codes.map((code) => {
          const those = unable.filter(({ problem }) => (problem?.code ?? '') === code);
          const problem = those[0]?.problem;
          return <div key={code}><dt>{problem === undefined ? t('cannot', { why: t('gone') }) : <Told of={problem} as="grouped" />}</dt><dd>{count(those.length)}</dd></div>;
        })}
      </dl>
      {ids.length === 0 ? <p>{t('nothing')}</p> : <><p className="muted">{t(`kept.${action}`)}</p><div className="form-actions"><button type="button" className="button primary" autoFocus onClick={go}>{t(`doIt.${action}`, { count: ids.length })}</button></div></>}
    </div>
  );
}
