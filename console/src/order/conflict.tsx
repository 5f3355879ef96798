// What others did to an order while one was about to do something to it, beside what one wanted.
import type { ReactElement } from 'react';
import { Reason } from '../reasons/reason.tsx';
import { langOf } from '../refusals/told.tsx';
import type { Event } from '../api.ts';
import type { Facts } from '../facts.ts';
import { Glyph } from '../ui/glyph.tsx';
import { Time } from '../ui/time.tsx';
import { actorOf, storyOf } from './story.ts';
import { w } from './together-words.ts';

interface Props {
  readonly changes: readonly Event[];
  readonly facts: Facts;
  /** What one wanted, in words. */
  readonly wanted: string;
}

export function Conflict({ changes, facts, wanted }: Props): ReactElement | null {
  if (changes.length === 0) return null;
  return (
    <section className="conflict" role="alert">
      <h3><Glyph name="alert" />{w('meanwhile')}</h3>
      <ul>{changes.map((event) => {
        const { title, tone } = storyOf(event, facts);
        return <li key={event.position} className={`tone-${tone}`}><b>{actorOf(event, facts)}</b> <span>{title}</span> <span className="muted"><Time iso={event.occurred_at} as="relative" />{event.reason === null || event.type === 'OrderRouted' ? null : <> · <Reason of={event.reason} lang={langOf(event.actor)} /></>}</span></li>;
      })}</ul>
      <p>{w('wanted', { what: wanted })} <span className="muted">{w('seen')}</span></p>
    </section>
  );
}

/** What people note beside an order changes nothing that could be decided about it. */
const BESIDE: ReadonlySet<string> = new Set(['OrderNoted', 'OrderTagged', 'OrderAssigned', 'InvoiceCreated', 'ExceptionResolved']);

/** What happened since something was seen, by whichever way one heard of it, oldest first. */
export function changesSince(seen: number | null, ...heard: readonly (readonly Event[])[]): readonly Event[] {
  const all = new Map(heard.flat().filter(({ position, type }) => seen !== null && position > seen && !BESIDE.has(type)).map((event) => [event.position, event]));
  return [...all.values()].toSorted((a, b) => a.position - b.position);
}
