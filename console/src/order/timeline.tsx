// Everything that happened, the newest first, each with who, why and when; the data behind it on demand.
import { type ReactElement, type ReactNode, useState } from 'react';
import { langOf } from '../refusals/told.tsx';
import type { Event, Order } from '../api.ts';
import type { Facts } from '../facts.ts';
import { locale } from '../i18n/words.ts';
import { dayAndTime, everyZone, viewerZone } from '../time.ts';
import { Glyph } from '../ui/glyph.tsx';
import type { Timeline } from './read.ts';
import { Fact } from './facts-list.tsx';
import { actorOf, storyOf } from './story.ts';
import { t } from './words.ts';

/** Longer stories are folded in the middle of reading, not cut. */
const SHOWN = 30;
/** What a device reported later than it happened says so. */
const LATE_MS = 60_000;

interface Props {
  readonly order: Order;
  readonly facts: Facts;
}

const dayOf = (iso: string): string => new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long' }).format(Date.parse(iso));
const clockOf = (iso: string): string => new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(Date.parse(iso));

export function TimelinePanel({ timeline: { events, complete }, order, facts }: Props & { readonly timeline: Timeline }): ReactElement {
  const [whole, setWhole] = useState(false);
  const newest = events.toSorted((a, b) => b.position - a.position);
  const shown = whole ? newest : newest.slice(0, SHOWN);
  const later = newest.length - shown.length;
  return (
    <section className="card timeline-card" aria-labelledby="timeline-title">
      <div className="card-head"><h2 id="timeline-title">{t('timeline')}</h2><span className="muted">{viewerZone()}</span></div>
      <ol className="timeline">{shown.map((event, at) => {
        const day = dayOf(event.occurred_at);
        const before = shown[at - 1];
        return <Entry key={event.id} event={event} order={order} facts={facts} day={before === undefined || dayOf(before.occurred_at) !== day ? day : null} />;
      })}</ol>
      {later === 0 ? null : <button type="button" className="button quiet" onClick={() => setWhole(true)}>{t('earlierEvents', { count: later })}</button>}
      {complete ? null : <p className="muted">{t('cut')}</p>}
    </section>
  );
}

function Entry({ event, order, facts, day }: Props & { readonly event: Event; readonly day: string | null }): ReactElement {
  const { title, tone, glyph } = storyOf(event, facts);
  const zone = zoneOf(event, order);
  const [open, setOpen] = useState(false);
  return (
    <>
      {day === null ? null : <li className="day">{day}</li>}
      <li className={`event tone-${tone}`}>
        <span className="dot"><Glyph name={glyph} /></span>
        <details onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
          <summary><span className="event-title">{title}</span><span className="event-meta"><time dateTime={event.occurred_at} title={everyZone(Date.parse(event.occurred_at), zone)}>{clockOf(event.occurred_at)}</time><span>{actorOf(event, facts)}</span></span></summary>
          {open ? <Data event={event} zone={zone} /> : null}
        </details>
        {event.reason === null || event.type === 'OrderRouted' ? null : <p className="event-reason" lang={langOf(event.actor)}>{event.reason}</p>}
      </li>
    </>
  );
}

/** The zone of the store that an event is about, where it is about one. */
function zoneOf({ data: facts }: Event, { shipments }: Order): string | null {
  const no = facts['shipment_no'];
  return shipments.find((one) => one.id.endsWith(`_${String(no)}`))?.time_zone ?? null;
}

function Data({ event, zone }: { readonly event: Event; readonly zone: string | null }): ReactElement {
  const late = Date.parse(event.recorded_at) - Date.parse(event.occurred_at) > LATE_MS;
  const rows: readonly (readonly [string, ReactNode])[] = [
    [t('type'), event.type], [t('when'), <span className="zones">{everyZone(Date.parse(event.occurred_at), zone)}</span>],
    ...(late ? [[t('recorded'), dayAndTime(Date.parse(event.recorded_at))] as const] : []), [t('actor'), event.actor], [t('position'), event.position], [t('event'), event.id],
  ];
  return (
    <div className="event-data">
      <dl>{rows.map(([what, value]) => <Fact key={what} what={what}><span className="mono">{value}</span></Fact>)}</dl>
      <pre className="mono" tabIndex={0} aria-label={t('data')}>{JSON.stringify(event.data, null, 2)}</pre>
    </div>
  );
}

export const lastEvent = (events: readonly Event[]): Event | undefined => events.reduce<Event | undefined>((last, one) => (last && last.position > one.position ? last : one), undefined);
