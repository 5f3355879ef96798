// One order: what stops it, why it ships from where it ships, what is in it, and everything that happened.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { readDecisions, readExceptions, readOrder } from '../api.ts';
import { asked, cache, failureOf, unlessTold } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { type Actions, useKeys } from '../app/keys.ts';
import { isAbout, useChanges } from '../app/stream.ts';
import { announce } from '../app/voice.ts';
import { cameFrom, rememberOpened } from '../orders/origin.ts';
import { orderUrl, whyUrl } from '../orders/urls.ts';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/title.ts';
import { t as ui } from '../ui/words.ts';
import { orderLook } from '../words.ts';
import { OrderActions } from './actions.tsx';
import { Blockers } from './blockers.tsx';
import { CustomerPanel } from './customer.tsx';
import { MoneyPanel, OrderHeader } from './header.tsx';
import { DeskPanel } from './desk.tsx';
import { InvoicesPanel } from './invoices.tsx';
import { LinesPanel } from './lines.tsx';
import { NotesPanel } from './notes.tsx';
import { Presence } from './presence.tsx';
import { RiskPanel } from './risk.tsx';
import { ShipmentsPanel } from './shipments.tsx';
import { storyOf } from './story.ts';
import { lastEvent, TimelinePanel } from './timeline.tsx';
import { WhyPanel } from './why.tsx';
import { readInvoices, readTimeline } from './read.ts';
import { t } from './words.ts';

const REFRESH_MS = 4_000;
/** An order in work changes in bursts; each is drawn once. */
const PACE_MS = 500;

export function OrderPage(): ReactElement {
  const { id = '' } = useParams({ strict: false });
  return <OneOrder key={id} id={id} />;
}

/** Each part of its own: one that cannot be loaded leaves the others alone. */
function useParts(id: string) {
  const part = { refetchInterval: unlessTold(REFRESH_MS), placeholderData: keepPreviousData };
  return {
    order: useQuery({ queryKey: ['order', id], queryFn: () => asked(readOrder(id)), ...part }),
    timeline: useQuery({ queryKey: ['order', id, 'timeline'], queryFn: () => asked(readTimeline(id)), ...part }),
    decisions: useQuery({ queryKey: ['order', id, 'decisions'], queryFn: () => asked(readDecisions(id)), ...part }),
    exceptions: useQuery({ queryKey: ['order', id, 'exceptions'], queryFn: () => asked(readExceptions(id)), ...part }),
    invoices: useQuery({ queryKey: ['order', id, 'invoices'], queryFn: () => asked(readInvoices(id)), ...part }),
  };
}

function OneOrder({ id }: { readonly id: string }): ReactElement {
  const facts = useFacts();
  const parts = useParts(id);
  const { order, timeline, decisions, exceptions, invoices } = parts;
  const { history } = useRouter();
  const origin = cameFrom();
  const at = origin.ids.indexOf(id);
  const step = (key: '[' | ']', to: string | undefined): Actions => (at < 0 || to === undefined ? {} : { [key]: () => history.push(orderUrl(to)) });
  useKeys({ u: () => history.push(origin.address), ...step('[', origin.ids[at - 1]), ...step(']', origin.ids[at + 1]), w: () => history.push(whyUrl(id)), c: () => document.querySelector<HTMLButtonElement>('#copy-reason')?.click() });
  useChanges((came) => void (isAbout(came, id) && cache.invalidateQueries({ queryKey: ['order', id] })), PACE_MS);
  useEffect(() => rememberOpened(id), [id]);
  useTitle(order.data ? `#${order.data.number} · ${orderLook(order.data.status).word}` : t('title'));
  useTold(timeline.data?.events ?? null, facts);
  const ready = order.data !== undefined && timeline.isFetched && decisions.isFetched && exceptions.isFetched && invoices.isFetched;
  const failure = order.error && (order.data === undefined || failureOf(order.error).kind !== 'away') ? failureOf(order.error) : null;
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => void (ready && content.current?.querySelector('h1')?.focus({ preventScroll: true })), [ready]);
  return (
    <div className="order">
      <Crumbs id={id} />
      <div className="order-content" ref={content}>
        {failure ? <><h1 className="visually-hidden">{t('title')}</h1><FailurePage failure={failure} retry={() => void order.refetch()} missing={<Notice shape="cross" title={t('none')}><p>{t('nobody', { id })}</p><Link className="button" href="/orders">{ui('toOrders')}</Link></Notice>} /></>
          : !ready || order.data === undefined ? <Skeleton /> : (
            <>
              <OrderHeader order={order.data} facts={facts} /><OrderActions order={order.data} events={timeline.data?.events ?? []} />
              {exceptions.data ? <Blockers order={order.data} exceptions={exceptions.data} facts={facts} events={timeline.data?.events ?? []} /> : <Failing what={t('exceptions')} of={exceptions} />}
              <div className="columns">
                <div className="column">
                  {decisions.data ? <WhyPanel stored={decisions.data} order={order.data} facts={facts} events={timeline.data?.events ?? []} /> : <Failing what={t('decisions')} of={decisions} />}
                  <LinesPanel order={order.data} facts={facts} /><ShipmentsPanel order={order.data} facts={facts} />
                </div>
                <div className="column side">
                  {timeline.data ? <TimelinePanel timeline={timeline.data} order={order.data} facts={facts} /> : <Failing what={t('theTimeline')} of={timeline} />}
                  <CustomerPanel id={id} /><DeskPanel order={order.data} facts={facts} /><NotesPanel order={order.data} facts={facts} /><RiskPanel order={order.data} /><MoneyPanel order={order.data} />
                  {invoices.data ? <InvoicesPanel invoices={invoices.data} /> : <Failing what={t('theInvoices')} of={invoices} />}
                </div>
              </div>
            </>)}
      </div>
    </div>
  );
}

/** While it is asked again it says how it failed last: what asks for the first time, or once more, has no error of its own. */
function Failing({ what, of }: { readonly what: string; readonly of: { readonly error: unknown; readonly refetch: () => unknown } }): ReactElement {
  const last = useRef(of.error);
  if (of.error !== null) last.current = of.error;
  return <FailurePanel failure={failureOf(last.current)} what={what} retry={() => void of.refetch()} />;
}

/** What changes while somebody looks is said to whoever cannot see it. */
function useTold(events: Parameters<typeof lastEvent>[0] | null, facts: Parameters<typeof storyOf>[1]): void {
  const told = useRef<number | null>(null);
  useEffect(() => {
    const last = events === null ? undefined : lastEvent(events);
    if (!last) return;
    if (told.current !== null && last.position > told.current) announce(t('updated', { what: storyOf(last, facts).title }));
    told.current = last.position;
  }, [events, facts]);
}

function Crumbs({ id }: { readonly id: string }): ReactElement {
  const { address, ids } = cameFrom();
  const at = ids.indexOf(id);
  const to = (index: number, label: string, symbol: string): ReactElement => {
    const other = ids[index];
    return other === undefined ? <span className="button quiet square off" aria-hidden="true">{symbol}</span> : <Link className="button quiet square" href={orderUrl(other)} aria-label={label} title={label}>{symbol}</Link>;
  };
  return (
    <nav className="crumbs" aria-label={t('place')}>
      <Link className="button quiet" href={address} id="back">{t('back')}</Link><Presence id={id} />
      {at < 0 ? null : <><span className="muted">{t('of', { at: at + 1, count: ids.length })}</span>{to(at - 1, t('previous'), '‹')}{to(at + 1, t('next'), '›')}</>}
    </nav>
  );
}

const Skeleton = (): ReactElement => <div className="order-skeleton" aria-hidden="true"><span className="bone tall" /><span className="bone" /><span className="bone block" /><span className="bone block" /></div>;
