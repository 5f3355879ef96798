// The ranked candidates of one decision: how far, what it would cost, what it could fill, and the verdict.
import { type ReactElement, type ReactNode, useState } from 'react';
import type { Order } from '../api.ts';
import type { Facts } from '../facts.ts';
import { kilometres, micros, quantity } from '../numbers.ts';
import { calendarDay } from '../time.ts';
import { Chip } from '../ui/chip.tsx';
import { type Candidate, type Decision, scaleIn } from './decision.ts';
import { termWord, verdictReason } from './reason.ts';
import { isStruck, verdictLook } from './verdicts.ts';
import { t } from './words.ts';

const SHOWN = 8;

interface Props {
  readonly decision: Decision;
  readonly order: Pick<Order, 'currency' | 'lines'>;
  readonly facts: Facts;
  /** Every fact that was kept; without it those that tell candidates apart at a glance. */
  readonly whole?: boolean;
}

/** What stands in a column: facts that no candidate has have none. */
interface Column {
  readonly name: string;
  readonly title: string;
  readonly glance?: true;
  readonly cell: (candidate: Candidate) => ReactNode;
}

export function CandidateTable({ decision, order, facts, whole = false }: Props): ReactElement {
  const { candidates, leftOut } = decision;
  const [all, setAll] = useState(false);
  if (candidates.length === 0) return <p className="muted">{t('noCandidates')}</p>;
  const shown = all ? candidates : candidates.slice(0, SHOWN);
  const columns = columnsOf(decision, order).filter(({ glance }) => whole || glance);
  return (
    <div className="candidates-frame" role="group" aria-label={t('candidates')} tabIndex={0}>
      <table className="candidates" role="table" aria-label={t('candidates')}>
        <thead role="rowgroup"><tr role="row">
          <th scope="col" role="columnheader" className="k-node">{t('node')}</th><th scope="col" role="columnheader" className="k-verdict">{t('verdict')}</th>
          {columns.map(({ name, title }) => <th key={name} scope="col" role="columnheader" className={`k-${name}`}>{title}</th>)}
        </tr></thead>
        <tbody role="rowgroup">{shown.map((candidate, at) => <Row key={candidate.node} candidate={candidate} rank={at + 1} columns={columns} facts={facts} />)}</tbody>
      </table>
      {shown.length === candidates.length ? null : <button type="button" className="button quiet" onClick={() => setAll(true)}>{t('more', { count: candidates.length - shown.length })}</button>}
      {leftOut > 0 ? <p className="muted">{t('leftOut', { count: leftOut })}</p> : null}
    </div>
  );
}

function columnsOf({ candidates, lines }: Decision, { currency, lines: ordered }: Props['order']): readonly Column[] {
  const farthest = Math.max(1, ...candidates.map(({ km }) => km ?? 0));
  const terms = [...new Set(candidates.flatMap((one) => Object.keys(one.terms)))];
  const amount = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : micros(value, currency));
  const scaleOf = (line: number): number => scaleIn(ordered, line);
  return [
    { name: 'distance', title: t('distance'), glance: true, cell: ({ km }) => <Distance km={km} farthest={farthest} /> },
    { name: 'could-fill', title: t('couldFill'), glance: true, cell: ({ linesFilled }) => <Fills linesFilled={linesFilled} lines={lines} /> },
    ...(candidates.some(({ stock }) => stock.length > 0) ? [{ name: 'stock', title: t('stockThen'), glance: true as const, cell: ({ stock }: Candidate) => <Stock stock={stock} scaleOf={scaleOf} more={lines > stock.length} /> }] : []),
    ...(candidates.some(({ arrives }) => arrives !== null) ? [{ name: 'arrives', title: t('wouldArrive'), cell: ({ arrives }: Candidate) => (arrives === null ? '–' : <time dateTime={arrives}>{calendarDay(arrives)}</time>) }] : []),
    ...(candidates.some(({ taken }) => taken !== null) ? [{ name: 'taken', title: t('dayTaken'), cell: ({ taken }: Candidate) => <Taken percent={taken} /> }] : []),
    // One term is the cost itself.
    ...(terms.length < 2 ? [] : terms.map((term) => ({ name: 'term', title: termWord(term), cell: (one: Candidate) => amount(one.terms[term]) }))),
    { name: 'cost', title: t('cost'), glance: true, cell: ({ costMicros }) => amount(costMicros) },
  ];
}

interface RowProps {
  readonly candidate: Candidate;
  readonly rank: number;
  readonly columns: readonly Column[];
  readonly facts: Facts;
}

function Row({ candidate, rank, columns, facts }: RowProps): ReactElement {
  const { node, verdict, why, detail } = candidate;
  const chosen = verdict === 'CHOSEN';
  const name = facts.nodeName(node);
  const said = why === null ? null : verdictReason(verdict, why);
  return (
    <tr role="row" className={chosen ? 'chosen' : isStruck(verdict) ? 'struck' : undefined}>
      <th scope="row" role="rowheader" className="k-node"><span className="rank" aria-hidden="true">{rank}</span><span className="node-name">{name}</span>{name === node ? null : <span className="mono code">{node}</span>}</th>
      <td className="k-verdict" role="cell"><Chip look={verdictLook(verdict)} />{why === null || chosen ? null : <span className="why-not" lang={said?.lang}>{said?.text}</span>}{detail === null ? null : <span className="why-detail" lang="en">{detail}</span>}</td>
      {columns.map((column) => <td key={column.title} className={`k-${column.name}`} role="cell" data-label={column.title}><span>{column.cell(candidate)}</span></td>)}
    </tr>
  );
}

function Distance({ km, farthest }: { readonly km: number | null; readonly farthest: number }): ReactElement {
  if (km === null) return <span className="muted">{t('unknown')}</span>;
  return <><span className="track" aria-hidden="true"><span className="bar" style={{ '--share': `${Math.max(1, Math.round((km / farthest) * 100))}%` }} /></span><span className="km">{kilometres(km)}</span></>;
}

/** One mark per line where they are few, and always the figure. */
function Fills({ linesFilled, lines }: { readonly linesFilled: number | null; readonly lines: number }): ReactElement {
  if (linesFilled === null) return <>–</>;
  if (lines === 0) return <>{t('linesFilled', { count: linesFilled })}</>;
  const pips = lines > 6 ? null : <span className="pips" aria-hidden="true">{Array.from({ length: lines }, (_, at) => <i key={at} className={at < linesFilled ? 'on' : undefined} />)}</span>;
  return <>{pips}<span>{linesFilled}/{lines}</span><span className="visually-hidden">{t('ofLines')}</span></>;
}

/** Units line by line, as few as they are kept for. */
function Stock({ stock, scaleOf, more }: { readonly stock: Candidate['stock']; readonly scaleOf: (line: number) => number; readonly more: boolean }): ReactElement {
  if (stock.length === 0) return <>–</>;
  const [first] = stock;
  if (stock.length === 1 && first && !more) return <>{quantity(first.units, scaleOf(first.line))}</>;
  return <>{stock.map(({ line, units }, at) => <span key={line} title={t('line', { line })}>{at === 0 ? '' : ' · '}<span className="visually-hidden">{t('line', { line })}: </span>{quantity(units, scaleOf(line))}</span>)}{more ? ' …' : ''}</>;
}

function Taken({ percent }: { readonly percent: number | null }): ReactElement {
  if (percent === null) return <span className="muted">{t('noLimit')}</span>;
  return <><span className="track" aria-hidden="true"><span className="bar" style={{ '--share': `${percent}%` }} /></span><span>{`${percent} %`}</span></>;
}
