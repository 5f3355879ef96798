// A channel is connected; what it has to be told is shown afterwards.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { cache } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { Copyable } from '../ui/copy.tsx';
import { Entry, wrongAt } from '../ui/entry.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { connect, type Connection, type Connector } from './api.ts';
import { t } from './channel-words.ts';
import { connectionsUrl } from './query.ts';
import { ShownOnce } from './shown-once.tsx';

/** Where a channel sends its messages: the address under which this page is. */
export const receiveAddress = ({ receive_path: path }: Pick<Connection, 'receive_path'>): string => location.origin + path;

export const topicsOf = (kind: Connector | null): string[] => [...new Set((kind?.receives ?? []).flatMap(({ topics }) => topics))];

export function ConnectForm({ kinds, close }: { readonly kinds: readonly Connector[]; readonly close: () => void }): ReactElement {
  const { rows: channels, complete } = useFacts().channels;
  const [code, setCode] = useState('');
  const [connector, setConnector] = useState('');
  const [channel, setChannel] = useState('');
  const [secret, setSecret] = useState('');
  const [match, setMatch] = useState(true);
  const [tests, setTests] = useState(false);
  const making = useMutation({
    mutationFn: () => connect({ code: code.trim(), connector: connector || kinds[0]?.connector || '', channel: channel || channels[0]?.code || '', ...(secret === '' ? {} : { secret }), match_by_sku: match, capture_test_orders: tests }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['connections'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!making.isPending) making.mutate();
  };
  const wrong = (pointer: string): ReactElement | null => wrongAt(making.error, pointer);
  if (making.data) return <Connected one={making.data.connection} secret={making.data.secret} kind={kinds.find((one) => one.connector === making.data.connection.connector) ?? null} close={close} />;
  return (
    <form className="ask-form" onSubmit={submit} noValidate>
      <Entry id="c-kind" label={t('kind')} wrong={wrong('/connector')}>{(rest) => <select {...rest} value={connector || kinds[0]?.connector} onChange={({ target }) => setConnector(target.value)}>{kinds.map((one) => <option key={one.connector} value={one.connector}>{one.title}</option>)}</select>}</Entry>
      <Entry id="c-code" label={t('code')} wrong={wrong('/code')} help={t('codeHelp')}>{(rest) => <input {...rest} required maxLength={100} autoComplete="off" spellCheck={false} value={code} onChange={({ target }) => setCode(target.value)} />}</Entry>
      <Entry id="c-channel" label={t('channel')} wrong={wrong('/channel')} help={t(channels.length > 0 ? 'channelHelp' : complete ? 'noChannel' : 'channelsUnknown')}>{(rest) => <select {...rest} value={channel || channels[0]?.code} onChange={({ target }) => setChannel(target.value)}>{channels.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}</select>}</Entry>
      <Entry id="c-secret" label={t('secretGiven')} wrong={wrong('/secret')} help={t('secretGivenHelp')}>{(rest) => <input {...rest} type="password" autoComplete="off" maxLength={200} value={secret} onChange={({ target }) => setSecret(target.value)} />}</Entry>
      <label className="tick"><input type="checkbox" checked={match} onChange={({ target }) => setMatch(target.checked)} />{t('match')}</label>
      <label className="tick"><input type="checkbox" checked={tests} onChange={({ target }) => setTests(target.checked)} />{t('tests')}</label>
      <Problem error={making.error} />
      <div className="form-actions"><button type="submit" className="button primary" aria-busy={making.isPending || undefined}>{t('create')}</button></div>
    </form>
  );
}

function Connected({ one, secret, kind, close }: { readonly one: Connection; readonly secret: string | null; readonly kind: Connector | null; readonly close: () => void }): ReactElement {
  return (
    <div className="connected">
      <p role="status">{t('made')}</p><Copyable text={receiveAddress(one)} />
      <p>{t('topics')}</p><ul className="topics">{topicsOf(kind).map((topic) => <li key={topic}><code>{topic}</code></li>)}</ul>
      {secret === null ? <p>{t('secretKept')}</p> : <ShownOnce what={t('secretShown')} value={secret} />}
      <div className="form-actions"><Link className="button primary" href={connectionsUrl('channels', { of: one.id })}>{t('toDetails')}</Link><button type="button" className="button" onClick={close}>{t('close')}</button></div>
    </div>
  );
}
