// The mailbox: every mail to a customer, whether it left or is only kept here.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useKeys } from '../app/keys.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { stepped } from '../ui/virtual.ts';
import { mailLook, MAIL_STATES } from '../words.ts';
import { type Mail, readMails } from './api.ts';
import { mailboxUrl, type MailQuery, mailUrl, parseMailQuery } from './query.ts';
import { t } from './words.ts';

const REFRESH_MS = 4_000;
const COLUMNS = [['subject', 'subject'], ['to', 'to'], ['kind', 'kind'], ['order', 'order'], ['noted', 'noted'], ['state', 'state'], ['tries', 'tries'], ['note', 'note']] as const;

export function MailboxPage(): ReactElement {
  const { searchStr } = useLocation();
  const query = parseMailQuery(searchStr);
  const { state, order, cursor } = query;
  const answer = useQuery({
    queryKey: ['mails', state, order, cursor], refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData,
    queryFn: () => asked(readMails({ limit: 50, ...(state === '' ? {} : { state }), ...(order === '' ? {} : { order }), ...(cursor === '' ? {} : { cursor }) })),
  });
  const rows = answer.data?.rows ?? [];
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  useTitle(t('mailbox'));
  useEffect(() => {
    if (!answer.isSuccess) return;
    heading.current?.focus({ preventScroll: true });
    announce(rows.length === 0 ? t('none') : t('count', { count: rows.length }));
  }, [answer.isSuccess, searchStr]);
  const step = (by: 1 | -1): void => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('.m-subject a.number') ?? [])];
    const next = links[stepped(links.findIndex((link) => link === document.activeElement), by, links.length)];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  const failure = answer.error && (!answer.data || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  const tab = (value: MailQuery['state'], label: string): ReactElement => <Link key={value} className="tab" href={mailboxUrl({ state: value, order })} aria-current={value === state ? 'page' : undefined}>{label}</Link>;
  return (
    <div className="list mailbox" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('mailbox')}</h1>
        {order === '' ? <p className="muted">{t('newestFirst')}</p> : <p className="muted">{t('about')} <Link href={orderUrl(order)}>{t('oneOrder')}</Link> · <Link href={mailboxUrl()}>{t('showAll')}</Link></p>}</div>
      <nav className="tabs" aria-label={t('state')}>{tab('', t('all'))}{MAIL_STATES.map((one) => tab(one, mailLook(one).word))}</nav>
      <div className="list-state">{failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} /> : answer.isSuccess && rows.length === 0 ? <Nothing query={query} /> : null}</div>
      <div className="table-frame" hidden={rows.length === 0 || failure !== null}>
        <table className="mails" role="table" aria-label={t('mails')}>
          <thead role="rowgroup"><tr role="row">{COLUMNS.map(([name, title]) => <th key={name} scope="col" role="columnheader" className={`m-${name}`}>{t(title)}</th>)}</tr></thead>
          <tbody role="rowgroup" ref={body}>{rows.map((mail) => <Row key={mail.id} mail={mail} />)}</tbody>
        </table>
      </div>
      <nav className="pager" aria-label={t('pages')}>
        {cursor === '' ? null : <Link className="button" href={mailboxUrl({ ...query, cursor: '' })}>{t('newest')}</Link>}
        {answer.data?.next ? <Link className="button" href={mailboxUrl({ ...query, cursor: answer.data.next })}>{t('older')}</Link> : null}
      </nav>
    </div>
  );
}

function Nothing({ query }: { readonly query: MailQuery }): ReactElement {
  if (query.state !== '' || query.order !== '' || query.cursor !== '') return <Notice shape="dashed" title={t('noMatch')}><Link className="button" href={mailboxUrl()}>{t('all2')}</Link></Notice>;
  return <Notice shape="empty" title={t('noneYet')}><p>{t('noneYetWhy')}</p><p className="muted">{t('keptHere')}</p><Copyable text="ORDO_SMTP_URL=smtp://… npm start" /></Notice>;
}

const Row = ({ mail }: { readonly mail: Mail }): ReactElement => (
  <tr role="row" data-id={mail.id}>
    <th scope="row" role="rowheader" className="m-subject"><Link className="number" href={mailUrl(mail.id)} dir="auto">{mail.subject ?? t('notWritten')}</Link></th>
    <td className="m-to" role="cell">{mail.to ?? <span className="muted">–</span>}</td><td className="m-kind" role="cell">{t.maybe(`letter.${mail.kind}`) ?? mail.kind}</td>
    <td className="m-order" role="cell">{mail.order === null ? <span className="muted">–</span> : <Link className="number" href={orderUrl(mail.order)}>#{mail.order_number}</Link>}</td><td className="m-noted" role="cell"><Time iso={mail.created_at} as="relative" /></td>
    <td className="m-state" role="cell"><Chip look={mailLook(mail.state)} /></td><td className="m-tries" role="cell" data-label={t('tries')}>{count(mail.attempts)}</td><td className="m-note" role="cell" title={mail.note ?? undefined}>{mail.note}</td>
  </tr>
);
