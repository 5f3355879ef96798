// One message: what became of it, what was not understood, and its body for whoever may read personal data.
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { count } from '../numbers.ts';
import { Fact } from '../order/facts-list.tsx';
import { orderUrl } from '../orders/urls.ts';
import { Chip } from '../ui/chip.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { type InboxMessageDetail, readMessage } from './api.ts';
import type { Deciding } from './decide-sheet.tsx';
import { t } from './inbox-words.ts';
import { messageLook } from './message-look.ts';
import { bounded, pretty } from './pretty.ts';

interface Props {
  readonly id: string;
  readonly close: () => void;
  readonly decide: (asking: Deciding) => void;
}

export function MessageSheet({ id, close, decide }: Props): ReactElement {
  const answer = useQuery({ queryKey: ['inbox', 'message', id], queryFn: () => asked(readMessage(id)) });
  const may = useMay()('channels:write');
  const one = answer.data;
  const button = (action: Deciding['action']): ReactElement => <button type="button" className="button" onClick={() => decide({ action, which: { ids: [id] }, count: 1 })}>{t(action)}…</button>;
  return (
    <Sheet title={one === undefined ? t('message') : `${one.connection}: ${one.topic}`} close={close}>
      {answer.error && one === undefined ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} missing={<Notice shape="cross" title={t('noSuch')} />} /> : null}
      {one === undefined ? null : (
        <div className="message">
          <dl className="terms" aria-label={t('about')}>
            <Fact what={t('state')}><Chip look={messageLook(one.state)} /></Fact>
            <Fact what={t('received')}><Time iso={one.received_at} as="both" /></Fact>
            {one.settled_at === null ? null : <Fact what={t('settled')}><Time iso={one.settled_at} as="both" /></Fact>}
            <Fact what={t('tries')}>{count(one.attempts)}</Fact>
            {one.external_id === null ? null : <Fact what={t('external')}>{one.order === null ? one.external_id : <Link href={orderUrl(one.order)}>{one.external_id}</Link>}</Fact>}
            <Fact what={t('delivery')}><span className="mono">{one.delivery_id}</span></Fact>
          </dl>
          {one.reason === null ? null : <p lang="en" dir="auto">{one.reason}</p>}
          <Faults of={one} />
          <Body of={one} />
          {may ? <div className="form-actions">{button('replay')}{one.state === 'done' || one.state === 'dropped' ? null : button('drop')}</div> : null}
        </div>)}
    </Sheet>
  );
}

function Faults({ of: { errors } }: { readonly of: InboxMessageDetail }): ReactElement | null {
  if (errors === null || errors.length === 0) return null;
  return (
    <section>
      <h3>{t('faults')}</h3>
      <table className="message-faults"><thead><tr><th scope="col">{t('at')}</th><th scope="col">{t('fault')}</th></tr></thead>
        <tbody>{errors.map(({ pointer, detail }) => <tr key={pointer + detail}><th scope="row" className="mono">{pointer === '' ? t('theWhole') : pointer}</th><td lang="en" dir="auto">{detail}</td></tr>)}</tbody></table>
    </section>
  );
}

function Body({ of: { body, body_hidden: hidden } }: { readonly of: InboxMessageDetail }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  if (hidden) return <p className="muted">{t('hidden')}</p>;
  if (body === null) return <p className="muted">{t('erased')}</p>;
  if (body === '') return <p className="muted">{t('empty')}</p>;
  const read = pretty(body);
  const { text, isAll } = isWhole ? { text: read ?? body, isAll: true } : bounded(read ?? body);
  const total = (read ?? body).length;
  return (
    <section>
      <div className="message-head"><h3>{t('body')}</h3><CopyButton text={() => body} label={t('copyBody')} /></div>
      {read === null ? <p className="muted">{t('notJson')}</p> : null}
      <pre className="mono message-body" tabIndex={0} role="region" aria-label={t('body')} dir="auto">{text}</pre>
      {isAll ? null : <p className="message-head"><span className="muted">{t('part', { shown: count(text.length), count: count(total) })}</span><button type="button" className="button quiet" onClick={() => setWhole(true)}>{t('showRest', { count: count(total) })}</button></p>}
    </section>
  );
}
