// A look into an order beside the list: enough to decide whether to open it.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { readDecisions, readOrder } from '../api.ts';
import { asked, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { money, quantityText } from '../numbers.ts';
import { reasonOf } from '../order/reason.ts';
import { Reason } from '../reasons/reason.tsx';
import { langOfHold } from '../refusals/told.tsx';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePanel } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { t as ui } from '../ui/words.ts';
import { holdLook, orderLook, paymentLook, shipmentLook } from '../words.ts';
import { rememberOpened } from './origin.ts';
import { orderUrl } from './urls.ts';
import { t } from './words.ts';

export default function Peek({ id, close }: { readonly id: string; readonly close: () => void }): ReactElement {
  const facts = useFacts();
  const answer = useQuery({ queryKey: ['order', id, 'peek'], queryFn: async () => ({ order: await asked(readOrder(id)), decisions: await asked(readDecisions(id)) }) });
  if (answer.error) return <aside className="peek"><FailurePanel failure={failureOf(answer.error)} what={t('column.number')} retry={() => void answer.refetch()} /></aside>;
  if (!answer.data) return <aside className="peek" aria-busy="true"><span className="bone tall" /><span className="bone" /></aside>;
  const { order, decisions } = answer.data;
  const last = decisions.at(-1);
  const reason = last === undefined ? null : reasonOf(last, facts);
  const open = order.holds.filter((hold) => hold.released_at === null);
  return (
    <aside className="peek" aria-label={t('peek', { number: order.number })}>
      <div className="peek-head"><h2>#{order.number}</h2><Chip look={orderLook(order.status)} /><Chip look={paymentLook(order.payment_state)} /><button type="button" className="button quiet square" aria-label={ui('close')} onClick={close}>×</button></div>
      <p className="muted">{facts.channelName(order.channel)} · <Time iso={order.placed_at} as="both" /> · {money(order.total_minor, order.currency)}</p>
      {open.length === 0 ? null : <ul>{open.map((hold) => <li key={hold.hold_no}><Chip look={holdLook(hold.kind)} /> <Reason of={hold.reason} lang={langOfHold(hold.kind)} /></li>)}</ul>}
      {reason === null ? null : <p lang={reason.lang}>{reason.text}</p>}
      <ul>{order.lines.map((line) => <li key={line.line}><b>{quantityText(line.quantity)} ×</b> {line.name ?? line.sku}</li>)}</ul>
      <ul>{order.shipments.map((shipment) => <li key={shipment.id}>{shipment.node === null ? null : facts.nodeName(shipment.node)} <Chip look={shipmentLook(shipment.status)} /></li>)}</ul>
      <Link className="button" href={orderUrl(id)} onClick={() => rememberOpened(id)}>{t('open')}</Link>
    </aside>
  );
}
