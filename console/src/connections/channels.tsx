import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { asked, cache, every } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { count } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Act, PlainTable } from '../ui/plain-table.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { type ChannelCall, compareNow, type Connection, drop, type InboxMessage, readCalls, readConnections, readMessages, replay, retryCall } from './api.ts';
import { t } from './words.ts';

const REFRESH_MS = 5_000;
const HOUR = 3_600_000;
/** A channel that is connected and says nothing for so long is worth a look. */
const SILENT_MS = 3 * HOUR;
const BEHIND_SECONDS = 60;

function healthOf({ status, lag_seconds: lag, messages, last_received_at: last }: Connection): Look {
  if (status === 'paused') return { word: t('paused'), tone: 'neutral', glyph: 'slash' };
  if (messages.quarantined > 0) return { word: `${t('quarantined')}: ${count(messages.quarantined)}`, tone: 'amber', glyph: 'stop' };
  if (lag > BEHIND_SECONDS) return { word: t('behind'), tone: 'amber', glyph: 'alert' };
  const silent = last === null ? 0 : Date.now() - Date.parse(last);
  return silent > SILENT_MS ? { word: t('silent', { hours: Math.floor(silent / HOUR) }), tone: 'amber', glyph: 'alert' } : { word: t('healthy'), tone: 'green', glyph: 'full' };
}

export function Channels(): ReactElement {
  const answer = useQuery({ queryKey: ['connections'], queryFn: () => asked(readConnections()), refetchInterval: every(REFRESH_MS) });
  const may = useMay();
  const columns = [t('connection'), t('kind'), t('state'), t('received'), t('lag'), t('waiting'), t('quarantined'), t('sweep'), ''];
  const row = (one: Connection): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.code}<div className="muted">{one.channel}</div></th><td>{one.connector}</td><td><Chip look={healthOf(one)} /></td><td>{one.last_received_at === null ? t('never') : <Time iso={one.last_received_at} as="relative" />}</td>
      <td className="figure">{t('seconds', { count: one.lag_seconds })}</td><td className="figure">{count(one.messages.waiting)}</td><td className="figure">{one.messages.quarantined === 0 ? 0 : <Link href="/connections?tab=inbox&state=quarantined">{count(one.messages.quarantined)}</Link>}</td>
      <td>{one.last_sweep === null ? t('never') : <Time iso={one.last_sweep.started_at} as="relative" />}</td>
      <td>{may('channels:write') ? <Act label={t('compareNow')} of={one.code} run={async () => {
        await asked(compareNow(one.id));
        return '';
      }} /> : null}</td>
    </tr>
  );
  return <PlainTable label={t('tab.channels')} answer={answer} columns={columns} row={row} empty={<Notice shape="empty" title={t('noConnections')}><p>{t('noConnectionsHow')}</p><Copyable text="npx ordo connections create --help" /></Notice>} />;
}

const MESSAGE_STATES = ['quarantined', 'waiting', 'done', 'ignored', 'kept', 'dropped'] as const;
const MESSAGE_LOOKS: Readonly<Record<InboxMessage['state'], Omit<Look, 'word'>>> = {
  waiting: { tone: 'blue', glyph: 'third' }, done: { tone: 'green', glyph: 'full' }, ignored: { tone: 'neutral', glyph: 'slash' }, kept: { tone: 'neutral', glyph: 'half' }, quarantined: { tone: 'amber', glyph: 'stop' }, dropped: { tone: 'neutral', glyph: 'cross' },
};

/** Which state the address asks for; null is all. */
function useWanted<T extends string>(states: readonly T[]): T | null {
  const { searchStr } = useLocation();
  const wanted = new URLSearchParams(searchStr).get('state');
  return states.find((one) => one === wanted) ?? null;
}

function StateTabs({ tab, states, shown, word }: { readonly tab: string; readonly states: readonly string[]; readonly shown: string | null; readonly word: (state: string) => string }): ReactElement {
  const link = (state: string | null): ReactElement => <Link key={state} className="tab" href={`/connections?tab=${tab}${state === null ? '' : `&state=${state}`}`} aria-current={state === shown ? 'page' : undefined}>{state === null ? t('all') : word(state)}</Link>;
  return <nav className="tabs" aria-label={t('state')}>{[null, ...states].map(link)}</nav>;
}

export function Inbox(): ReactElement {
  const state = useWanted(MESSAGE_STATES);
  const answer = useQuery({ queryKey: ['inbox', state], queryFn: () => asked(readMessages(state)), refetchInterval: every(REFRESH_MS) });
  const may = useMay();
  const word = (one: string): string => t.maybe(`message.${one}`) ?? one;
  const done = (text: string): string => {
    void cache.invalidateQueries({ queryKey: ['inbox'] });
    return text;
  };
  const row = (one: InboxMessage): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.connection}<div className="mono code">{one.delivery_id}</div></th><td>{one.topic}</td><td><Time iso={one.received_at} as="relative" /></td><td><Chip look={{ word: word(one.state), ...MESSAGE_LOOKS[one.state] }} /></td>
      <td>{one.order === null ? one.external_id : <Link className="number" href={orderUrl(one.order)}>{one.external_id ?? one.order}</Link>}</td><td className="long" lang="en">{one.reason}</td><td className="figure">{one.attempts}</td>
      <td className="row-actions">{!may('channels:write') || one.state === 'done' ? null : <Act label={t('replay')} of={one.delivery_id} run={async () => {
        await asked(replay(one.id));
        return done(t('replayed'));
      }} />}{!may('channels:write') || one.state !== 'quarantined' ? null : <Act label={t('drop')} of={one.delivery_id} run={async () => {
        await asked(drop(one.id));
        return done(t('dropped'));
      }} />}</td>
    </tr>
  );
  return (
    <>
      <StateTabs tab="inbox" states={MESSAGE_STATES} shown={state} word={word} />
      <PlainTable label={t('tab.inbox')} answer={answer} columns={[t('message'), t('topic'), t('receivedAt'), t('state'), t('order'), t('reason'), t('tries'), '']} row={row} empty={<Notice shape="dashed" title={t('noMessages')} />} />
    </>
  );
}

const CALL_STATES = ['dead', 'pending', 'done'] as const;
const CALL_LOOKS: Readonly<Record<ChannelCall['state'], Omit<Look, 'word'>>> = { pending: { tone: 'blue', glyph: 'third' }, done: { tone: 'green', glyph: 'full' }, dead: { tone: 'red', glyph: 'alert' } };

export function Calls(): ReactElement {
  const state = useWanted(CALL_STATES);
  const answer = useQuery({ queryKey: ['calls', state], queryFn: () => asked(readCalls(state)), refetchInterval: every(REFRESH_MS) });
  const may = useMay();
  const word = (one: string): string => t.maybe(`call.${one}`) ?? one;
  const row = (one: ChannelCall): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.connection_code}<div className="muted">{one.kind}</div></th><td>{one.order === null ? one.subject : <Link className="number" href={orderUrl(one.order)}>{one.subject}</Link>}</td><td><Chip look={{ word: word(one.state), ...CALL_LOOKS[one.state] }} /></td>
      <td><Time iso={one.due_since} as="relative" /></td><td>{one.next_attempt_at === null ? '–' : <Time iso={one.next_attempt_at} as="relative" />}</td><td className="figure">{one.attempts}</td><td className="long">{one.note}</td>
      <td>{one.state === 'dead' && may('channels:write') ? <Act label={t('retry')} of={one.subject} run={async () => {
        await asked(retryCall(one.id));
        void cache.invalidateQueries({ queryKey: ['calls'] });
        return t('retried');
      }} /> : null}</td>
    </tr>
  );
  return (
    <>
      <StateTabs tab="calls" states={CALL_STATES} shown={state} word={word} />
      <PlainTable label={t('tab.calls')} answer={answer} columns={[t('call'), t('subject'), t('state'), t('due'), t('next'), t('tries'), t('note'), '']} row={row} empty={<Notice shape="dashed" title={t('noCalls')} />} />
    </>
  );
}
