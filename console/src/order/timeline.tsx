// Everything that happened, the newest first, each with who, why and when; the data behind it on demand.
import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useRef, useState } from 'react';
import { Reason } from '../reasons/reason.tsx';
import { langOf } from '../refusals/told.tsx';
import type { Event, Order } from '../api.ts';
import { asked, cache } from '../app/ask.ts';
import { type Operation, perform } from '../app/perform.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { locale } from '../i18n/words.ts';
import { dayAndTime, everyZone, viewerZone } from '../time.ts';
import { Glyph } from '../ui/glyph.tsx';
import { Problem } from '../ui/problem.tsx';
import { Fact } from './facts-list.tsx';
import type { Timeline } from './read.ts';
import { actorOf, storyOf } from './story.ts';
import { wayBackOf } from './take-back.ts';
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
  // Of a story that is cut nobody knows what happened since.
  const mayTakeBack = useMay()('orders:write') && complete;
  const newest = events.toSorted((a, b) => b.position - a.position);
  const shown = whole ? newest : newest.slice(0, SHOWN);
  const later = newest.length - shown.length;
  return (
    <section className="card timeline-card" aria-labelledby="timeline-title">
      <div className="card-head"><h2 id="timeline-title">{t('timeline')}</h2><span className="muted">{viewerZone()}</span></div>
      <ol className="timeline">{shown.map((event, at) => {
        const day = dayOf(event.occurred_at);
        const before = shown[at - 1];
        return <Entry key={event.id} event={event} order={order} facts={facts} back={mayTakeBack ? wayBackOf(event, order, events) : null} day={before === undefined || dayOf(before.occurred_at) !== day ? day : null} />;
      })}</ol>
      {later === 0 ? null : <button type="button" className="button quiet" onClick={() => setWhole(true)}>{t('earlierEvents', { count: later })}</button>}
      {complete ? null : <p className="muted">{t('cut')}</p>}
    </section>
  );
}

function Entry({ event, order, facts, back, day }: Props & { readonly event: Event; readonly back: Operation | null; readonly day: string | null }): ReactElement {
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
        <TakeBack of={order.id} title={title} back={back} />
        {event.reason === null || event.type === 'OrderRouted' ? null : <p className="event-reason"><Reason of={event.reason} lang={langOf(event.actor)} /></p>}
      </li>
    </>
  );
}

/** The way back, while there is one. Whoever took it goes on at the entry, which stays. */
function TakeBack({ of, title, back }: { readonly of: string; readonly title: string; readonly back: Operation | null }): ReactElement | null {
  const entry = useRef<HTMLDivElement>(null);
  const doing = useMutation({
    mutationFn: (operation: Operation) => asked(perform([operation])),
    onSuccess: () => {
      announce(t('tookBack', { what: title }));
      entry.current?.closest('li')?.querySelector('summary')?.focus();
    },
    // Where it was refused, the order is shown as it is now.
    onSettled: () => void cache.invalidateQueries({ queryKey: ['order', of] }),
  });
  if (back === null && doing.error === null) return null;
  return (
    <div className="event-back" ref={entry}>
      {back === null ? null : <button type="button" className="button quiet" aria-label={t('takeBackThat', { what: title })} aria-busy={doing.isPending || undefined} onClick={() => void (doing.isPending || doing.mutate(back))}>{t('takeBack')}</button>}
      <Problem error={doing.error} />
    </div>
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
