// What if a node were left out, or a cost counted more? Decided by the code that routes, and nothing is written.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import type { Order, WhatIf } from '../api.ts';
import { asked, failureOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { micros } from '../numbers.ts';
import { calendarDay } from '../time.ts';
import { ActFailed } from '../ui/notice.tsx';
import { CandidateTable } from './candidates.tsx';
import { type Candidate, type Decision, readCandidates } from './decision.ts';
import { Fact } from './facts-list.tsx';
import { reasonOf } from './reason.ts';
import { isStruck } from './verdicts.ts';
import { askWhatIf } from './read.ts';
import { t } from './words.ts';

const WEIGHTS = ['distance', 'split', 'lateness', 'label'] as const;
const FACTORS = ['0', '0.5', '1', '2', '5'] as const;

interface Props {
  readonly order: Order;
  readonly decision: Decision;
  readonly facts: Facts;
}

export function WhatIfPanel({ order, decision, facts }: Props): ReactElement {
  const [without, setWithout] = useState<readonly string[]>([]);
  const [weights, setWeights] = useState<Readonly<Record<string, string>>>({});
  const asking = useMutation({ mutationFn: () => asked(askWhatIf(order.id, { exclude: without, weights })), onSuccess: ({ what_if: answer }) => announce(reasonOf(answer, facts).text) });
  const nodes = decision.candidates.filter(({ verdict }) => !isStruck(verdict) || without.length > 0).slice(0, 12);
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    asking.mutate();
  };
  return (
    <details className="what-if">
      <summary><span className="fold-mark" />{t('whatIf')}</summary>
      <form onSubmit={ask}>
        <p className="muted">{t('whatIfHow')}</p>
        <fieldset><legend>{t('withoutNodes')}</legend>{nodes.map(({ node }) => (
          <label key={node} className="tick"><input type="checkbox" checked={without.includes(node)} onChange={() => setWithout(without.includes(node) ? without.filter((one) => one !== node) : [...without, node])} />{facts.nodeName(node)}</label>))}
        </fieldset>
        <fieldset><legend>{t('weighted')}</legend>{WEIGHTS.map((term) => (
          <label key={term} className="field"><span>{t(`weight.${term}`)}</span><select value={weights[term] ?? '1'} onChange={(event) => setWeights({ ...weights, [term]: event.target.value })}>{FACTORS.map((factor) => <option key={factor} value={factor}>{t('times', { factor })}</option>)}</select></label>))}
        </fieldset>
        <button type="submit" className="button" disabled={asking.isPending}>{t('ask')}</button>
      </form>
      <div aria-busy={asking.isPending || undefined}>
        {asking.error ? <ActFailed failure={failureOf(asking.error)} what={t('whatIf')} retry={() => asking.mutate()} /> : null}
        {asking.data ? <Answer answer={asking.data} decision={decision} order={order} facts={facts} /> : null}
      </div>
    </details>
  );
}

function Answer({ answer: { scope, now, what_if: then }, decision, order, facts }: Props & { readonly answer: WhatIf }): ReactElement {
  const before = now?.decision?.['total_cost_micros'];
  const same = sameNodes(now?.shipments ?? [], then.shipments);
  const reason = reasonOf(then, facts);
  const candidates: readonly Candidate[] = readCandidates(then.candidates);
  return (
    <div className="what-if-answer">
      <p className="eyebrow">{t(same ? 'sameNodes' : 'otherNodes')}</p>
      <p className="sentence" lang={reason.lang}>{reason.text}</p>
      <dl className="terms">
        {typeof before === 'number' ? <Fact what={t('costNow')}>{micros(before, order.currency)}</Fact> : null}
        {then.total_cost_micros === null ? null : <Fact what={t('costThen')}>{micros(then.total_cost_micros, order.currency)}</Fact>}
        {then.shipments.map((one, at) => <Fact key={at} what={facts.nodeName(one.node)}>{one.arrival_date === null ? t('linesFilled', { count: one.lines.length }) : t('there', { day: calendarDay(one.arrival_date) })}</Fact>)}
      </dl>
      {scope === 'whole_order' ? <p className="muted">{t('asIfNew')}</p> : null}
      <CandidateTable decision={{ ...decision, candidates, leftOut: 0 }} order={order} facts={facts} />
      <p className="muted">{t('nothingWritten')}</p>
    </div>
  );
}

function sameNodes(a: readonly { readonly node: string }[], b: readonly { readonly node: string }[]): boolean {
  const names = (some: readonly { readonly node: string }[]): string => some.map(({ node }) => node).toSorted().join();
  return names(a) === names(b);
}
