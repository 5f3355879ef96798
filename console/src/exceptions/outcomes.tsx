// What would be done with many entries, how far it is, and what came of each.
import type { ReactElement } from 'react';
import { count } from '../numbers.ts';
import { CopyButton } from '../ui/copy.tsx';
import type { WorkQueueBulk } from './api.ts';
import { Told } from '../refusals/told.tsx';
import { type OutcomeOf, refusalIn } from './run.ts';
import { actionName, t } from './words.ts';

interface TrialProps {
  readonly answer: WorkQueueBulk;
  readonly action: string;
  readonly go: () => void;
}

export function Trial({ answer: { summary, results, has_more: more }, action, go }: TrialProps): ReactElement {
  const ready = results.filter(({ outcome }) => outcome === 'would_do').length;
  return (
    <div className="trial">
      <dl className="trial-sums">{summary.map((one) => <div key={`${one.action} ${one.outcome}`}><dt>{one.outcome === 'would_do' ? `${t('would')}: ${actionName(one.action)}` : t('wouldNot')}</dt><dd>{count(one.entries)}</dd></div>)}</dl>
      {more ? <p className="muted">{t('more')}</p> : null}
      {ready === 0 ? <p>{t('nothingToDo')}</p> : (
        <>{action === 'fix' || action === 'resolve' ? <p className="muted">{t('irreversible')}</p> : null}
          <div className="form-actions"><button type="button" className="button primary" autoFocus onClick={go}>{t('doIt', { count: ready })}</button></div></>)}
    </div>
  );
}

interface RunningProps {
  readonly done: number;
  readonly all: number;
  readonly isRunning: boolean;
  readonly stop: () => void;
}

export const Running = ({ done, all, isRunning, stop }: RunningProps): ReactElement => (
  <div className="running">
    <progress max={Math.max(all, 1)} value={done} aria-label={t('results')} /><span>{t('progress', { done, all })}</span>
    {isRunning ? <button type="button" className="button" onClick={stop}>{t('stop')}</button> : null}
  </div>
);

interface ResultsProps {
  readonly results: readonly OutcomeOf[];
  readonly names: ReadonlyMap<string, string>;
}

/** Failures first: they are why anybody reads on. */
export function Results({ results, names }: ResultsProps): ReactElement | null {
  if (results.length === 0) return null;
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const rest = results.filter(({ outcome }) => outcome !== 'failed');
  const nameOf = (id: string): string => names.get(id) ?? id;
  return (
    <>
      {failed.length === 0 ? null : <CopyButton label={t('copyFailed')} text={() => failed.map(({ id, problem }) => `${nameOf(id)}\t${problem?.detail ?? ''}`).join('\n')} />}
      <div className="results" tabIndex={0} role="region" aria-label={t('results')}>
        <table>
          <thead><tr><th scope="col">{t('entry')}</th><th scope="col">{t('outcome')}</th><th scope="col">{t('detail')}</th></tr></thead>
          <tbody>{[...failed, ...rest].map((one) => <tr key={one.id} className={one.outcome}><th scope="row">{nameOf(one.id)}</th><td>{t(`outcome.${one.outcome}`)}</td><td>{one.problem === undefined ? null : <Told of={refusalIn(one)} />}</td></tr>)}</tbody>
        </table>
      </div>
    </>
  );
}
