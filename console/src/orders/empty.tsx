// The list without rows: because nothing came yet, or because the filters let nothing through.
import { lazy, type ReactElement, Suspense } from 'react';
import type { Facts } from '../facts.ts';
import { calendarDay } from '../time.ts';
import { Copyable } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { t as ui } from '../ui/words.ts';
import { holdWord, orderLook, paymentLook } from '../words.ts';
import { countryName, m as more } from './more-words.ts';
import { activeFilters, EVERYTHING, type FilterName, type ListQuery, listUrl, without } from './query.ts';
import { t } from './words.ts';

const FirstSteps = lazy(() => import('../sandbox/first-steps.tsx'));

const NothingYet = (): ReactElement => (
  <><Notice shape="empty" title={t('nothingYet')}>
    <p>{t('nothingYetHow')}</p>
    <ul className="ways">
      <li>{t('replay')} <Copyable text="npm run ordo -- import olist DIR" /></li>
      <li>{t('send', { path: 'POST /v1/orders' })}</li>
    </ul>
  </Notice>
  <Suspense fallback={null}><FirstSteps /></Suspense></>
);

/** Without a filter nothing has come yet; with one, nothing matches. */
export default function Empty(props: Props): ReactElement {
  return activeFilters(props.query).length === 0 ? <NothingYet /> : <NoMatch {...props} />;
}

interface Props {
  readonly query: ListQuery;
  readonly facts: Facts;
  /** The search left out what is personal, because whoever is signed in may not see it. */
  readonly impersonal: boolean;
}

function NoMatch({ query, facts, impersonal }: Props): ReactElement {
  const active = activeFilters(query);
  const searching = query.search !== '';
  return (
    <Notice shape="dashed" title={t('noMatch')}>
      <p>{t(searching ? 'howSearch' : 'takeAway')}</p>
      {searching && impersonal ? <p className="muted">{t('impersonal')}</p> : null}
      <ul className="filter-chips">{active.map((name) => {
        const [what, value] = words(name, query, facts);
        return <li key={name}><Link className="filter-chip" href={listUrl(without(query, name))}><span className="muted">{what} </span><strong>{value}</strong><span className="drop">× {ui('clear')}</span></Link></li>;
      })}</ul>
      {active.length > 1 ? <Link className="button" href={listUrl(searching ? { ...EVERYTHING, search: query.search } : EVERYTHING)}>{t(searching ? 'searchAll' : 'clearAll')}</Link> : null}
    </Notice>
  );
}

function words(name: FilterName, query: ListQuery, facts: Facts): readonly [what: string, value: string] {
  switch (name) {
    case 'status': return [t('status'), query.statuses.map((status) => orderLook(status).word).join(t('or'))];
    case 'channel': return [t('channel'), facts.channelName(query.channel)];
    case 'node': return [t('node'), facts.nodeName(query.node)];
    case 'hold': return [t('hold'), holdWord(query.hold)];
    case 'assignee': return [t('assignee'), query.assignee === 'me' ? t('me') : query.assignee === 'none' ? t('nobody') : facts.personName(query.assignee)];
    case 'tag': return [t('tag'), query.tag];
    case 'sku': return [more('sku'), query.sku];
    case 'country': return [more('country'), countryName(query.country)];
    case 'currency': return [more('currency'), query.currency];
    case 'least': return [more('least'), `${query.least} ${query.currency}`];
    case 'most': return [more('most'), `${query.most} ${query.currency}`];
    case 'payment': return [t('payment'), paymentLook(query.payment).word];
    case 'promise': return [t('promise'), query.promise === '' ? '' : t(`promise.${query.promise}`)];
    case 'from': return [t('from'), `${calendarDay(query.from)} (${query.zone})`];
    case 'to': return [t('to'), `${calendarDay(query.to)} (${query.zone})`];
    case 'search': return [t('search'), query.search];
  }
}
