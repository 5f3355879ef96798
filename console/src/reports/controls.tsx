// What a report is asked, as addresses: the days and their zone, how it is told apart, what it is narrowed down to and compared with.
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { Facts } from '../facts.ts';
import { Choice, Day } from '../orders/filters.tsx';
import { currentTime, isZone } from '../time.ts';
import type { ReportAbout } from './api.ts';
import { COMPARISONS, daysOf, LOOKS, PRESETS, type ReportView, reportUrl } from './query.ts';
import { t } from './words.ts';

interface Props {
  readonly about: ReportAbout;
  readonly view: ReportView;
  readonly facts: Facts;
  /** The figures there are to draw, each with its title. */
  readonly figures: readonly (readonly [key: string, title: string])[];
  readonly figure: string;
  readonly look: ReportView['look'];
}

export function Controls({ about, view, facts, figures, figure, look }: Props): ReactElement {
  const { history } = useRouter();
  const go = (change: Partial<Record<keyof ReportView, string>>): void => history.replace(reportUrl(about.code, { ...view, ...change } as Partial<ReportView>));
  const days = daysOf(view, currentTime());
  const codes = (rows: readonly { readonly code: string; readonly name: string }[]) => rows.map(({ code, name }) => [code, name] as const);
  return (
    <div className="filter-row report-controls" role="group" aria-label={t('controls')}>
      {about.by === 'now' ? null : (
        <>
          <Choice id="period" label={t('period')} any={t('ownDays')} value={view.last} options={PRESETS.map((last) => [last, t(`last.${last}`)])} chosen={(last) => go(last === '' ? { last, ...days } : { last, from: '', to: '' })} />
          <Day id="from" label={t('from')} value={days.from} chosen={(from) => from !== '' && go({ last: '', from, to: days.to < from ? from : days.to })} />
          <Day id="to" label={t('to')} value={days.to} chosen={(to) => to !== '' && go({ last: '', to, from: days.from > to ? to : days.from })} />
        </>)}
      <Zone zone={view.zone} chosen={(zone) => go({ zone })} />
      {about.group_by.length === 0 ? null : <Choice id="group" label={t('group')} any={t(`group.${about.group_by[0] ?? 'day'}`)} value={view.group === about.group_by[0] ? '' : view.group} options={about.group_by.slice(1).map((group) => [group, t(`group.${group}`)])} chosen={(group) => go({ group })} />}
      {about.filters.includes('channel') ? <Choice id="channel" label={t('channel')} any={t('anyChannel')} value={view.channel} options={codes(facts.channels.rows)} chosen={(channel) => go({ channel })} /> : null}
      {about.filters.includes('node') ? <Choice id="node" label={t('node')} any={t('anyNode')} value={view.node} options={codes(facts.nodes.rows)} chosen={(node) => go({ node })} /> : null}
      {about.by === 'now' ? null : <Choice id="compare" label={t('compare')} any={t('noCompare')} value={view.compare} options={COMPARISONS.map((one) => [one, t(`compare.${one}`)])} chosen={(compare) => go({ compare })} />}
      {figures.length < 2 ? null : <Pick id="figure" label={t('figure')} value={figure} options={figures} chosen={(key) => go({ figure: key })} />}
      <Pick id="look" label={t('look')} value={look} options={LOOKS.map((one) => [one, t(`look.${one}`)])} chosen={(one) => go({ look: one })} />
    </div>
  );
}

interface PickProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly chosen: (value: string) => void;
}

/** One of several, and always one. */
const Pick = ({ id, label, value, options, chosen }: PickProps): ReactElement => (
  <div className="field"><label htmlFor={`f-${id}`}>{label}</label>
    <select id={`f-${id}`} value={value} onChange={({ target }) => chosen(target.value)}>{options.map(([one, name]) => <option key={one} value={one}>{name}</option>)}</select></div>
);

function Zone({ zone, chosen }: { readonly zone: string; readonly chosen: (zone: string) => void }): ReactElement {
  const [wrong, setWrong] = useState(false);
  const take = (text: string): void => {
    const isOne = text !== '' && isZone(text);
    setWrong(!isOne);
    if (isOne && text !== zone) chosen(text);
  };
  return (
    <div className="field"><label htmlFor="f-zone">{t('zone')}</label>
      <input key={zone} id="f-zone" list="zones" defaultValue={zone} spellCheck={false} autoComplete="off" aria-invalid={wrong || undefined} aria-describedby={wrong ? 'f-zone-wrong' : undefined}
        onBlur={({ target }) => take(target.value.trim())} onKeyDown={({ key, currentTarget }) => void (key === 'Enter' && take(currentTarget.value.trim()))} />
      <datalist id="zones">{Intl.supportedValuesOf('timeZone').concat('UTC').map((one) => <option key={one} value={one} />)}</datalist>
      {wrong ? <p id="f-zone-wrong" className="field-wrong" role="alert">{t('wrongZone')}</p> : null}
    </div>
  );
}
