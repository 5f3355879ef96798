// What stops this order or waits for somebody, before anything else is read.
import { type ReactElement, type ReactNode, useState } from 'react';
import type { Event, Exception, Order } from '../api.ts';
import type { Facts } from '../facts.ts';
import { quantity } from '../numbers.ts';
import { Reason, useReasonText } from '../reasons/reason.tsx';
import { langOfHold } from '../refusals/told.tsx';
import { Chip } from '../ui/chip.tsx';
import { Time } from '../ui/time.tsx';
import { holdBlocks, holdLook, type Look, shipmentLook, spoken } from '../words.ts';
import { ActSheet } from './actions.tsx';
import type { PossibleAction } from './api.ts';
import { type Next, NextAction, nextOfException, nextOfHold } from './next.tsx';
import { shipmentNumber } from './shipments.tsx';
import { t } from './words.ts';

interface Blocker {
  readonly look: Look;
  readonly text: string;
  /** Where it is not in the language of the page. */
  readonly lang?: 'en' | undefined;
  readonly facts: ReactNode;
  /** Where a person can do something about it. */
  readonly next?: Next;
}

interface Props {
  readonly order: Order;
  readonly exceptions: readonly Exception[];
  readonly facts: Facts;
  readonly events: readonly Event[];
}

/** Nothing where nothing stands in the way. */
export function Blockers({ order, exceptions, facts, events }: Props): ReactElement | null {
  const [chosen, setChosen] = useState<{ readonly action: PossibleAction['action']; readonly holdNo: number | null } | null>(null);
  const say = useReasonText();
  const blockers = [...fromHolds(order, facts), ...fromExceptions(exceptions, facts), ...fromShipments(order, facts), ...fromLines(order, exceptions)];
  if (blockers.length === 0) return null;
  return (
    <section className="blockers" aria-labelledby="blockers-title">
      <h2 id="blockers-title">{t('blockers', { count: blockers.length })}</h2>
      <ul>
        {blockers.map(({ look, text, lang, facts: more, next }, at) => (
          <li key={at}><Chip look={look} /><span className="blocker-text"><Reason of={text} lang={lang} /></span><span className="muted">{more}</span>{next === undefined ? null : <NextAction next={next} possible={order.actions} about={say(text)} act={(action, holdNo) => setChosen({ action, holdNo })} />}</li>
        ))}
      </ul>
      {chosen === null ? null : <ActSheet order={order} events={events} {...chosen} close={() => setChosen(null)} />}
    </section>
  );
}

function fromHolds({ holds }: Order, facts: Facts): Blocker[] {
  return holds.filter((hold) => hold.released_at === null).map((hold) => ({
    look: holdLook(hold.kind), text: hold.reason, lang: langOfHold(hold.kind), next: nextOfHold(hold),
    facts: <>{hold.line === null ? '' : `${t('line', { line: hold.line })}, `}{holdBlocks(hold.kind)}, {t('since')} <Time iso={hold.placed_at} as="relative" />
      {hold.due_at === null ? null : <>, {t('due')} <Time iso={hold.due_at} as="relative" /></>}{hold.owner === null ? '' : `, ${t('forWhom', { owner: facts.personName(hold.owner) })}`}</>,
  }));
}

function fromExceptions(exceptions: readonly Exception[], facts: Facts): Blocker[] {
  return exceptions.map((one) => ({
    look: { word: t.maybe(`exception.${one.kind}`) ?? spoken(one.kind), tone: 'red', glyph: 'alert' }, text: one.reason, lang: 'en', next: nextOfException(one.kind),
    facts: <>{one.line === null ? '' : `${t('line', { line: one.line })}, `}{one.node === null ? '' : `${facts.nodeName(one.node)}, `}{t('openSince')} <Time iso={one.opened_at} as="relative" /></>,
  }));
}

function fromShipments({ shipments }: Order, facts: Facts): Blocker[] {
  return shipments.flatMap((one): Blocker[] => {
    const no = shipmentNumber(one.id);
    const shipment = one.node === null ? t('shipmentNo', { no }) : t('shipmentFrom', { no, node: facts.nodeName(one.node) });
    const since = <>{t('since')} <Time iso={one.state_since} as="relative" store={one.time_zone} /></>;
    if (one.status === 'LOST') return [{ look: shipmentLook(one.status), text: t('lostOnWay', { shipment }), facts: since }];
    if (one.status === 'RETURNED_TO_SENDER') return [{ look: shipmentLook(one.status), text: t('cameBack', { shipment }), facts: since }];
    return one.cancel_requested ? [{ look: { word: t('cancelAsked'), tone: 'amber', glyph: 'stop' }, text: t('askedToStop', { shipment }), facts: since }] : [];
  });
}

/** Units that wait for goods; what an exception already tells is not told twice. */
function fromLines({ lines }: Order, exceptions: readonly Exception[]): Blocker[] {
  return lines.flatMap((line): Blocker[] => {
    const waiting = (line.buckets['backordered'] ?? 0) + (line.buckets['preordered'] ?? 0);
    if (waiting === 0 || exceptions.some((one) => one.line === line.line)) return [];
    return [{ look: { word: t('backordered'), tone: 'violet', glyph: 'dashed' }, next: { does: 'reroute', holdNo: null }, text: t('waits', { quantity: quantity(waiting, line.quantity_scale), item: line.name ?? line.sku }), facts: t('line', { line: line.line }) }];
  });
}
