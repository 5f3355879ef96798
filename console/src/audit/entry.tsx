// One entry: what was done, to what, by whom and when; unfolded, what it was before and everything that was recorded.
import { type ReactElement, type ReactNode, useState } from 'react';
import type { Facts } from '../facts.ts';
import { Fact } from '../order/facts-list.tsx';
import { actorOf, storyOf } from '../order/story.ts';
import { dayAndTime, everyZone } from '../time.ts';
import { Copyable } from '../ui/copy.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { Time } from '../ui/time.tsx';
import { spoken } from '../words.ts';
import type { AuditEntry } from './api.ts';
import { auditUrl, type AuditView, jobUrl, objectUrl } from './query.ts';
import { t } from './words.ts';

interface Props {
  readonly entry: AuditEntry;
  readonly facts: Facts;
  readonly view: AuditView;
}

export function Entry({ entry, facts, view }: Props): ReactElement {
  const [open, setOpen] = useState(false);
  const { title, tone, glyph } = storyOf(entry, facts);
  const { object } = entry;
  return (
    <li className={`audit-entry tone-${tone}`}>
      <details onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
        <summary><Glyph name={glyph} /><span className="audit-title">{title}</span><span className="audit-who" title={entry.actor}>{actorOf(entry, facts)}<span className="muted" title={entry.via === 'cli' ? t('claimed') : undefined}> · {t(`via.${entry.via}`)}</span></span><span className="audit-when"><Time iso={entry.recorded_at} as="both" /></span></summary>
        {open ? <Unfolded entry={entry} view={view} /> : null}
      </details>
      {object === null ? null : <ObjectLink object={object} />}
    </li>
  );
}

/** Ids are long; their ends tell them apart. */
const short = (id: string): string => (/_[0-9a-f]{32}$/.test(id) ? `…${id.slice(-6)}` : id);

function ObjectLink({ object }: { readonly object: NonNullable<AuditEntry['object']> }): ReactElement {
  const href = objectUrl(object);
  const text = <>{t.maybe(`kind.${object.kind}`) ?? spoken(object.kind)} <span className="mono" dir="auto">{short(object.id)}</span></>;
  return href === null ? <span className="audit-object" title={object.id}>{text}</span> : <Link className="audit-object amount-link" href={href} title={object.id}>{text}</Link>;
}

function Unfolded({ entry, view }: { readonly entry: AuditEntry; readonly view: AuditView }): ReactElement {
  const { object } = entry;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('type'), <>{entry.type} · <Link href={auditUrl({ ...view, type: entry.type })}>{t('onlyType')}</Link></>], [t('actor'), <>{entry.actor} · <Link href={auditUrl({ ...view, actor: entry.actor })}>{t('onlyActor')}</Link></>],
    [t('how'), <>{t(`via.${entry.via}`)}{entry.via === 'cli' ? ` (${t('claimed')})` : ''} · <Link href={auditUrl({ ...view, via: entry.via })}>{t('onlyHow')}</Link></>],
    ...(entry.job === null ? [] : [[t('job'), <><Link href={jobUrl(entry.job)}>{entry.job}</Link> · <Link href={auditUrl({ ...view, job: entry.job })}>{t('onlyJob')}</Link></>] as const]),
    ...(object === null ? [] : [[t('object'), <>{object.id} · <Link href={auditUrl({ ...view, object: object.id })}>{t('onlyObject')}</Link></>] as const]), ...(entry.request === null ? [] : [[t('request'), <>{entry.request} · <Link href={auditUrl({ ...view, request: entry.request })}>{t('onlyRequest')}</Link></>] as const]), ...(entry.reason === null ? [] : [[t('reason'), entry.reason] as const]),
    [t('times'), <span className="zones">{everyZone(Date.parse(entry.occurred_at))}</span>], [t('recorded'), dayAndTime(Date.parse(entry.recorded_at))], [t('position'), entry.position], [t('id'), <Copyable text={entry.id} />],
  ];
  return (
    <div className="event-data audit-data">
      <dl>{facts.map(([what, value]) => <Fact key={what} what={what}>{value}</Fact>)}</dl>
      {entry.changes.length === 0 ? null : <Changes changes={entry.changes} />}
      <pre className="mono" tabIndex={0} aria-label={t('data')}>{JSON.stringify(entry.data, null, 2)}</pre>
    </div>
  );
}

const written = (value: unknown): string => (value === null || value === undefined || value === '' ? t('empty') : typeof value === 'string' ? value : JSON.stringify(value));

const Changes = ({ changes }: { readonly changes: AuditEntry['changes'] }): ReactElement => (
  <table className="numbers audit-changes"><caption>{t('changes')}</caption>
    <thead><tr><th scope="col">{t('field')}</th><th scope="col">{t('before')}</th><th scope="col">{t('after')}</th></tr></thead>
    <tbody>{changes.map(({ field, before, after, hidden }) => <tr key={field}><th scope="row">{field}</th>{hidden ? <td colSpan={2} className="muted">{t('hidden')}</td> : <><td dir="auto"><del>{written(before)}</del></td><td dir="auto"><ins>{written(after)}</ins></td></>}</tr>)}</tbody></table>
);
