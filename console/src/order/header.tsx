// Who this order is: its number, where it stands, what it is worth, where it came from.
import type { ReactElement } from 'react';
import type { Order } from '../api.ts';
import type { Facts } from '../facts.ts';
import { money } from '../numbers.ts';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { Time, useNow } from '../ui/time.tsx';
import { orderLook, paymentLook, spoken } from '../words.ts';
import { Fact } from './facts-list.tsx';
import { placeWords } from './risk.tsx';
import { clockLook, clockOf, fulfilmentLook } from './standing.ts';
import { s } from './standing-words.ts';
import { t } from './words.ts';

export function OrderHeader({ order, facts }: { readonly order: Order; readonly facts: Facts }): ReactElement {
  const place = placeWords(order);
  const look = fulfilmentLook(order.lines);
  // Some states of an order are those of its goods, and said once.
  const fulfilment = look?.word === orderLook(order.status).word ? null : look;
  return (
    <header className="order-head">
      <div className="order-title">
        <h1 tabIndex={-1}>#{order.number}</h1><Chip look={orderLook(order.status)} id="order-status" /><Chip look={paymentLook(order.payment_state)} title={t('payment')} />{fulfilment === null ? null : <Chip look={fulfilment} title={s('fulfilment')} />}<PromiseClock order={order} />
        <p className="order-total">{money(order.total_minor, order.currency)}</p>
      </div>
      <dl className="order-facts">
        <Fact what={t('channel')}>{facts.channelName(order.channel)}</Fact>
        <Fact what={t('external')}><Copyable text={order.external_id} /></Fact>
        <Fact what={t('placed')}><Time iso={order.placed_at} as="relative" /><span className="muted"> · </span><Time iso={order.placed_at} as="full" /></Fact>
        <Fact what={t('id')}><Copyable text={order.id} /></Fact>
        <Fact what={t('mails')}><Link className="number" href={`/mailbox?order=${encodeURIComponent(order.id)}`}>{t('toCustomer')}</Link></Fact>
        {place === null ? null : <Fact what={t('where')}>{place}</Fact>}
        {order.customer_class === null ? null : <Fact what={t('customerClass')}>{order.customer_class}</Fact>}
        {order.service_level === null ? null : <Fact what={t('service')}>{order.service_level}</Fact>}
        {order.ship_by === null ? null : <Fact what={t('shipBy')}><Time iso={order.ship_by} as="full" /></Fact>}
        {order.deliver_by === null ? null : <Fact what={t('deliverBy')}><Time iso={order.deliver_by} as="full" /></Fact>}
        {Object.entries(order.attributes).map(([name, value]) => <Fact key={name} what={name}>{value}</Fact>)}
      </dl>
    </header>
  );
}

/** Nothing where no date is to be kept. */
function PromiseClock({ order }: { readonly order: Order }): ReactElement | null {
  const clock = clockOf(order, useNow());
  if (clock === null) return null;
  const { date, dueAt, expectedAt, standing } = clock;
  const [before = '', after = ''] = s('expected', { when: '\n' }).split('\n');
  return (
    <p className="clock"><Chip look={clockLook(clock)} /><span>{s(date)} <Time iso={dueAt} as="brief" /><span className="muted"> · <Time iso={dueAt} as="relative" />{standing === 'late' && expectedAt !== null ? <> · {before}<Time iso={expectedAt} as="brief" />{after}</> : null}</span></span></p>
  );
}

export function MoneyPanel({ order: { money: sums, currency } }: { readonly order: Order }): ReactElement {
  const row = (what: string, amount: number, name?: string): ReactElement => <Fact what={what} {...(name === undefined ? {} : { className: name })}>{money(amount, currency)}</Fact>;
  return (
    <section className="card money" aria-labelledby="money-title">
      <h2 id="money-title">{t('money')}</h2>
      <dl className="sums">
        {row(t('merchandise'), sums.merchandise_minor)}{row(t('shipping'), sums.shipping_minor)}{sums.discount_minor === 0 ? null : row(t('discount'), -sums.discount_minor)}
        {row(t(sums.tax_included ? 'taxIncluded' : 'tax'), sums.tax_minor)}{sums.other_minor === 0 ? null : row(t('other'), sums.other_minor)}{row(t('total'), sums.total_minor, 'total')}
      </dl>
      {sums.payments.length === 0 ? <p className="muted">{t('noPayment')}</p>
        : <ul className="payments">{sums.payments.map((one, at) => <li key={at}><span>{spoken(one.tender)}</span>{one.reference === null ? null : <span className="mono code">{one.reference}</span>}<b>{money(one.amount_minor, currency)}</b></li>)}</ul>}
    </section>
  );
}
