// One node: where it is, when it is open, what it can send and what of that is taken.
import { useQuery } from '@tanstack/react-query';
import { useLocation, useParams, useRouter } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useEffect, useRef, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useKeys } from '../app/keys.ts';
import { useMay } from '../app/session.ts';
import { count } from '../numbers.ts';
import { Fact } from '../order/facts-list.tsx';
import { auditUrl } from '../audit/query.ts';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Time, useNow } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { t as ui } from '../ui/words.ts';
import { type OrdoNode, readNode } from './api.ts';
import { CapacityCard, PickupCard } from './capacity.tsx';
import { EditDialog, PauseDialog, ResumeDialog } from './change.tsx';
import { kindWord, nodeLook, pausedUntil, warningsOf } from './looks.ts';
import { OpeningCard } from './week.tsx';
import { t } from './words.ts';
import { w } from './work-words.ts';

const WorkEditor = lazy(() => import('./editor.tsx'));

const REFRESH_MS = 10_000;

export default function NodePage(): ReactElement {
  const { code = '' } = useParams({ strict: false });
  const { history } = useRouter();
  const answer = useQuery({ queryKey: ['node', code], queryFn: () => asked(readNode(code)), refetchInterval: every(REFRESH_MS) });
  const node = answer.data;
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(node?.name ?? code);
  useKeys({ u: () => history.push('/nodes') });
  useEffect(() => void heading.current?.focus({ preventScroll: true }), [node !== undefined]);
  const now = useNow();
  const failure = answer.error && (!node || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  const missing = <Notice shape="cross" title={t('noSuch')}><p>{t('noSuchWhy', { code })}</p><Link className="button" href="/nodes">{t('back')}</Link></Notice>;
  return (
    <div className="order node">
      <nav className="crumbs" aria-label={t('place')}><Link className="button quiet" href="/nodes" id="back">{t('back')}</Link><Link className="button quiet" href={auditUrl({ object: code, kind: 'node' })}>{ui('history')}</Link></nav>
      <div className="order-content">
        <div className="order-title"><h1 tabIndex={-1} ref={heading} dir="auto">{node?.name ?? code}</h1>{node ? <Chip look={nodeLook(node, now)} /> : null}{node ? <Actions node={node} /> : null}</div>
        {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} missing={missing} /> : node ? <Whole node={node} /> : <div className="order-skeleton" aria-busy="true"><span className="bone block" /></div>}
      </div>
    </div>
  );
}

/** Where the hours and limits of a node are changed; `calendar` begins with one where there is none. */
const workUrl = (code: string, change: 'work' | 'calendar'): string => `/nodes/${encodeURIComponent(code)}?change=${change}`;

function Actions({ node }: { readonly node: OrdoNode }): ReactElement | null {
  const may = useMay()('catalogue:write');
  const [open, setOpen] = useState<'pause' | 'resume' | 'edit' | null>(null);
  const paused = pausedUntil(node, useNow()) !== null;
  if (!may) return null;
  const close = (): void => setOpen(null);
  return (
    <span className="title-actions">
      <Link className="button" href={`/bad-day?nodes=${encodeURIComponent(node.code)}`}>{t('previewShort')}</Link>
      <button type="button" className="button" onClick={() => setOpen('edit')}>{t('edit')}</button>
      <Link className="button" id="change-work" href={workUrl(node.code, 'work')}>{w('change')}</Link>
      {paused ? <button type="button" className="button primary" onClick={() => setOpen('resume')}>{t('resume')}</button> : <button type="button" className="button" onClick={() => setOpen('pause')}>{t('pause')}</button>}
      {open === 'pause' ? <PauseDialog node={node} close={close} /> : open === 'resume' ? <ResumeDialog node={node} close={close} /> : open === 'edit' ? <EditDialog node={node} close={close} /> : null}
    </span>
  );
}

function Whole({ node }: { readonly node: OrdoNode }): ReactElement {
  const { searchStr } = useLocation();
  const { history } = useRouter();
  const may = useMay()('catalogue:write');
  const change = may ? new URLSearchParams(searchStr).get('change') : null;
  const was = useRef(change);
  // Whoever wrote comes back to where they began.
  useEffect(() => {
    if (was.current !== null && change === null) document.getElementById('change-work')?.focus();
    was.current = change;
  }, [change]);
  const until = pausedUntil(node, useNow());
  return (
    <>
      <dl className="order-facts">
        <Fact what={t('kind')}>{kindWord(node.kind)}</Fact>{until === null ? null : <Fact what={t('paused')}>{t('until')}&nbsp;<Time iso={until} as="full" store={node.time_zone} /></Fact>}
        <Fact what={t('priority')}>{node.priority}</Fact><Fact what={t('zone')}>{node.time_zone}</Fact><Fact what={t('code')}><Copyable text={node.code} /></Fact>
      </dl>
      {change === null ? <Shown node={node} may={may} /> : <Suspense fallback={<div className="order-skeleton" aria-busy="true"><span className="bone block" /></div>}><WorkEditor node={node} makes={change === 'calendar'} close={() => history.push(`/nodes/${encodeURIComponent(node.code)}`, undefined, { ignoreBlocker: true })} /></Suspense>}
    </>
  );
}

function Shown({ node, may }: { readonly node: OrdoNode; readonly may: boolean }): ReactElement {
  const { address, operations: { calendar, services, processing }, item_classes: classes } = node;
  const { minutes, minutes_per_backlog_order: more, maximum_minutes: most } = processing;
  const works = [Number(more) === 0 ? t('minutes', { minutes }) : w('backlogOf', { minutes, more: count(Number(more)) }), ...(most === null || Number(more) === 0 ? [] : [w('atMost', { minutes: most })])];
  return (
    <>
      {warningsOf(node).map(([what, why]) => <p key={what} className="said tone-amber node-warning"><Glyph name="alert" /><span>{what}: {why}</span></p>)}
      {calendar === null && may ? <p className="make-calendar"><Link className="button" href={workUrl(node.code, 'calendar')}>{w('makeCalendar')}</Link></p> : null}
      {may ? null : <p className="muted">{w('mayNot')}</p>}
      <div className="columns">
        <div className="column"><CapacityCard node={node} /><PickupCard node={node} /></div>
        <div className="column">
          <section className="card"><h2>{t('address')}</h2><address dir="auto">{Object.values(address).length === 0 ? t('none') : Object.entries(address).map(([part, text]) => <span key={part}>{text}<br /></span>)}</address>
            <p className="muted">{t('coordinates')}: {node.coordinates === null ? t('none') : `${node.coordinates.latitude}, ${node.coordinates.longitude}`}</p></section>
          <OpeningCard node={node} />
          <CutOffs node={node} />
          <section className="card"><h2>{t('licences')}</h2><p>{classes === null ? t('everything') : classes.join(', ')}</p><p className="muted">{t('licencesHow')}</p>
            <dl className="facts-grid"><Fact what={t('services')}>{services === null ? t('allServices') : services.join(', ')}</Fact><Fact what={t('processing')}>{works.join(', ')}</Fact></dl></section>
        </div>
      </div>
    </>
  );
}

function CutOffs({ node: { operations: { cut_offs: cutOffs }, cut_off: simple, time_zone: zone } }: { readonly node: OrdoNode }): ReactElement {
  return (
    <section className="card"><div className="card-head"><h2>{t('cutOffs')}</h2><span className="muted">{t('inZone', { zone })}</span></div>
      {cutOffs.length === 0 ? <p>{simple === null ? t('noCutOff') : `${t('simpleCutOff')}: ${simple}`}</p> : (
        <dl className="week">{cutOffs.map(({ carrier, service, time }) => <Fact key={`${carrier} ${service}`} what={carrier === null ? t('everyCarrier') : [carrier, service].filter((one) => one !== null).join(' ')}>{time.slice(0, 5)}</Fact>)}</dl>)}
    </section>
  );
}
