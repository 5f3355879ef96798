// Every version there was: who wrote it, why, when it held; and what differs between any two.
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useMay } from '../app/session.ts';
import { Chip } from '../ui/chip.tsx';
import { Time } from '../ui/time.tsx';
import type { Strategy, StrategyVersionSummary } from './api.ts';
import { RollBackDialog, WithdrawDialog } from './decide.tsx';
import { DiffOf } from './diff.tsx';
import { versionLook } from './looks.ts';
import { strategyUrl } from './query.ts';
import { t } from './words.ts';

interface Props {
  readonly strategy: Strategy;
  readonly from: number;
  readonly to: number;
}

export function Versions({ strategy, from, to }: Props): ReactElement {
  const [back, setBack] = useState<number | null>(null);
  const [withdrawing, setWithdrawing] = useState<StrategyVersionSummary | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const withdrawn = useRef(false);
  const may = useMay()('catalogue:write');
  // The button that was pressed goes with what was announced, now or with the next answer.
  useEffect(() => {
    if (withdrawing !== null || !withdrawn.current) return;
    withdrawn.current = false;
    list.current?.focus({ preventScroll: true });
  }, [withdrawing]);
  const done = (): void => {
    withdrawn.current = true;
    setWithdrawing(null);
  };
  const rows = strategy.versions.toSorted((a, b) => b.version - a.version);
  return (
    <>
      <div ref={list} className="table-frame scrolls" role="region" aria-label={t('versions')} tabIndex={0}>
        <table className="plain-table versions-table" role="table">
          <thead role="rowgroup"><tr role="row">{HEADS.map((head) => <th key={head} scope="col" role="columnheader">{head === 'actions' ? <span className="visually-hidden">{t(head)}</span> : t(head)}</th>)}</tr></thead>
          <tbody role="rowgroup">{rows.map((row) => <Row key={row.version} row={row} live={strategy.live} may={may} back={setBack} withdraw={setWithdrawing} />)}</tbody>
        </table>
      </div>
      {rows.length < 2 ? <p className="muted">{t('oneVersion')}</p> : <Compare strategy={strategy} rows={rows} from={from} to={to} />}
      {back === null ? null : <RollBackDialog strategy={strategy} to={back} close={() => setBack(null)} />}
      {withdrawing === null ? null : <WithdrawDialog strategy={strategy} version={withdrawing} close={() => setWithdrawing(null)} done={done} />}
    </>
  );
}

const HEADS = ['version', 'state', 'author', 'noteHead', 'held', 'actions'] as const;

interface RowProps {
  readonly row: StrategyVersionSummary;
  readonly live: number | null;
  readonly may: boolean;
  readonly back: (version: number) => void;
  readonly withdraw: (version: StrategyVersionSummary) => void;
}

function Row({ row, live, may, back, withdraw }: RowProps): ReactElement {
  const { version, status } = row;
  return (
    <tr role="row">
      <th scope="row" role="rowheader"><b>{version}</b></th><td role="cell"><Chip look={versionLook(row, live)} /></td><td role="cell">{row.author_name ?? row.author}<br /><span className="muted"><Time iso={row.created_at} as="relative" /></span></td>
      <td role="cell"><Said row={row} /></td><td role="cell"><Held row={row} /></td>
      <td role="cell">{may && status === 'retired' ? <button type="button" className="button quiet" onClick={() => back(version)}>{t('rollBackTo', { to: version })}</button> : null}
        {may && status === 'scheduled' ? <button type="button" className="button quiet" aria-label={t('withdrawVersion', { version })} onClick={() => withdraw(row)}>{t('withdraw')}</button> : null}</td>
    </tr>
  );
}

function Said({ row: { note, withdrawn } }: { readonly row: StrategyVersionSummary }): ReactElement {
  return (
    <>
      {note === null ? <span className="muted">–</span> : <span dir="auto">{note}</span>}
      {withdrawn === null ? null : <div className="muted">{t('withdrawnBy', { who: withdrawn.by_name ?? withdrawn.by })} <span dir="auto">{withdrawn.reason}</span> · <Time iso={withdrawn.at} as="relative" /></div>}
    </>
  );
}

function Held({ row: { valid_from: from, valid_to: to, status } }: { readonly row: StrategyVersionSummary }): ReactElement {
  if (from === null) return <span className="muted">{t('neverHeld')}</span>;
  if (from === to) return <span className="muted">{t(status === 'withdrawn' ? 'neverBegan' : 'replacedFor')} <Time iso={from} as="full" /></span>;
  return <><Time iso={from} as="full" /> – {to === null ? '' : <Time iso={to} as="full" />}</>;
}

function Compare({ strategy: { code, live, draft }, rows, from: given, to: other }: Props & { readonly rows: readonly StrategyVersionSummary[] }): ReactElement {
  const { history } = useRouter();
  const newest = rows[0]?.version ?? 0;
  const to = other === 0 ? newest : other;
  const from = given === 0 ? (live !== null && live !== to ? live : (rows.find(({ version }) => version !== to)?.version ?? 0)) : given;
  const choose = (label: string, value: number, go: (version: number) => { readonly from: number; readonly to: number }, id: string): ReactElement => (
    <span className="rule-field"><label htmlFor={id}>{label}</label><select id={id} value={value} onChange={(event) => history.replace(strategyUrl(code, { view: 'versions', ...go(Number(event.target.value)) }))}>{rows.map(({ version }) => <option key={version} value={version}>{t('versionNo', { version })}</option>)}</select></span>
  );
  return (
    <section className="card"><h2>{t('differences')}</h2>
      <div className="rule-fields">{choose(t('between'), from, (version) => ({ from: version, to }), 'diff-from')}{choose(t('and'), to, (version) => ({ from, to: version }), 'diff-to')}</div>
      <DiffOf code={code} from={from} to={to} draft={draft?.revision ?? 0} />
    </section>
  );
}
