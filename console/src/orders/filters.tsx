// The filters beside the tabs. All of them are addresses.
import { useRouter } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useEffect, useState } from 'react';
import type { Facts } from '../facts.ts';
import { Link } from '../ui/link.tsx';
import { HOLD_KINDS, holdWord, isHoldKind, PAYMENT_STATES, paymentLook } from '../words.ts';
import { ColumnPicker } from './column-picker.tsx';
import { activeFilters, EVERYTHING, type ListQuery, listUrl, oneOf, PROMISE_LEVELS } from './query.ts';
import { t } from './words.ts';

const MoreFilters = lazy(() => import('./more-filters.tsx'));

interface Props {
  readonly query: ListQuery;
  readonly facts: Facts;
}

export function Filters({ query, facts }: Props): ReactElement {
  const { history } = useRouter();
  const go = (change: Partial<ListQuery>): void => history.push(listUrl({ ...query, selected: [], ...change }));
  const [open, setOpen] = useState(() => !matchMedia('(max-width: 760px)').matches);
  useEffect(() => {
    const narrow = matchMedia('(max-width: 760px)');
    const change = (): void => setOpen(!narrow.matches);
    narrow.addEventListener('change', change);
    return () => narrow.removeEventListener('change', change);
  }, []);
  const active = activeFilters(query).filter((name) => name !== 'status' && name !== 'search').length;
  return (
    <details className="filters" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('filters')}<span className="tab-count">{active === 0 ? '' : active}</span></summary>
      <div className="filter-row">
        <Choice id="channel" label={t('channel')} any={t('anyChannel')} value={query.channel} options={facts.channels.rows.map(({ code, name }) => [code, name])} chosen={(channel) => go({ channel })} />
        <Choice id="node" label={t('node')} any={t('anyNode')} value={query.node} options={facts.nodes.rows.map(({ code, name }) => [code, name])} chosen={(node) => go({ node })} />
        <Choice id="hold" label={t('hold')} any={t('anyHold')} value={query.hold} options={HOLD_KINDS.map((kind) => [kind, holdWord(kind)])} chosen={(hold) => go({ hold: isHoldKind(hold) ? hold : '' })} />
        <Choice id="assignee" label={t('assignee')} any={t('anyAssignee')} value={query.assignee} options={[['me', t('me')], ['none', t('nobody')], ...facts.people.filter(({ disabled }) => !disabled).map(({ id, name }): [string, string] => [id, name])]} chosen={(assignee) => go({ assignee })} />
        <Choice id="payment" label={t('payment')} any={t('anyPayment')} value={query.payment} options={PAYMENT_STATES.map((state) => [state, paymentLook(state).word])} chosen={(payment) => go({ payment: oneOf(PAYMENT_STATES, payment) })} />
        <Choice id="promise" label={t('promise')} any={t('anyPromise')} value={query.promise} options={PROMISE_LEVELS.map((level) => [level, t(`promise.${level}`)])} chosen={(promise) => go({ promise: oneOf(PROMISE_LEVELS, promise) })} />
        {query.tag === '' ? null : <Choice id="tag" label={t('tag')} any={t('anyTag')} value={query.tag} options={[]} chosen={(tag) => go({ tag })} />}
        <Day id="from" label={t('from')} value={query.from} chosen={(from) => go({ from })} />
        <Day id="to" label={t('to')} value={query.to} chosen={(to) => go({ to })} />
        <span className="zone" title={t('zone')}>{query.zone}</span>
        <Link className={active === 0 ? 'button quiet off' : 'button quiet'} href={listUrl({ ...EVERYTHING, statuses: query.statuses, search: query.search, sort: query.sort, columns: query.columns })}>{t('clear')}</Link>
        <More query={query} facts={facts} go={go} />
        <ColumnPicker chosen={query.columns} choose={(columns) => history.replace(listUrl({ ...query, columns }))} />
      </div>
    </details>
  );
}

interface MoreProps extends Props {
  readonly go: (change: Partial<ListQuery>) => void;
}

/** What is filtered by now and then, behind a button that says how much of it holds. */
function More(props: MoreProps): ReactElement {
  const [open, setOpen] = useState(false);
  const { sku, country, currency, least, most } = props.query;
  const set = [sku, country, currency, least, most].filter((one) => one !== '').length;
  return (
    <details className="picker" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="button quiet">{t('moreFilters')}<span className="tab-count">{set === 0 ? '' : set}</span></summary>
      {open ? <Suspense fallback={null}><MoreFilters {...props} /></Suspense> : null}
    </details>
  );
}

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly any: string;
  readonly value: string;
  readonly options: readonly (readonly [code: string, name: string])[];
  readonly chosen: (value: string) => void;
}

/** A value of the address that no option has, such as a node of a page that was not read, gets one of its own. */
export function Choice({ id, label, any, value, options, chosen }: ChoiceProps): ReactElement {
  const known = value === '' || options.some(([code]) => code === value);
  return (
    <div className="field">
      <label htmlFor={`f-${id}`}>{label}</label>
      <select id={`f-${id}`} className={value === '' ? undefined : 'set'} value={value} onChange={(event) => chosen(event.target.value)}>
        <option value="">{any}</option>
        {options.map(([code, name]) => <option key={code} value={code}>{name}</option>)}
        {known ? null : <option value={value}>{value}</option>}
      </select>
    </div>
  );
}

interface DayProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly chosen: (value: string) => void;
}

/** While a year is being typed it is a date of the first century for a moment; that is not a choice yet. */
export function Day({ id, label, value, chosen }: DayProps): ReactElement {
  return (
    <div className="field">
      <label htmlFor={`f-${id}`}>{label}</label>
      <input key={value} type="date" id={`f-${id}`} className={value === '' ? undefined : 'set'} min="2000-01-01" max="2199-12-31" defaultValue={value} onChange={({ target }) => void (target.validity.valid && target.value !== value && chosen(target.value))} />
    </div>
  );
}
