// What becomes of the orders of a closure, as one bar and as a table.
import { type ReactElement, useState } from 'react';
import { count } from '../numbers.ts';
import type { Tone } from '../words.ts';
import type { ClosureSums } from './api.ts';
import { t } from './bad-day-words.ts';
import { RESULTS, type ResultName } from './query.ts';

export const TONES: Readonly<Record<ResultName, Tone>> = { moved: 'blue', waiting: 'violet', kept: 'neutral', gone: 'green', failed: 'red' };

interface Props {
  readonly sums: ClosureSums;
  /** "result" for what would be, "was" for what has been. */
  readonly tense: 'result' | 'was';
  /** Orders that have no result yet. */
  readonly left: number;
}

interface Part {
  readonly name: ResultName | 'left';
  readonly word: string;
  readonly orders: number;
  readonly tone: Tone | 'left';
}

export function OutcomeBar({ sums, tense, left }: Props): ReactElement {
  const [isTable, setTable] = useState(false);
  const parts: readonly Part[] = [
    ...RESULTS.map((name): Part => ({ name, word: t(`${tense}.${name}`), orders: sums[name], tone: TONES[name] })),
    { name: 'left', word: t('result.left'), orders: left, tone: 'left' },
  ];
  const all = parts.reduce((sum, { orders }) => sum + orders, 0);
  const shown = parts.filter(({ orders }) => orders > 0);
  return (
    <div className="outcome">
      {isTable ? <OutcomeTable parts={parts} /> : (
        <>
          <div className="outcome-bar" role="img" aria-label={`${t('barLabel', { count: all })}: ${shown.map(({ word, orders }) => `${word} ${orders}`).join(', ')}`}>
            {shown.map(({ name, tone, orders }) => <i key={name} className={`part part-${name} tone-${tone}`} style={{ '--share': `${(orders / all) * 100}%` }} />)}
          </div>
          <ul className="outcome-labels">{shown.map(({ name, word, orders, tone }) => <li key={name} className={`tone-${tone}`}><i className={`part part-${name}`} /><strong>{count(orders)}</strong> {word}{name === 'left' ? null : <span className="muted"> · {t(`mean.${name}`)}</span>}</li>)}</ul>
        </>)}
      <button type="button" className="button quiet" onClick={() => setTable(!isTable)}>{t(isTable ? 'asBar' : 'asTable')}</button>
    </div>
  );
}

const OutcomeTable = ({ parts }: { readonly parts: readonly Part[] }): ReactElement => (
  <table className="outcome-table">
    <thead><tr><th scope="col">{t('column.result')}</th><th scope="col">{t('column.order')}</th></tr></thead>
    <tbody>{parts.map(({ name, word, orders }) => <tr key={name}><th scope="row">{word}</th><td>{count(orders)}</td></tr>)}</tbody>
  </table>
);
