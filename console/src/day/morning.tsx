// The morning list: what tonight's cut-offs will miss, by cut-off and node, each with the one thing that helps.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useKeys } from '../app/keys.ts';
import { announce } from '../app/voice.ts';
import { type Shown, useStaying } from '../exceptions/stay.ts';
import { count } from '../numbers.ts';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { useNow } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { stepped } from '../ui/virtual.ts';
import { type MorningEntry, type MorningList, type OrdoNode, readMorning } from './api.ts';
import { type Group, grouped, inOrder, PARTS } from './cut-off.ts';
import { MorningGroup } from './morning-group.tsx';
import { CAUSES, type MorningQuery, morningUrl, parseMorningQuery } from './query.ts';
import { t } from './words.ts';

const REFRESH_MS = 15_000;
const idOf = ({ order, shipment, cause }: MorningEntry): string => `${shipment?.id ?? order} ${cause}`;

export default function MorningPage(): ReactElement {
  const { searchStr } = useLocation();
  const query = parseMorningQuery(searchStr);
  const view = morningUrl(query);
  const facts = useFacts();
  const now = useNow();
  const answer = useQuery({ queryKey: ['morning', view], queryFn: () => asked(readMorning(query)), refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData });
  const data = answer.isPlaceholderData ? undefined : answer.data;
  const last = data?.data.at(-1);
  const { entries, tidy } = useStaying(view, data?.data, { idOf, isGone: (one) => data?.has_more === false || (last !== undefined && inOrder(one, last, now) < 0) });
  const heading = useRef<HTMLHeadingElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useTitle(t('title'));
  useEffect(() => {
    if (!answer.isSuccess) return;
    heading.current?.focus({ preventScroll: true });
    announce(t('entries', { count: answer.data?.data.length ?? 0 }));
  }, [answer.isSuccess, searchStr]);
  const step = (by: 1 | -1): void => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('tbody a.number') ?? [])];
    const next = links[stepped(links.findIndex((link) => link.closest('tr')?.contains(document.activeElement)), by, links.length)];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'center' });
  };
  useKeys({ j: () => step(1), k: () => step(-1), n: tidy });
  const failure = answer.error && (!answer.data || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  const gone = entries?.filter((one) => one.gone).length ?? 0;
  return (
    <div className="list morning" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('title')}</h1><p className="muted">{t('lead')}</p></div>
      <Filters query={query} totals={answer.data?.totals ?? []} nodes={facts.nodes.rows} />
      {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} /> : (
        <div className="morning-groups" ref={list}>
          {gone === 0 ? null : <p><button type="button" className="button" onClick={tidy}>{t('tidy', { count: gone })}</button></p>}
          {entries === null ? <Blank /> : entries.length === 0 ? <Nothing query={query} /> : <Groups entries={entries} list={data ?? answer.data} nodes={facts.nodes.rows} now={now} />}
          {data?.has_more ? <p className="muted">{t('more')}</p> : null}
        </div>)}
    </div>
  );
}

interface GroupsProps {
  readonly entries: readonly Shown<MorningEntry>[];
  readonly list: MorningList | undefined;
  readonly nodes: readonly OrdoNode[];
  readonly now: number;
}

function Groups({ entries, list, nodes, now }: GroupsProps): ReactElement {
  const byCode = new Map(nodes.map((node) => [node.code, node]));
  const groups = grouped(entries, now);
  useAnnounced(groups, (code) => byCode.get(code)?.name ?? code);
  /** What is overdue at a node is said once, with the first of its groups. */
  const first = new Map(groups.toReversed().map((group) => [group.node, group.key]));
  return <>{PARTS.map((part) => {
    const own = groups.filter((group) => group.part === part);
    return own.length === 0 ? null : (
      <section key={part} className={`morning-part part-${part}`} aria-labelledby={`part-${part}`}>
        <h2 id={`part-${part}`}>{t(`part.${part}`)}<span className="muted">{t(`part.${part}.what`)}</span></h2>
        {own.map((group) => <MorningGroup key={group.key} group={group} node={byCode.get(group.node)} overdue={first.get(group.node) === group.key ? list?.overdue.find(({ node }) => node === group.node) : undefined} now={now} idOf={idOf} />)}
      </section>);
  })}</>;
}

/** Whoever does not see a group go down the page hears that its cut-off has passed. */
function useAnnounced(groups: readonly Group[], nameOf: (code: string) => string): void {
  const ahead = useRef<ReadonlySet<string>>(new Set());
  const keys = groups.map(({ key, part }) => `${key} ${part}`).join();
  useEffect(() => {
    const missed = groups.filter(({ key, part }) => part === 'passed' && ahead.current.has(key));
    if (missed.length > 0) announce(missed.map(({ node }) => t('nowPassed', { node: nameOf(node) })).join(' '));
    ahead.current = new Set(groups.filter(({ part }) => part === 'ahead').map(({ key }) => key));
  }, [keys]);
}

const Blank = (): ReactElement => <div className="morning-blank" aria-hidden="true">{[1, 2, 3, 4, 5, 6].map((row) => <span key={row} className="bone" />)}</div>;

interface FilterProps {
  readonly query: MorningQuery;
  readonly totals: MorningList['totals'];
  readonly nodes: readonly OrdoNode[];
}

/** Totals follow the filter, so with one chosen the others say no number. */
function Filters({ query, totals, nodes }: FilterProps): ReactElement {
  const { history } = useRouter();
  const ordersOf = (cause: string): number | null => totals.find((one) => one.cause === cause)?.orders ?? null;
  const all = query.cause === '' ? totals.reduce((sum, { orders }) => sum + orders, 0) : null;
  const tab = (cause: MorningQuery['cause'], label: string, value: number | null): ReactElement =>
    <Link key={cause} className="tab" href={morningUrl({ ...query, cause })} aria-current={query.cause === cause ? 'page' : undefined}>{label}<span className="tab-count">{value === null ? null : count(value)}</span></Link>;
  return (
    <div className="morning-filters">
      <nav className="tabs" aria-label={t('causes')}>{tab('', t('all'), all)}{CAUSES.map((cause) => tab(cause, t(`cause.${cause}`), ordersOf(cause)))}</nav>
      <div className="field"><label htmlFor="morning-node">{t('node')}</label>
        <select id="morning-node" className={query.node === '' ? undefined : 'set'} value={query.node} onChange={(event) => history.push(morningUrl({ ...query, node: event.target.value }))}>
          <option value="">{t('anyNode')}</option>{nodes.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}{query.node === '' || nodes.some(({ code }) => code === query.node) ? null : <option value={query.node}>{query.node}</option>}
        </select>
      </div>
    </div>
  );
}

function Nothing({ query }: { readonly query: MorningQuery }): ReactElement {
  if (query.cause !== '' || query.node !== '') return <Notice shape="dashed" title={t('noMatch')}><Link className="button" href={morningUrl({})}>{t('clear')}</Link></Notice>;
  return <Notice shape="full" title={t('fine')}><p>{t('fineWhy')}</p></Notice>;
}
