// Channels that are connected, and how they stand.
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { count } from '../numbers.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { type Connection, readConnections, readConnectors } from './api.ts';
import { t } from './channel-words.ts';
import { ConnectForm } from './connect-form.tsx';
import { healthOf } from './health.ts';
import { OneConnection } from './one-connection.tsx';
import { type ConnectionsView, connectionsUrl } from './query.ts';

const REFRESH_MS = 5_000;

export function Channels({ view }: { readonly view: ConnectionsView }): ReactElement {
  const answer = useQuery({ queryKey: ['connections'], queryFn: () => asked(readConnections()), refetchInterval: every(REFRESH_MS) });
  const kinds = useQuery({ queryKey: ['connectors'], queryFn: () => asked(readConnectors()), staleTime: Infinity });
  const facts = useFacts();
  const may = useMay()('channels:write');
  const [adding, setAdding] = useState(false);
  const add = may ? <button type="button" className="button primary" onClick={() => setAdding(true)}>{t('add')}</button> : null;
  const unknown = kinds.error && !kinds.data ? <FailurePanel failure={failureOf(kinds.error)} what={t('kinds')} retry={() => void kinds.refetch()} /> : <div aria-busy="true" />;
  const titleOf = (connector: string): string => kinds.data?.find((one) => one.connector === connector)?.title ?? connector;
  if (view.of !== '') {
    const one = answer.data?.find(({ id }) => id === view.of);
    if (one !== undefined) return <OneConnection one={one} unknown={unknown} kind={kinds.data?.find(({ connector }) => connector === one.connector) ?? null} />;
    if (answer.data !== undefined) return <Notice shape="cross" title={t('noSuch')}><Link className="button" href={connectionsUrl('channels')}>{t('back')}</Link></Notice>;
    return answer.error ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /> : <div aria-busy="true" />;
  }
  const row = (one: Connection): ReactElement => (
    <tr key={one.id}>
      <th scope="row"><Link className="number" href={connectionsUrl('channels', { of: one.id })}>{one.code}</Link><div className="muted">{facts.channelName(one.channel)}</div></th><td>{titleOf(one.connector)}</td><td><Chip look={healthOf(one)} /></td><td>{one.last_received_at === null ? t('never') : <Time iso={one.last_received_at} as="relative" />}</td>
      <td className="figure">{t('seconds', { count: one.lag_seconds })}</td><td className="figure">{count(one.messages.waiting)}</td><td className="figure">{one.messages.quarantined === 0 ? 0 : <Link className="number" href={connectionsUrl('inbox', { state: 'quarantined', connection: one.code })}>{count(one.messages.quarantined)}</Link>}</td>
      <td>{one.last_sweep === null ? t('never') : <Time iso={one.last_sweep.started_at} as="relative" />}</td>
    </tr>
  );
  return (
    <>
      {answer.data?.length === 0 ? null : <p className="below">{add}</p>}
      <PlainTable label={t('channels')} answer={answer} columns={[t('connection'), t('kind'), t('state'), t('received'), t('lag'), t('waiting'), t('quarantined'), t('sweep')]} figures={[t('lag'), t('waiting'), t('quarantined')]} row={row} empty={<Notice shape="empty" title={t('none')}><p>{t('noneWhy')}</p>{add}</Notice>} />
      {answer.data === undefined ? null : <Pager shown={answer.data.length} cursor="" next={null} url={() => connectionsUrl('channels')} />}
      {adding ? <Sheet title={t('add')} close={() => setAdding(false)}>{kinds.data === undefined ? unknown : <ConnectForm kinds={kinds.data} close={() => setAdding(false)} />}</Sheet> : null}
    </>
  );
}
