// Each node's share of the order, how far it is, and what the carrier has of it.
import { Fragment, type ReactElement } from 'react';
import type { Order, Shipment } from '../api.ts';
import type { Facts } from '../facts.ts';
import { count, quantity } from '../numbers.ts';
import { calendarDay } from '../time.ts';
import { Chip } from '../ui/chip.tsx';
import { Time } from '../ui/time.tsx';
import { shipmentLook } from '../words.ts';
import { t } from './words.ts';

export const shipmentNumber = (id: string): string => /_(\d+)$/.exec(id)?.[1] ?? id;

interface Props {
  readonly order: Order;
  readonly facts: Facts;
}

export function ShipmentsPanel({ order, facts }: Props): ReactElement {
  const live = order.shipments.filter((one) => one.status !== 'CANCELLED');
  const closed = order.shipments.filter((one) => one.status === 'CANCELLED');
  const cards = (some: readonly Shipment[]): ReactElement[] => some.map((one) => <Card key={one.id} shipment={one} order={order} facts={facts} />);
  return (
    <section className="card" aria-labelledby="shipments-title">
      <h2 id="shipments-title">{t('shipments')}</h2>
      {live.length === 0 ? <p className="muted">{t(closed.length === 0 ? 'noShipment' : 'noMore')}</p> : cards(live)}
      {closed.length === 0 ? null : <details className="fold"><summary><span className="fold-mark" /><span className="fold-text">{t('cancelled', { count: count(closed.length) })}</span></summary><div className="fold-body">{cards(closed)}</div></details>}
    </section>
  );
}

const STEPS = ['PLANNED', 'RELEASED', 'ACCEPTED', 'PICKED', 'PACKED', 'SHIPPED', 'DELIVERED'] as const;
/** States that stand at the place of another on the way. */
const PLACE: Readonly<Record<string, string>> = { HANDED_OVER: 'DELIVERED', AT_STORE: 'SHIPPED', LOST: 'SHIPPED', RETURNED_TO_SENDER: 'SHIPPED' };
const GONE: ReadonlySet<string> = new Set(['SHIPPED', 'AT_STORE', 'DELIVERED', 'HANDED_OVER', 'LOST', 'RETURNED_TO_SENDER', 'CANCELLED']);

function Card({ shipment, order, facts }: Props & { readonly shipment: Shipment }): ReactElement {
  const { status, node, planned_ship_date: planned, expected_arrival_date: arrives, time_zone: zone } = shipment;
  const name = node === null ? t('unknownNode') : facts.nodeName(node);
  const no = shipmentNumber(shipment.id);
  const told: ReactElement[] = [];
  if (planned !== null) told.push(<span title={t('calendar', { zone })}>{t(GONE.has(status) ? 'wasToShip' : 'shipsBy')} <strong>{calendarDay(planned)}</strong><span className="muted"> {zone}</span></span>);
  if (arrives !== null) told.push(<span>{t('arrivesBy')} <strong>{calendarDay(arrives)}</strong><span className="muted"> {t('with', { service: carrierService(shipment.planned_carrier, shipment.planned_service) })}</span></span>);
  told.push(<span>{shipmentLook(status).word.toLowerCase()} <Time iso={shipment.state_since} as="relative" store={zone} /></span>);
  return (
    <article className="shipment" aria-label={t('shipmentFrom', { no, node: name })}>
      <header><span className="shipment-no">{no}</span><h3>{name}</h3><Chip look={shipmentLook(status)} />{shipment.cancel_requested ? <Chip look={{ word: t('cancelAsked'), tone: 'amber', glyph: 'stop' }} /> : null}</header>
      {status === 'CANCELLED' ? null : <Steps status={status} />}
      <p className="facts">{told.map((one, at) => <Fragment key={at}>{at === 0 ? '' : ' · '}{one}</Fragment>)}</p>
      <ul className="contents">{shipment.lines.map((line) => <Content key={line.line} line={line} order={order} />)}</ul>
      {shipment.packages.map((one) => <Parcel key={one.package_no} parcel={one} />)}
    </article>
  );
}

function Steps({ status }: { readonly status: string }): ReactElement {
  const at = STEPS.findIndex((step) => step === (PLACE[status] ?? status));
  return <div className={`steps tone-${shipmentLook(status).tone}`} aria-hidden="true">{STEPS.map((step, index) => <i key={step} className={index <= at ? 'on' : undefined} />)}</div>;
}

/** What the carrier said counts shipped units a second time, so it is left out of the sum. */
const STAGES = ['reserved', 'released', 'picked', 'packed', 'shipped', 'handed_over'] as const;

function Content({ line, order }: { readonly line: Shipment['lines'][number]; readonly order: Order }): ReactElement | null {
  const units = STAGES.reduce((sum, stage) => sum + Number(line[stage] ?? 0), 0);
  if (units === 0) return null;
  const ordered = order.lines.find((one) => one.line === line.line);
  return <li><b>{quantity(units, ordered?.quantity_scale ?? 0)} ×</b> {ordered?.name ?? line.sku}<span className="mono code">{line.sku}</span></li>;
}

const carrierService = (carrier: string | null, service: string | null): string => [carrier, service].filter((part) => part !== null).join(' ');

function Parcel({ parcel: one }: { readonly parcel: Shipment['packages'][number] }): ReactElement {
  const carrier = carrierService(one.carrier, one.service);
  return (
    <p className="parcel"><span>{t('package', { no: one.package_no })}</span>{carrier === '' ? null : <strong>{carrier}</strong>}
      {one.tracking_number === null ? null : <span className="mono">{one.tracking_number}</span>}{one.weight_grams === null ? null : <span className="muted">{quantity(one.weight_grams, 3)} kg</span>}</p>
  );
}
