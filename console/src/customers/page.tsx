// Everybody who orders, and finding one of them.
import { useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useEffect, useRef } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useKeys } from '../app/keys.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { stepped } from '../ui/virtual.ts';
import { type CustomerSummary, customerUrl, readCustomers } from './api.ts';
import { t } from './words.ts';

const urlOf = (view: Readonly<Record<string, string>>): string => {
  const text = new URLSearchParams(Object.entries(view).filter(([, value]) => value !== '')).toString();
  return text === '' ? '/customers' : `/customers?${text}`;
};

export default function CustomersPage(): ReactElement {
  const { searchStr } = useLocation();
  const { history } = useRouter();
  const given = new URLSearchParams(searchStr);
  const [q, cursor] = [given.get('q') ?? '', given.get('cursor') ?? ''];
  const answer = useQuery({ queryKey: ['customers', q, cursor], queryFn: () => asked(readCustomers(q, cursor)) });
  const body = useRef<HTMLTableSectionElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const rows = answer.data?.rows ?? [];
  useTitle(t('customers'));
  useEffect(() => void (answer.isSuccess && announce(t('count', { count: rows.length }))), [answer.isSuccess, q, cursor]);
  const step = (by: 1 | -1): void => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('th a') ?? [])];
    links[stepped(links.findIndex((link) => link === document.activeElement), by, links.length)]?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1), f: () => field.current?.focus() });
  const search = (event: FormEvent): void => {
    event.preventDefault();
    history.push(urlOf({ q: field.current?.value.trim() ?? '' }));
  };
  return (
    <div className="list customers" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1>{t('customers')}</h1><p className="muted">{t('what')}</p></div>
      <form role="search" aria-label={t('customers')} className="customer-search" onSubmit={search}>
        <div className="field"><label htmlFor="f-q">{t('search')}</label><input key={q} id="f-q" ref={field} type="search" defaultValue={q} placeholder={t('searchHint')} maxLength={200} autoComplete="off" spellCheck={false} /></div>
        <button type="submit" className="button">{t('find')}</button>{q === '' ? null : <Link className="button quiet" href="/customers">{t('clear')}</Link>}
      </form>
      {answer.error ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && rows.length === 0 ? <Notice shape="empty" title={t(q === '' ? 'noneYet' : 'noMatch')}><p>{t(q === '' ? 'noneYetWhy' : 'noMatchWhy')}</p></Notice> : null}
      {rows.length === 0 ? null : (
        <div className="table-frame scrolls" role="region" aria-label={t('customers')} tabIndex={0}>
          <table className="plain-table">
            <thead><tr><th scope="col">{t('name')}</th><th scope="col">{t('email')}</th><th scope="col">{t('phone')}</th><th scope="col">{t('class')}</th><th scope="col" className="figure">{t('orders')}</th><th scope="col">{t('last')}</th></tr></thead>
            <tbody ref={body}>{rows.map((one) => <Row key={one.id} customer={one} />)}</tbody>
          </table>
        </div>)}
      <nav className="pager" aria-label={t('pages')}>{cursor === '' ? null : <Link className="button" href={urlOf({ q })}>{t('first')}</Link>}{answer.data?.next ? <Link className="button" href={urlOf({ q, cursor: answer.data.next })}>{t('more')}</Link> : null}</nav>
    </div>
  );
}

const Row = ({ customer: { id, name, email, phone, class: its, orders, last_order_at: last } }: { readonly customer: CustomerSummary }): ReactElement => (
  <tr>
    <th scope="row"><Link className="number" href={customerUrl(id)} dir="auto">{name ?? email ?? phone ?? t('nameless')}</Link></th>
    <td dir="auto">{email ?? t('none')}</td><td>{phone ?? t('none')}</td><td dir="auto">{its ?? t('none')}</td><td className="figure">{count(orders)}</td><td>{last === null ? t('none') : <Time iso={last} as="brief" />}</td>
  </tr>
);
