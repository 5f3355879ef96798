// What a change of goods means to orders, before it is said.
import type { ReactElement, ReactNode } from 'react';
import type { Facts } from '../facts.ts';
import { orderUrl } from '../orders/urls.ts';
import { brief } from '../time.ts';
import { Link } from '../ui/link.tsx';
import type { GoodsEffect } from './api.ts';
import { t } from './words.ts';

/** More lines than anybody reads are said as a number. */
const MOST = 20;

interface ListProps<T> { readonly title: string; readonly rows: readonly T[]; readonly row: (one: T) => ReactNode; readonly id: (one: T) => string }

function Some<T>({ title, rows, row, id }: ListProps<T>): ReactElement | null {
  if (rows.length === 0) return null;
  return <><h3>{title}</h3><ul className="effect">{rows.slice(0, MOST).map((one) => <li key={id(one)}>{row(one)}</li>)}{rows.length > MOST ? <li className="muted">{t('andMore', { count: rows.length - MOST })}</li> : null}</ul></>;
}

const Named = ({ order, order_number: number }: { readonly order: string; readonly order_number: number }): ReactElement => <Link className="number" href={orderUrl(order)}>#{number}</Link>;

export function Effect({ effect: { promises, displaced, served, short_released: short }, facts }: { readonly effect: GoodsEffect; readonly facts: Facts }): ReactElement {
  const day = (iso: string | null): string => (iso === null ? t('noDate') : brief(Date.parse(iso), Date.now()));
  const isLater = ({ from, to }: GoodsEffect['promises'][number]): boolean => to === null || (from !== null && Date.parse(to) > Date.parse(from));
  return (
    <section className="supply-effect" aria-label={t('effect')} role="status">
      {promises.length + displaced.length + served.length + short.length === 0 ? <p>{t('noEffect')}</p> : null}
      <Some title={t('promises', { count: promises.length })} rows={promises} id={(one) => `${one.order} ${one.line}`} row={(one) => <><Named {...one} /> · {t('line')} {one.line}: {day(one.from)} → {day(one.to)} <span className={isLater(one) ? 'is-later' : 'is-sooner'}>{t(isLater(one) ? 'later' : 'sooner')}</span></>} />
      <Some title={t('displaced', { count: displaced.length })} rows={displaced} id={(one) => one.order}
        row={(one) => <><Named {...one} />{one.to.length === 0 ? null : <> {t('displacedTo', { nodes: [...new Set(one.to.map(({ node }) => facts.nodeName(node)))].join(', ') })}</>}{one.unplaced === 0 ? null : <span className="is-later"> {t('displacedNowhere', { count: one.unplaced })}</span>}</>} />
      <Some title={t('served', { count: served.length })} rows={served} id={(one) => one.order} row={(one) => <Named {...one} />} />
      {short.map(({ item, node, reason }) => <p key={`${item} ${node}`} className="is-later">{t('shortReleased', { reason })}</p>)}
    </section>
  );
}
