// Notes that mention whoever has signed in, the unread ones first; opening the order reads them.
import { listMentions, type Mention, readMentions } from '@ordo/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { mapped, read, type Result } from '../api.ts';
import { asked, cache, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { orderUrl } from '../orders/urls.ts';
import { Link } from '../ui/link.tsx';
import { ActFailed, FailurePage, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { t } from './words.ts';

const REFRESH_MS = 15_000;
const KEY = ['mentions'];

const readMine = async (): Promise<Result<{ readonly rows: readonly Mention[]; readonly unread: number }>> =>
  mapped(await read((signal) => listMentions({ query: { limit: 100 }, signal })), ({ data, unread }) => ({ rows: data, unread }));
const markRead = (notes?: readonly string[]) => read((signal) => readMentions({ body: notes === undefined ? {} : { notes: [...notes] }, signal }));

export default function MentionsPage(): ReactElement {
  useTitle(t('title'));
  const answer = useQuery({ queryKey: KEY, queryFn: () => asked(readMine()), refetchInterval: every(REFRESH_MS) });
  const reading = useMutation({ mutationFn: (notes?: readonly string[]) => asked(markRead(notes)), onSuccess: () => void cache.invalidateQueries({ queryKey: KEY }) });
  const { rows = [], unread = 0 } = answer.data ?? {};
  return (
    <div className="mentions">
      <div className="list-head"><h1 tabIndex={-1}>{t('title')}</h1><p className="muted">{t('how')}</p>{unread === 0 ? null : <button type="button" className="button" onClick={() => reading.mutate(undefined)}>{t('readAll')}</button>}</div>
      {reading.error ? <ActFailed failure={failureOf(reading.error)} what={t('readAll')} retry={() => reading.mutate(reading.variables)} /> : null}
      {answer.error && answer.data === undefined ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && rows.length === 0 ? <Notice shape="empty" title={t('none')}><p>{t('noneHow')}</p></Notice> : null}
      <ul className="mention-rows">{rows.map((one) => <Row key={one.note.id} of={one} read={() => void (one.unread && reading.mutate([one.note.id]))} />)}</ul>
    </div>
  );
}

function Row({ of: { unread, order_number: number, note }, read: seen }: { readonly of: Mention; readonly read: () => void }): ReactElement {
  const facts = useFacts();
  return (
    <li className={unread ? 'card unread' : 'card'}>
      <p className="muted">{t('by', { name: facts.personName(note.author), number: String(number) })} · <Time iso={note.written_at} as="both" />{unread ? <> · <strong>{t('unread')}</strong></> : null}</p>
      <p dir="auto" className="mention-text">{note.text ?? <span className="muted">{t('gone')}</span>}</p>
      <Link className="button" href={orderUrl(note.order)} onClick={seen}>{t('toOrder', { number: String(number) })}</Link>
    </li>
  );
}
