// What is best: criteria one after the other, or a cost that is added up.
import type { ReactElement } from 'react';
import { CRITERIA, type Criterion, COST_TERMS, type CostTerm, moved, type Objective, objectiveOf } from './document.ts';
import { NumberField, Said } from './fields.tsx';
import { useReorder } from './reorder.tsx';
import { t } from './words.ts';

interface Props {
  readonly pointer: string;
  readonly objective: Objective;
  readonly change: (objective: Objective) => void;
}

export function ObjectiveFields({ pointer, objective, change }: Props): ReactElement {
  const pick = (kind: Objective['kind']): ReactElement => (
    <label className="tick"><input type="radio" name={pointer} checked={objective.kind === kind} onChange={() => change(objectiveOf(kind, objective))} />{t(`best.${kind}`)}</label>
  );
  return (
    <>
      <div className="ticks">{pick('ranks')}{pick('cost')}</div>
      {objective.kind === 'ranks' ? <Ranks pointer={`${pointer}/by`} by={objective.by ?? []} change={(by) => change({ ...objective, by })} /> : <Weights pointer={pointer} objective={objective} change={change} />}
      <Said pointer={`${pointer}/by`} />
    </>
  );
}

function Ranks({ by, change }: { readonly pointer: string; readonly by: readonly Criterion[]; readonly change: (by: Criterion[]) => void }): ReactElement {
  const reorder = useReorder(by.length, (from, to) => change(moved(by, from, to)));
  const left = CRITERIA.filter((one) => !by.includes(one));
  return (
    <ol className="ranks">
      {by.map((criterion, at) => {
        const what = t(`criterion.${criterion}`);
        return <li key={criterion} {...reorder.place(at)}><span className="rank-no">{at + 1}</span><span className="grip" title={t('drag')} aria-hidden="true" {...reorder.handle(at)}>⠿</span><span>{what}</span>
          <span className="row-end">{reorder.buttons(at, what)}<button type="button" className="button quiet" aria-label={t('remove', { what })} title={t('remove', { what })} onClick={() => change(by.toSpliced(at, 1))}>×</button></span></li>;
      })}
      {left.length === 0 ? null : (
        <li className="add-row"><label className="visually-hidden" htmlFor="add-criterion">{t('addCriterion')}</label>
          <select id="add-criterion" value="" onChange={(event) => {
            const chosen = left.find((one) => one === event.target.value);
            if (chosen !== undefined) change([...by, chosen]);
          }}><option value="">{t('addCriterion')}</option>{left.map((one) => <option key={one} value={one}>{t(`criterion.${one}`)}</option>)}</select></li>)}
    </ol>
  );
}

/** Amounts that some costs need, in micro-units of the base currency. */
const AMOUNTS = { split: 'split_micros', distance: 'distance_micros_per_km', lateness: 'lateness_micros_per_day', capacity: 'capacity_micros' } as const;
const isPriced = (term: CostTerm): term is keyof typeof AMOUNTS => Object.hasOwn(AMOUNTS, term);

function Weights({ pointer, objective, change }: Props): ReactElement {
  const { weights } = objective;
  const weigh = (term: CostTerm, weight: number | null): void => {
    const { [term]: _, ...rest } = weights;
    change({ ...objective, weights: weight === null ? rest : { ...rest, [term]: weight } });
  };
  return (
    <ul className="weights">{COST_TERMS.map((term) => (
      <li key={term}>
        <NumberField label={t(`cost.${term}`)} pointer={`${pointer}/weights/${term}`} value={weights[term] ?? null} scale={3} unit="×" none={t('notCounted')} change={(weight) => weigh(term, weight)} />
        {isPriced(term) && weights[term] !== undefined ? <NumberField label={t(`amount.${term}`)} pointer={`${pointer}/${AMOUNTS[term]}`} value={objective[AMOUNTS[term]]} scale={6} change={(amount) => change({ ...objective, [AMOUNTS[term]]: amount ?? 0 })} /> : null}
      </li>))}
    </ul>
  );
}
