// What channels are told and asked, and what came of it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, cache, every } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { orderUrl } from '../orders/urls.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { Act, PlainTable } from '../ui/plain-table.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { type ChannelCall, readCalls, retryCall } from './api.ts';
import { type ConnectionsView, connectionsUrl } from './query.ts';
import { stateOf, StateTabs } from './state-tabs.tsx';
import { t } from './words.ts';

const REFRESH_MS = 5_000;
const STATES = ['dead', 'pending', 'done'] as const;
const LOOKS: Readonly<Record<ChannelCall['state'], Omit<Look, 'word'>>> = { pending: { tone: 'blue', glyph: 'third' }, done: { tone: 'green', glyph: 'full' }, dead: { tone: 'red', glyph: 'alert' } };
const word = (one: string): string => t.maybe(`call.${one}`) ?? one;

export function Calls({ view }: { readonly view: ConnectionsView }): ReactElement {
  const [state, { cursor }] = [stateOf(view, STATES), view];
  const answer = useQuery({ queryKey: ['calls', state, cursor], queryFn: () => asked(readCalls(state === '' ? null : state, cursor)), refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData });
  const may = useMay();
  const row = (one: ChannelCall): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.connection_code}<div className="muted">{t.maybe(`told.${one.kind}`) ?? one.kind}</div></th><td>{one.order === null ? one.subject : <Link className="number" href={orderUrl(one.order)}>{one.subject}</Link>}</td><td><Chip look={{ word: word(one.state), ...LOOKS[one.state] }} /></td>
      <td><Time iso={one.due_since} as="relative" /></td><td>{one.next_attempt_at === null ? '–' : <Time iso={one.next_attempt_at} as="relative" />}</td><td className="figure">{one.attempts}</td><td className="long" dir="auto">{one.note}</td>
      <td>{one.state === 'dead' && may('channels:write') ? <Act label={t('retry')} of={one.subject} run={async () => {
        await asked(retryCall(one.id));
        void cache.invalidateQueries({ queryKey: ['calls'] });
        return t('retried');
      }} /> : null}</td>
    </tr>
  );
  const empty = state === '' ? <Notice shape="empty" title={t('noCallsYet')}><p>{t('noCallsHow')}</p></Notice> : <Notice shape="dashed" title={t('noCalls')}><Link className="button" href={connectionsUrl('calls')}>{t('showAll')}</Link></Notice>;
  return (
    <>
      <StateTabs tab="calls" view={{ state }} states={STATES} word={word} />
      <PlainTable label={t('tab.calls')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('call'), t('subject'), t('state'), t('due'), t('next'), t('tries'), t('note'), '']} figures={[t('tries')]} row={row} empty={empty} />
      {answer.data === undefined ? null : <Pager shown={answer.data.rows.length} cursor={cursor} next={answer.data.next} url={(at) => connectionsUrl('calls', { state, cursor: at })} />}
    </>
  );
}
