// One customer: figures, dates to keep, orders, notes and consents, and what is done for good.
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { count, money } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { dayAndTime } from '../time.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { orderLook } from '../words.ts';
import { type Customer, customerUrl, readCustomer, readOrdersOf } from './api.ts';
import { EraseForm, MergeForm } from './final.tsx';
import { ConsentsPanel, NotesPanel } from './held.tsx';
import { t } from './words.ts';

export default function CustomerPage(): ReactElement {
  const id = decodeURIComponent(useLocation().pathname.split('/')[2] ?? '');
  const answer = useQuery({ queryKey: ['customer', id], queryFn: () => asked(readCustomer(id)) });
  const customer = answer.data;
  useTitle(customer ? nameOf(customer) : t('customers'));
  if (answer.error && !customer) return <><h1 className="visually-hidden">{t('customers')}</h1><FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /></>;
  if (!customer) return <h1 className="visually-hidden">{t('customers')}</h1>;
  return <Shown customer={customer} again={() => void answer.refetch()} />;
}

export const nameOf = ({ name, email, phone }: Pick<Customer, 'name' | 'email' | 'phone'>): string => name ?? email ?? phone ?? t('nameless');

function Shown({ customer, again }: { readonly customer: Customer; readonly again: () => void }): ReactElement {
  const { id, merged_into: survivor, erased_at: erased } = customer;
  const lives = survivor === null && erased === null;
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever comes here begins at its head; after an erasure what had the focus is gone, too.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [id, erased]);
  return (
    <div className="customer">
      <p className="muted"><Link href="/customers">{t('customers')}</Link></p>
      <div className="customer-head"><h1 tabIndex={-1} ref={heading} dir="auto">{nameOf(customer)}</h1>{lives ? <Actions customer={customer} again={again} /> : null}</div>
      {survivor === null ? null : <Notice shape="back" title={t('merged')}><Link className="button" href={customerUrl(survivor)}>{t('toSurvivor')}</Link></Notice>}
      {erased === null ? null : <p className="customer-gone">{t('gone', { time: dayAndTime(Date.parse(erased)) })}</p>}
      {survivor === null ? <>
        <Figures customer={customer} />
        <div className="columns">
          <div className="customer-column"><Orders id={id} /></div>
          <div className="customer-column"><Promises customer={customer} />{lives ? <><NotesPanel id={id} /><ConsentsPanel id={id} changed={again} /></> : null}</div>
        </div></> : null}
    </div>
  );
}

function Actions({ customer, again }: { readonly customer: Customer; readonly again: () => void }): ReactElement {
  const may = useMay();
  const [doing, setDoing] = useState<'merge' | 'erase' | null>(null);
  const close = (): void => setDoing(null);
  const { id } = customer;
  return (
    <div className="form-actions" role="group" aria-label={t('actions')}>
      {may('orders:write') ? <Link className="button primary" href={`/orders/new?customer=${encodeURIComponent(id)}`}>{t('take')}</Link> : null}
      <a className="button" href={`/v1/customers/${encodeURIComponent(id)}/export`} download>{t('export')}</a>
      {may('orders:write') ? <><button type="button" className="button" onClick={() => setDoing('merge')}>{t('merge')}</button><button type="button" className="button danger" onClick={() => setDoing('erase')}>{t('erase')}</button></> : null}
      {doing === 'merge' ? <Sheet title={t('mergeTitle')} close={close}><MergeForm customer={customer} close={close} /></Sheet> : null}
      {doing === 'erase' ? <Sheet title={t('eraseTitle')} close={close}><EraseForm id={id} close={close} done={() => { close(); again(); }} /></Sheet> : null}
    </div>
  );
}

function Figures({ customer }: { readonly customer: Customer }): ReactElement {
  const { email, phone, class: its, created_at: since, orders, open_orders: open, cancelled_orders: cancelled, returned_units: returned, spend, last_order_at: last } = customer;
  const facts: readonly (readonly [string, ReactElement | string])[] = [
    ...spend.map((one) => [t('spend'), <><strong>{money(one.total_minor, one.currency)}</strong> <span className="muted">{t('spendOf', { count: one.orders })}</span></>] as const),
    [t('orders'), count(orders)], [t('open'), count(open)], [t('cancelled'), count(cancelled)], [t('returned'), count(returned)], [t('last'), last === null ? t('none') : <Time iso={last} as="brief" />],
    [t('email'), email ?? t('none')], [t('phone'), phone ?? t('none')], [t('class'), its ?? t('none')], [t('since'), <Time iso={since} as="brief" />],
  ];
  return <section className="card" aria-label={t('figures')}><dl className="customer-figures">{facts.map(([what, value], index) => <div key={`${what}${index}`}><dt>{what}</dt><dd dir="auto">{value}</dd></div>)}</dl></section>;
}

function Promises({ customer: { open_promises: promises } }: { readonly customer: Customer }): ReactElement {
  return (
    <section className="card" aria-labelledby="promises-title">
      <h2 id="promises-title">{t('promises')}</h2>
      {promises.length === 0 ? <p className="muted">{t('noPromises')}</p> : <ul className="customer-promises">{promises.map((one) => (
        <li key={one.order}><Link className="number" href={orderUrl(one.order)}>{one.number}</Link>{one.due_at === null ? null : <span>{t('due')} <Time iso={one.due_at} as="brief" /></span>}{one.predicted_at === null ? null : <span className="muted">{t('predicted')} <Time iso={one.predicted_at} as="brief" /></span>}</li>))}</ul>}
    </section>
  );
}

function Orders({ id }: { readonly id: string }): ReactElement {
  const { channelName } = useFacts();
  const [cursor, setCursor] = useState('');
  const answer = useQuery({ queryKey: ['customer', id, 'orders', cursor], queryFn: () => asked(readOrdersOf(id, cursor)) });
  const rows = answer.data?.rows ?? [];
  return (
    <section className="card">
      <h2 id="orders-title">{t('history')}</h2>
      {answer.error ? <FailurePanel failure={failureOf(answer.error)} what={t('history')} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && rows.length === 0 ? <p className="muted">{t('noOrders')}</p> : null}
      {rows.length === 0 ? null : (
        <div className="scrolls" role="region" aria-labelledby="orders-title" tabIndex={0}><table className="plain-table">
          <thead><tr><th scope="col">{t('order')}</th><th scope="col">{t('placed')}</th><th scope="col">{t('channel')}</th><th scope="col">{t('status')}</th><th scope="col" className="figure">{t('total')}</th></tr></thead>
          <tbody>{rows.map((one) => <tr key={one.id}><th scope="row"><Link className="number" href={orderUrl(one.id)}>{one.number}</Link></th><td><Time iso={one.placed_at} as="brief" /></td><td>{channelName(one.channel)}</td><td><Chip look={orderLook(one.status)} /></td><td className="figure">{money(one.total_minor, one.currency)}</td></tr>)}</tbody>
        </table></div>)}
      <div className="form-actions">{cursor === '' ? null : <button type="button" className="button" onClick={() => setCursor('')}>{t('first')}</button>}{answer.data?.next ? <button type="button" className="button" onClick={() => setCursor(answer.data?.next ?? '')}>{t('more')}</button> : null}</div>
    </section>
  );
}
