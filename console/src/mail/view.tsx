// One mail: what it looks like, what it says without looks, what stands on its envelope, and what became of it.
import { useQuery } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { asked, every, failureOf } from '../app/ask.ts';
import { useKeys } from '../app/keys.ts';
import { announce } from '../app/voice.ts';
import { Fact } from '../order/facts-list.tsx';
import { orderUrl } from '../orders/urls.ts';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { mailLook } from '../words.ts';
import { type MailDetail, readMail } from './api.ts';
import { mailboxUrl } from './query.ts';
import { t } from './words.ts';

const REFRESH_MS = 4_000;
/** States from which a person may have it written anew. */
const AGAIN: ReadonlySet<string> = new Set(['kept', 'dropped', 'refused', 'dead']);

export function MailPage(): ReactElement {
  const { id = '' } = useParams({ strict: false });
  const { history } = useRouter();
  const answer = useQuery({ queryKey: ['mail', id], queryFn: () => asked(readMail(id)), refetchInterval: every(REFRESH_MS) });
  const mail = answer.data;
  const content = useRef<HTMLDivElement>(null);
  const state = mail?.state;
  const told = useRef(state);
  useTitle(mail?.message?.subject ?? t('mail'));
  useKeys({ u: () => history.push(mailboxUrl()) });
  useEffect(() => void content.current?.querySelector('h1')?.focus({ preventScroll: true }), [mail !== undefined]);
  useEffect(() => {
    if (told.current !== undefined && state !== undefined && told.current !== state) announce(t('changed', { state: mailLook(state).word }));
    told.current = state;
  }, [state]);
  const failure = answer.error && (!mail || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  const missing = <Notice shape="cross" title={t('noSuch')}><p>{t('noSuchWhy', { id })}</p><Link className="button" href={mailboxUrl()}>{t('toMailbox')}</Link></Notice>;
  return (
    <div className="order mail">
      <nav className="crumbs" aria-label={t('place')}><Link className="button quiet" href={mailboxUrl()} id="back">{t('back')}</Link></nav>
      <div className="order-content" ref={content}>
        {failure ? <><h1 className="visually-hidden">{t('mail')}</h1><FailurePage failure={failure} retry={() => void answer.refetch()} missing={missing} /></> : mail ? <Letter mail={mail} /> : null}
      </div>
    </div>
  );
}

function Letter({ mail }: { readonly mail: MailDetail }): ReactElement {
  const { message } = mail;
  return (
    <>
      <header className="order-head">
        <div className="order-title"><h1 tabIndex={-1} dir="auto">{message?.subject ?? t('unwritten')}</h1><Chip look={mailLook(mail.state)} /></div>
        <dl className="order-facts">
          <Fact what={t('to')}>{message?.to ?? '–'}</Fact><Fact what={t('kind')}>{t.maybe(`letter.${mail.kind}`) ?? mail.kind}</Fact>{mail.order === null ? null : <Fact what={t('order')}><Link className="number" href={orderUrl(mail.order)}>#{mail.order_number}</Link></Fact>}
          <Fact what={t('noted')}><Time iso={mail.created_at} as="relative" /><span className="muted"> · </span><Time iso={mail.created_at} as="full" /></Fact>
          <Fact what={t('tried')}>{mail.attempts === 0 ? t('notYet') : t('times', { count: mail.attempts })}</Fact>{mail.note === null ? null : <Fact what={t('note')}>{mail.note}</Fact>}<Fact what={t('id')}><Copyable text={mail.id} /></Fact>
        </dl>
      </header>
      {AGAIN.has(mail.state) && mail.order !== null ? <p className="mail-again">{t('again')} <Copyable text={`npx ordo mails retry ${mail.id}`} /></p> : null}
      {message?.persons_hidden ? <p className="muted">{t('personsHidden')} <Copyable text={`npx ordo mails show ${mail.id}`} /></p> : null}
      {message === null ? <Notice shape="dashed" title={t('noText')}><p>{t('noTextWhy')}</p></Notice> : <Parts mail={mail} message={message} />}
      {message?.attachment ? <section className="card"><h2>{t('attached')}</h2><p>{message.attachment.name}</p><pre className="mail-text" tabIndex={0} aria-label={message.attachment.name}>{message.attachment.csv}</pre></section> : null}
    </>
  );
}

function Parts({ mail, message }: { readonly mail: MailDetail; readonly message: NonNullable<MailDetail['message']> }): ReactElement {
  const headers: readonly (readonly [string, string])[] = [
    ['From', `${message.from.name} <${message.from.address}>`], ['To', message.to], ...(message.reply_to === null ? [] : [['Reply-To', message.reply_to] as const]), ['Subject', message.subject],
    ['Message-ID', mail.message_id ?? ''], ['Auto-Submitted', 'auto-generated'],
  ];
  return (
    <Tabs className="card">
      <TabList className="tabs" aria-label={t('parts')}><Tab id="looks" className="tab">{t('looks')}</Tab><Tab id="plain" className="tab">{t('plain')}</Tab><Tab id="headers" className="tab">{t('headers')}</Tab></TabList>
      {/* What is in the frame can run nothing, ask for nothing and reach nothing of this page; the server says so too. */}
      <TabPanel id="looks"><iframe src={`/v1/mails/${encodeURIComponent(mail.id)}/html`} sandbox="allow-popups allow-popups-to-escape-sandbox" referrerPolicy="no-referrer" title={t('asReader')} className="mail-frame" /></TabPanel>
      <TabPanel id="plain"><pre className="mail-text" dir="auto" tabIndex={0} aria-label={t('plain')}>{message.text}</pre></TabPanel>
      <TabPanel id="headers"><dl className="mail-headers">{headers.map(([name, value]) => <div key={name}><dt>{name}</dt><dd className="mono">{value}</dd></div>)}</dl></TabPanel>
    </Tabs>
  );
}
