// The audit log: everything that happened, with who did it. What comes meanwhile waits behind a pill.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useKeys } from '../app/keys.ts';
import { announce } from '../app/voice.ts';
import { STORIES } from '../order/story.ts';
import { Choice, Day } from '../orders/filters.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { stepped } from '../ui/virtual.ts';
import { Written } from '../ui/written.tsx';
import { readEntries } from './api.ts';
import { Entry } from './entry.tsx';
import { auditUrl, type AuditView, exportUrl, isNarrowed, KINDS, parseAudit, questionOf, VIAS } from './query.ts';
import { t } from './words.ts';

const PAGE = 50;
const REFRESH_MS = 5_000;

export default function AuditPage(): ReactElement {
  const { searchStr } = useLocation();
  const view = parseAudit(searchStr);
  const question = questionOf(view);
  const facts = useFacts();
  const client = useQueryClient();
  const heading = useRef<HTMLHeadingElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const key = ['audit', question];
  const answer = useInfiniteQuery({
    queryKey: key, initialPageParam: null as string | null, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false,
    queryFn: ({ pageParam }) => asked(readEntries({ ...question, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) })), getNextPageParam: ({ next }) => next,
  });
  const pages = answer.data?.pages ?? [];
  const rows = pages.flatMap((page) => page.rows);
  const newest = rows[0]?.position ?? 0;
  const head = useQuery({ queryKey: ['audit-head', question], queryFn: () => asked(readEntries({ ...question, limit: PAGE })), refetchInterval: every(REFRESH_MS), enabled: answer.isSuccess });
  const newer = (head.data?.rows ?? []).filter(({ position }) => position > newest).length;
  const showNewer = (): void => {
    if (newer === 0) return;
    scrollTo({ top: 0 });
    heading.current?.focus({ preventScroll: true });
    void client.resetQueries({ queryKey: key });
  };
  useTitle(t('audit'));
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    if (answer.isSuccess) announce(t('count', { count: rows.length }));
  }, [answer.isSuccess, searchStr, rows.length]);
  const step = (by: 1 | -1): void => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('summary') ?? [])];
    all[stepped(all.findIndex((one) => one === document.activeElement), by, all.length)]?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1), n: showNewer });
  const last = pages.at(-1);
  const failure = answer.error && !answer.data ? failureOf(answer.error) : null;
  return (
    <div className="audit" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('audit')}</h1><p className="muted">{t('lead')}</p></div>
      <Filters view={view} actors={[...new Map(rows.map(({ actor, actor_name: name }) => [actor, name ?? '']))]} types={[...new Set([...Object.keys(STORIES), ...rows.map(({ type }) => type)])].toSorted()} />
      <div className="pill-place">{newer === 0 ? null : <button type="button" className="button pill audit-pill" title={t('showNewer')} onClick={showNewer}>{t(newer >= PAGE ? 'moreNewer' : 'newer', { count: newer })}</button>}</div>
      {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && rows.length === 0 ? isNarrowed(view)
        ? <Notice shape="dashed" title={t('noMatch')}><p>{t('noMatchWhy')}</p><Link className="button" href="/audit">{t('showAll')}</Link></Notice> : <Notice shape="empty" title={t('none')}><p>{t('noneWhy')}</p></Notice> : null}
      <ol className="audit-list" ref={list} aria-label={t('entries')}>{rows.map((entry) => <Entry key={entry.id} entry={entry} facts={facts} view={view} />)}</ol>
      {answer.error && answer.data ? <FailurePanel failure={failureOf(answer.error)} what={t('entries')} retry={() => void answer.fetchNextPage()} /> : null}
      {answer.isSuccess ? (
        <div className="audit-end">
          {answer.hasNextPage ? <button type="button" className="button" onClick={() => void answer.fetchNextPage()}>{answer.isFetchingNextPage ? t('reading') : t('older')}</button> : rows.length === 0 ? null : <p className="muted">{t('end')}</p>}
          {answer.hasNextPage && last?.lookedTo ? <p className="muted">{t('looked', { time: '' })} <Time iso={last.lookedTo} as="both" /></p> : null}
        </div>) : null}
    </div>
  );
}

interface FiltersProps {
  readonly view: AuditView;
  readonly actors: readonly (readonly [id: string, name: string])[];
  readonly types: readonly string[];
}

function Filters({ view, actors, types }: FiltersProps): ReactElement {
  const { history } = useRouter();
  const go = (change: Partial<AuditView>): void => history.push(auditUrl({ ...view, ...change }));
  return (
    <div className="filter-row audit-filters" role="group" aria-label={t('filters')}>
      <Written id="actor" label={t('actor')} hint={t('actorHint')} value={view.actor} options={actors} chosen={(actor) => go({ actor })} />
      <Written id="type" label={t('type')} hint={t('typeHint')} value={view.type} options={types.map((type) => [type, ''])} chosen={(type) => go({ type })} />
      <Written id="object" label={t('object')} hint={t('objectHint')} value={view.object} options={[]} chosen={(object) => go({ object })} />
      <Choice id="kind" label={t('kind')} any={t('anyKind')} value={view.kind} options={KINDS.map((kind) => [kind, t(`kind.${kind}`)])} chosen={(kind) => go({ kind })} />
      <Written id="request" label={t('request')} hint={t('requestHint')} value={view.request} options={[]} chosen={(request) => go({ request })} />
      <Choice id="via" label={t('how')} any={t('anyHow')} value={view.via} options={VIAS.map((via) => [via, t(`via.${via}`)])} chosen={(via) => go({ via })} />
      {view.job === '' ? null : <Written id="job" label={t('job')} hint="" value={view.job} options={[]} chosen={(job) => go({ job })} />}
      <Day id="from" label={t('from')} value={view.from} chosen={(from) => go({ from })} />
      <Day id="to" label={t('to')} value={view.to} chosen={(to) => go({ to })} />
      <span className="zone" title={t('zone')}>{view.zone}</span>
      {isNarrowed(view) ? <Link className="button quiet" href="/audit">{t('clear')}</Link> : null}
      <a className="button audit-export" href={exportUrl(view)} download="audit.csv" title={t('exportNote')}>{t('export')}</a>
    </div>
  );
}
