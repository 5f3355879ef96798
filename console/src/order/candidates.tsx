// The ranked candidates of one decision: how far, what it would cost, what it could fill, and the verdict.
import { type ReactElement, useState } from 'react';
import type { Facts } from '../facts.ts';
import { kilometres, micros } from '../numbers.ts';
import { Chip } from '../ui/chip.tsx';
import type { Candidate, Decision } from './decision.ts';
import { verdictReason } from './reason.ts';
import { isStruck, verdictLook } from './verdicts.ts';
import { t } from './words.ts';

const SHOWN = 8;
const COLUMNS = [['node', 'node'], ['verdict', 'verdict'], ['distance', 'distance'], ['cost', 'cost'], ['could-fill', 'couldFill']] as const;

interface Props {
  readonly decision: Decision;
  readonly currency: string;
  readonly facts: Facts;
}

export function CandidateTable({ decision, currency, facts }: Props): ReactElement {
  const { candidates, leftOut, lines } = decision;
  const [all, setAll] = useState(false);
  if (candidates.length === 0) return <p className="muted">{t('noCandidates')}</p>;
  const farthest = Math.max(1, ...candidates.map(({ km }) => km ?? 0));
  const shown = all ? candidates : candidates.slice(0, SHOWN);
  return (
    <div className="candidates-frame">
      <table className="candidates" role="table" aria-label={t('candidates')}>
        <thead role="rowgroup"><tr role="row">{COLUMNS.map(([name, title]) => <th key={name} scope="col" role="columnheader" className={`k-${name}`}>{t(title)}</th>)}</tr></thead>
        <tbody role="rowgroup">{shown.map((candidate, at) => <Row key={candidate.node} candidate={candidate} rank={at + 1} lines={lines} currency={currency} facts={facts} farthest={farthest} />)}</tbody>
      </table>
      {shown.length === candidates.length ? null : <button type="button" className="button quiet" onClick={() => setAll(true)}>{t('more', { count: candidates.length - shown.length })}</button>}
      {leftOut > 0 ? <p className="muted">{t('leftOut', { count: leftOut })}</p> : null}
    </div>
  );
}

interface RowProps extends Omit<Props, 'decision'> {
  readonly candidate: Candidate;
  readonly rank: number;
  readonly lines: number;
  readonly farthest: number;
}

function Row({ candidate, rank, lines, currency, facts, farthest }: RowProps): ReactElement {
  const { node, verdict, km, costMicros, why, detail } = candidate;
  const chosen = verdict === 'CHOSEN';
  const name = facts.nodeName(node);
  const said = why === null ? null : verdictReason(verdict, why);
  return (
    <tr role="row" className={chosen ? 'chosen' : isStruck(verdict) ? 'struck' : undefined}>
      <th scope="row" role="rowheader" className="k-node"><span className="rank" aria-hidden="true">{rank}</span><span className="node-name">{name}</span>{name === node ? null : <span className="mono code">{node}</span>}</th>
      <td className="k-verdict" role="cell"><Chip look={verdictLook(verdict)} />{why === null || chosen ? null : <span className="why-not" lang={said?.lang}>{said?.text}</span>}{detail === null ? null : <span className="why-detail" lang="en">{detail}</span>}</td>
      <td className="k-distance" role="cell"><Distance km={km} farthest={farthest} /></td>
      <td className="k-cost" role="cell">{costMicros === null ? '–' : micros(costMicros, currency)}</td>
      <td className="k-could-fill" role="cell" data-label={lines === 0 || candidate.linesFilled === null ? '' : t('ofLines')}><Fills linesFilled={candidate.linesFilled} lines={lines} /></td>
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
