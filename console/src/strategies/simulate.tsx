// Asking what other rules would have made of the past, and what was asked before.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { count } from '../numbers.ts';
import { currentTime, startOfDay, viewerZone } from '../time.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { ActFailed, FailurePanel, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { readSimulations, simulate, type RoutingSimulation, type Strategy } from './api.ts';
import { Choice, NumberField, RemarksContext } from './fields.tsx';
import { isUnderWay, simulationLook } from './looks.ts';
import { simulationUrl, strategyUrl } from './query.ts';
import { remarksIn } from '../app/refused.ts';
import { t } from './words.ts';

const REFRESH_MS = 4_000;
const DAY_MS = 86_400_000;

export const useSimulations = (code: string) => useQuery({
  queryKey: ['simulations'], queryFn: () => asked(readSimulations()), refetchInterval: every(REFRESH_MS), select: (all: readonly RoutingSimulation[]) => all.filter(({ strategy }) => strategy?.code === code),
});

export function Simulations({ strategy, unsaved }: { readonly strategy: Strategy; readonly unsaved: boolean }): ReactElement {
  const may = useMay()('catalogue:write');
  const list = useSimulations(strategy.code);
  return (
    <>
      {may ? <Ask strategy={strategy} unsaved={unsaved} /> : null}
      {list.error ? <FailurePanel failure={failureOf(list.error)} what={t('simulations')} retry={() => void list.refetch()} /> : null}
      {list.data?.length === 0 ? <Notice shape="dashed" title={t('noSimulations')}><p>{t('noSimulationsWhy')}</p></Notice> : null}
      {list.data === undefined || list.data.length === 0 ? null : <Past code={strategy.code} rows={list.data} />}
    </>
  );
}

type Period = 'last' | 'range';

function Ask({ strategy, unsaved }: { readonly strategy: Strategy; readonly unsaved: boolean }): ReactElement {
  const { history } = useRouter();
  const { channels: { rows: channels } } = useFacts();
  const [period, setPeriod] = useState<Period>('last');
  const [days, setDays] = useState(14);
  const [range, setRange] = useState({ from: '', to: '' });
  const [chosen, setChannel] = useState('');
  const [version, setVersion] = useState(strategy.draft === null ? (strategy.live ?? 1) : 0);
  // Where no channel goes by it yet, one has to be named, or nothing would move.
  const channel = chosen === '' && strategy.channels.length === 0 ? (channels.find(({ kind }) => kind === 'web')?.code ?? channels[0]?.code ?? '') : chosen;
  const start = useMutation({
    mutationFn: () => simulate(strategy.code, { ...bounds(period, days, range), channel, version }),
    onSuccess: ({ id }) => history.push(simulationUrl(strategy.code, id)),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!start.isPending) start.mutate();
  };
  const options = [...(strategy.channels.length === 0 ? [] : [['', t('itsChannels')] as const]), ...channels.map(({ code, name }) => [code, name] as const)];
  const versions = [...(strategy.draft === null ? [] : [['0', t('theDraft')] as const]), ...strategy.versions.filter(({ status }) => status !== 'draft').map((one) => [String(one.version), t('versionNo', { version: one.version })] as const)];
  return (
    <RemarksContext value={{ errors: remarksIn(start.error), warnings: [] }}>
      <form className="card simulate" onSubmit={submit}>
        <h2>{t('simulateTitle')}</h2><p className="muted">{t('simulateHow')}</p>
        {unsaved ? <p className="said tone-amber">{t('unsavedSim')} <Link href={strategyUrl(strategy.code)}>{t('toRules')}</Link></p> : null}
        <div className="rule-fields">
          <Choice label={t('rulesOf')} pointer="/version" value={String(version)} options={versions} change={(next) => setVersion(Number(next))} />
          <Choice label={t('channel')} pointer="/channel" value={channel} options={options} change={setChannel} />
          <Choice label={t('period')} pointer="/period" value={period} options={[['last', t('lastDays')], ['range', t('fromTo')]]} change={setPeriod} />
          {period === 'last' ? <NumberField label={t('lastDaysCount')} pointer="/from" unit={t('daysUnit')} value={days} change={(next) => setDays(next ?? 14)} />
            : <>{(['from', 'to'] as const).map((side) => <span key={side} className="rule-field"><label htmlFor={`sim-${side}`}>{t(side === 'from' ? 'fromDay' : 'toDay', { zone: viewerZone() })}</label><input id={`sim-${side}`} type="date" required value={range[side]} onChange={(event) => setRange({ ...range, [side]: event.target.value })} /></span>)}</>}
          <button type="submit" className="button primary" aria-busy={start.isPending || undefined}>{t('simulate')}</button>
        </div>
        {start.error ? <ActFailed failure={failureOf(start.error)} what={t('simulate')} retry={() => start.mutate()} /> : null}
      </form>
    </RemarksContext>
  );
}

/** Days as the viewer counts them, both included. */
function bounds(period: Period, days: number, range: { readonly from: string; readonly to: string }): { readonly from: string; readonly to: string } {
  const now = currentTime();
  if (period === 'last') return { from: new Date(now - days * DAY_MS).toISOString(), to: new Date(now).toISOString() };
  const zone = viewerZone();
  const end = Math.min(startOfDay(range.to, zone, 1) ?? now, now);
  return { from: new Date(startOfDay(range.from, zone) ?? now).toISOString(), to: new Date(end).toISOString() };
}

function Past({ code, rows }: { readonly code: string; readonly rows: readonly RoutingSimulation[] }): ReactElement {
  const { channelName } = useFacts();
  return (
    <div className="table-frame scrolls" role="region" aria-label={t('simulations')} tabIndex={0}>
      <table className="plain-table">
        <thead><tr><th scope="col">{t('asked')}</th><th scope="col">{t('rulesOf')}</th><th scope="col">{t('period')}</th><th scope="col">{t('channel')}</th><th scope="col">{t('state')}</th><th scope="col" className="num">{t('moved')}</th></tr></thead>
        <tbody>{rows.map((row) => (
          <tr key={row.id}>
            <th scope="row"><Link className="number" href={simulationUrl(code, row.id)}><Time iso={row.created_at} as="relative" /></Link></th><td>{ruleWords(row)}</td><td><Time iso={row.from} as="full" /> – <Time iso={row.to} as="full" /></td>
            <td>{row.channel === null ? t('itsChannels') : channelName(row.channel)}</td><td><Chip look={simulationLook(row.state)} /></td>
            <td className="num">{row.report === null ? (isUnderWay(row) ? `${count(row.orders.done)}/${row.orders.total === null ? '…' : count(row.orders.total)}` : '–') : t('movedOf', { moved: row.report.moved, orders: row.report.orders })}</td>
          </tr>))}
        </tbody>
      </table>
    </div>
  );
}

export const ruleWords = ({ strategy }: Pick<RoutingSimulation, 'strategy'>): string => (strategy === null ? '–' : strategy.draft ? t('draftOf', { version: strategy.version, revision: strategy.revision }) : t('versionNo', { version: strategy.version }));
