// What a node can do day by day, and what of it is taken.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { count } from '../numbers.ts';
import { calendarDay } from '../time.ts';
import { FailurePanel } from '../ui/notice.tsx';
import { locale } from '../i18n/words.ts';
import { type NodeCapacity, type OrdoNode, readCapacity } from './api.ts';
import { shareOf, takenOf } from './looks.ts';
import { t } from './words.ts';

const REFRESH_MS = 15_000;
const useCapacity = (code: string) => useQuery({ queryKey: ['node', code, 'capacity'], queryFn: () => asked(readCapacity(code)), refetchInterval: every(REFRESH_MS) });
type Day = NodeCapacity['days'][number];

export function CapacityCard({ node }: { readonly node: OrdoNode }): ReactElement {
  const answer = useCapacity(node.code);
  const days = answer.data?.days ?? [];
  // Without a limit the bars say how the days compare.
  const most = Math.max(1, ...days.map(({ orders }) => orders.taken));
  return (
    <section className="card"><div className="card-head"><h2>{t('capacity')}</h2><span className="muted">{t('inZone', { zone: node.time_zone })}</span></div><p className="muted">{t('capacityHow')}</p>
      {answer.error ? <FailurePanel failure={failureOf(answer.error)} what={t('capacity')} retry={() => void answer.refetch()} /> : null}
      <ol className="days">{days.map((day) => <DayRow key={day.date} day={day} most={most} />)}</ol>
    </section>
  );
}

function DayRow({ day, most }: { readonly day: Day; readonly most: number }): ReactElement {
  const share = shareOf(day);
  const { orders, hours } = day;
  return (
    <li>
      <div className="day-row"><time dateTime={day.date}>{calendarDay(day.date)}</time><span className={share !== null && share >= 100 ? 'load full' : 'load'} aria-hidden="true"><i style={{ '--share': `${Math.min(100, share ?? (orders.taken / most) * 100)}%` }} /></span><span className="figure">{takenOf(day).join(' · ')}</span></div>
      {hours.length === 0 ? null : <p className="hours">{hours.map(({ hour, orders: of }) => <span key={hour}>{of.limit === null ? t('hour', { hour: `${String(hour).padStart(2, '0')}:00`, taken: count(of.taken) }) : t('hourOf', { hour: `${String(hour).padStart(2, '0')}:00`, taken: count(of.taken), limit: count(of.limit) })}</span>)}</p>}
    </li>
  );
}

export function PickupCard({ node: { code, operations: { pickup }, time_zone: timeZone } }: { readonly node: OrdoNode }): ReactElement {
  const days = useCapacity(code).data?.days.filter(({ slots }) => slots.length > 0) ?? [];
  const time = (iso: string): string => new Intl.DateTimeFormat(locale(), { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(Date.parse(iso));
  return (
    <section className="card"><h2>{t('pickup')}</h2>
      {pickup === null ? <p className="muted">{t('noPickup')}</p> : <p>{t('pickupHow', { minutes: pickup.slot_minutes, orders: pickup.orders_per_slot === null ? t('unlimited') : t('perSlot', { count: pickup.orders_per_slot }) })}</p>}
      {pickup !== null && days.length === 0 ? <p className="muted">{t('noSlots')}</p> : null}
      <ol className="days">{days.map(({ date, slots }) => (
        <li key={date}><div className="day-row"><time dateTime={date}>{calendarDay(date)}</time></div>
          <p className="hours">{slots.map(({ starts_at: at, orders }) => <span key={at}>{orders.limit === null ? t('slotFree', { time: time(at), taken: count(orders.taken) }) : t('slot', { time: time(at), taken: count(orders.taken), limit: count(orders.limit) })}</span>)}</p></li>))}
      </ol>
    </section>
  );
}
