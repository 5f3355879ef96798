// Every setting in one place, found by what it is called or does.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { auditUrl } from '../audit/query.ts';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/title.ts';
import { type AuditEntry, readChanges, readDocument } from './api.ts';
import { SECTIONS, type Section, type Setting, SETTINGS, type Source, SOURCES } from './catalogue.ts';
import { type Document, EVERYWHERE } from './document.ts';
import { Environment } from './environment.tsx';
import { SettingRow } from './row.tsx';
import { n } from './setting-words.ts';
import { exportSettings, ImportSheet } from './transfer.tsx';
import { settingsUrl } from './url.ts';
import { t } from './words.ts';

const textOf = (setting: Setting): string => `${setting.id} ${n(setting.id)} ${n(`${setting.id}.what`)} ${t(`section.${setting.section}`)}`;

export default function SettingsPage(): ReactElement {
  const { searchStr } = useLocation();
  const { history } = useRouter();
  const given = new URLSearchParams(searchStr);
  const text = given.get('q') ?? '';
  const answer = useQuery({ queryKey: ['settings'], queryFn: readDocument });
  const codes = Object.keys(answer.data?.document.channel ?? {});
  const channel = codes.find((one) => one === given.get('channel')) ?? codes[0] ?? '';
  const [importing, setImporting] = useState(false);
  const may = useMay();
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('settings'));
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const matches = (one: string): boolean => text.toLowerCase().split(/\s+/).every((word) => one.toLowerCase().includes(word));
  const found = SETTINGS.filter((one) => matches(textOf(one)));
  const go = (change: { q?: string; channel?: string }): void => history.replace(settingsUrl({ q: text, channel, ...change }));
  const facts = useFacts();
  return (
    <div className="settings-page" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('settings')}</h1><p className="muted" role="status">{answer.data ? t('found', { count: found.length }) : ''}</p>
        <span className="settings-acts"><button type="button" className="button" disabled={!answer.data} onClick={() => answer.data && exportSettings(answer.data.document)}>{t('export')}</button>{may('catalogue:write') ? <button type="button" className="button" disabled={!answer.data} onClick={() => setImporting(true)}>{t('import')}</button> : null}</span></div>
      <div className="filter-row settings-find"><div className="field"><label htmlFor="settings-q">{t('search')}</label><input id="settings-q" type="search" value={text} autoComplete="off" spellCheck={false} onChange={({ target }) => go({ q: target.value })} /></div>
        {codes.length === 0 ? null : <div className="field"><label htmlFor="settings-channel">{t('channel')}</label><select id="settings-channel" value={channel} onChange={({ target }) => go({ channel: target.value })}>{codes.map((code) => <option key={code} value={code}>{facts.channelName(code)}</option>)}</select></div>}</div>
      {answer.error && !answer.data ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /> : null}
      {answer.data && codes.length === 0 ? <Notice shape="empty" title={t('noChannel')} /> : null}
      {answer.data && found.length === 0 && text !== '' ? <Notice shape="dashed" title={t('none')}><p>{t('noneWhy', { text })}</p><button type="button" className="button" onClick={() => go({ q: '' })}>{t('showAll')}</button></Notice> : null}
      {answer.data && codes.length > 0 ? <Sections found={found} document={answer.data.document} ids={answer.data.ids} channel={channel} name={facts.channelName(channel)} /> : null}
      {may('admin') ? <Environment matches={matches} /> : <p className="muted">{t('onlyAdmin')}</p>}
      {importing && answer.data ? <ImportSheet document={answer.data.document} close={() => setImporting(false)} /> : null}
    </div>
  );
}

interface SectionsProps {
  readonly found: readonly Setting[];
  readonly document: Document;
  readonly ids: Readonly<Record<string, string>>;
  readonly channel: string;
  readonly name: string;
}

/** Who changed what stands in the audit log: for each kind of body the latest changes are read once. */
function useChanges(): Readonly<Record<Source, readonly AuditEntry[]>> {
  const may = useMay()('events:read');
  const [channel, mail, seller] = useQueries({ queries: SOURCES.map((source) => ({ queryKey: ['settings', 'changes', source], queryFn: () => asked(readChanges(source)), enabled: may })) });
  return { channel: channel?.data ?? [], mail: mail?.data ?? [], seller: seller?.data ?? [] };
}

function Sections({ found, document, ids, channel, name }: SectionsProps): ReactElement {
  const changes = useChanges();
  const codeOf = ({ source }: Setting): string => (source === 'seller' && document.seller[channel] === undefined ? EVERYWHERE : channel);
  const isOf = ({ data }: AuditEntry, { source }: Setting, code: string): boolean => (source === 'seller' ? (data['channel'] ?? EVERYWHERE) === code : data['channel'] === ids[code] || data['code'] === code);
  const last = (setting: Setting): AuditEntry | null =>
    changes[setting.source].find((entry) => isOf(entry, setting, codeOf(setting)) && (setting.source === 'seller' || entry.changes.some(({ field }) => field === setting.told))) ?? null;
  const row = (setting: Setting): ReactElement | null => {
    // The first thing that is said about who sells makes the seller.
    const body = document[setting.source][codeOf(setting)] ?? (setting.source === 'seller' ? {} : undefined);
    return body === undefined ? null : <SettingRow key={`${setting.id} ${channel}`} setting={setting} code={codeOf(setting)} channel={codeOf(setting) === EVERYWHERE ? t('everywhere') : name} body={body} last={last(setting)} history={setting.source === 'seller' ? auditUrl({ type: 'InvoiceSellerSaved' }) : auditUrl({ object: ids[channel] ?? channel })} />;
  };
  const section = (one: Section): ReactElement | null => {
    const own = found.filter(({ section: its }) => its === one);
    const rows = own.flatMap((setting) => row(setting) ?? []);
    if (own.length === 0) return null;
    return (
      <section key={one} className={one === 'danger' ? 'card settings-section danger-zone' : 'card settings-section'} aria-labelledby={`section-${one}`}><h2 id={`section-${one}`}>{t(`section.${one}`)}</h2>
        {one === 'danger' ? <p className="muted">{t('dangerWhy')}</p> : null}<ul>{rows}</ul></section>
    );
  };
  return <>{SECTIONS.map(section)}</>;
}
