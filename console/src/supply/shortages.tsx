// What nodes owe: items of which more is promised than there is, with the orders concerned and what helps.
import { useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { Choice } from '../orders/filters.tsx';
import { orderUrl } from '../orders/urls.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { useTitle } from '../ui/title.ts';
import { shipmentLook } from '../words.ts';
import { readShortages, type Shortage } from './api.ts';
import { t } from './goods-words.ts';
import { units } from './looks.ts';
import { StockParts } from './nav.tsx';

const REFRESH_MS = 10_000;

export default function ShortagesPage(): ReactElement {
  const { searchStr } = useLocation();
  const { history } = useRouter();
  const node = new URLSearchParams(searchStr).get('node') ?? '';
  const facts = useFacts();
  const answer = useQuery({ queryKey: ['supply', 'shortages', node], queryFn: () => asked(readShortages(node)), refetchInterval: every(REFRESH_MS) });
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('shortages'));
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const row = (one: Shortage): ReactElement => (
    <tr key={`${one.sku} ${one.node}`}>
      <th scope="row"><span className="mono">{one.sku}</span> <span className="muted" dir="auto">{one.name}</span></th><td>{facts.nodeName(one.node)}</td><td className="figure">{units(one.on_hand, one)}</td><td className="figure">{units(one.reserved, one)}</td><td className="figure is-later">{units(one.short, one)}</td>
      <td>{one.orders.length === 0 ? <span className="muted">{t('noOrders')}</span> : <ul className="shortage-orders">{one.orders.map(({ order, order_number: number, shipment, status, quantity }) => <li key={shipment}><Link className="number" href={orderUrl(order)}>#{number}</Link> {units(quantity, one)} <Chip look={shipmentLook(status)} /></li>)}</ul>}</td>
      <td className="long">{t(one.orders.some(({ status }) => status !== 'PLANNED') ? 'doReleased' : 'doPlanned')} <span className="shortage-links"><Link href={`/stock/counts?${new URLSearchParams({ node: one.node, sku: one.sku }).toString()}`}>{t('toCount')}</Link> · <Link href={`/stock/supply?${new URLSearchParams({ node: one.node }).toString()}`}>{t('toSupply')}</Link></span></td>
    </tr>
  );
  const empty = node === '' ? <Notice shape="full" title={t('noShortages')}><p>{t('noShortagesWhy')}</p></Notice> : <Notice shape="dashed" title={t('noneHere')}><Link className="button" href="/stock/shortages">{t('clear')}</Link></Notice>;
  return (
    <div className="list supply">
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('shortages')}</h1><p className="muted">{t('shortLead')}</p></div>
      <StockParts />
      <div className="filter-row supply-filters"><Choice id="short-node" label={t('node')} any={t('all')} value={node} options={facts.nodes.rows.map(({ code, name }) => [code, name])} chosen={(next) => history.replace(next === '' ? '/stock/shortages' : `/stock/shortages?node=${encodeURIComponent(next)}`)} /></div>
      <PlainTable label={t('shortages')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('item'), t('node'), t('onHand'), t('reserved'), t('owes'), t('orders'), t('whatToDo')]} figures={[t('onHand'), t('reserved'), t('owes')]} row={row} empty={empty} />
      {answer.data?.complete === false ? <p className="list-end">{t('cut', { count: answer.data.rows.length })}</p> : null}
    </div>
  );
}
