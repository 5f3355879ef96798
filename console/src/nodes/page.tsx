// Every node: what it is, whether it gets orders, how full its day is, where it lies, and what nobody said of it.
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useEffect, useRef } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { guideOf } from '../app/guides.ts';
import { useKeys } from '../app/keys.ts';
import { announce } from '../app/voice.ts';
import { Chip } from '../ui/chip.tsx';
import { Copyable } from '../ui/copy.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Time, useNow } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { stepped } from '../ui/virtual.ts';
import { type OrdoNode, readCapacity, readNodePage } from './api.ts';
import { kindWord, nodeLook, pausedUntil, shareOf, takenOf, warningsOf } from './looks.ts';
import { t } from './words.ts';

const NodesMap = lazy(() => import('./map.tsx'));
const REFRESH_MS = 15_000;

export const nodeUrl = (code: string): string => `/nodes/${encodeURIComponent(code)}`;

export default function NodesPage(): ReactElement {
  const { searchStr } = useLocation();
  const cursor = new URLSearchParams(searchStr).get('cursor') ?? '';
  const answer = useQuery({ queryKey: ['nodes', cursor], queryFn: () => asked(readNodePage(cursor)), refetchInterval: every(REFRESH_MS) });
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = answer.data?.rows ?? [];
  useTitle(t('nodes'));
  useEffect(() => {
    if (!answer.isSuccess) return;
    heading.current?.focus({ preventScroll: true });
    announce(t('count', { count: rows.length }));
  }, [answer.isSuccess, cursor]);
  const step = (by: 1 | -1): void => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('th a.number') ?? [])];
    links[stepped(links.findIndex((link) => link === document.activeElement), by, links.length)]?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  const failure = answer.error && (!answer.data || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  const lying = rows.filter(({ coordinates }) => coordinates !== null);
  return (
    <div className="list nodes" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('nodes')}</h1><p className="muted">{t('what')}</p></div>
      {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && rows.length === 0 ? <Notice shape="empty" title={t('noneYet')}><p>{t('noneYetWhy')}</p><Copyable text="npx ordo import nodes nodes.csv" /><p><a href={guideOf('/nodes')}>{t('noneYetGuide')}</a></p></Notice> : null}
      {rows.length === 0 || failure ? null : (
        <div className="nodes-columns">
          <div className="table-frame scrolls" role="region" aria-label={t('nodes')} tabIndex={0}>
            <table className="plain-table">
              <thead><tr><th scope="col">{t('name')}</th><th scope="col">{t('kind')}</th><th scope="col">{t('state')}</th><th scope="col">{t('today')}</th><th scope="col">{t('warnings')}</th></tr></thead>
              <tbody ref={body}>{rows.map((node) => <Row key={node.code} node={node} />)}</tbody>
            </table>
          </div>
          {lying.length === 0 ? null : <Suspense fallback={<div className="places-map" />}><NodesMap nodes={lying} /></Suspense>}
        </div>
      )}
      <nav className="pager" aria-label={t('pages')}>{cursor === '' ? null : <Link className="button" href="/nodes">{t('firstPage')}</Link>}{answer.data?.next ? <Link className="button" href={`/nodes?cursor=${encodeURIComponent(answer.data.next)}`}>{t('more')}</Link> : null}</nav>
    </div>
  );
}

function Row({ node }: { readonly node: OrdoNode }): ReactElement {
  const now = useNow();
  const until = pausedUntil(node, now);
  const warnings = warningsOf(node);
  return (
    <tr>
      <th scope="row"><Link className="number" href={nodeUrl(node.code)} dir="auto">{node.name}</Link> <span className="mono code">{node.code}</span></th>
      <td>{kindWord(node.kind)}</td>
      <td><Chip look={nodeLook(node, now)} />{until === null ? null : <span className="muted"> {t('until')} <Time iso={until} as="brief" store={node.time_zone} /></span>}</td>
      <td><Today node={node} /></td>
      <td>{warnings.length === 0 ? null : <span className="node-warnings">{warnings.map(([what, why]) => <span key={what} className="said tone-amber" title={why}><Glyph name="alert" />{what}</span>)}</span>}</td>
    </tr>
  );
}

function Today({ node: { code } }: { readonly node: OrdoNode }): ReactElement {
  const [day] = useQuery({ queryKey: ['node', code, 'capacity'], queryFn: () => asked(readCapacity(code)), staleTime: REFRESH_MS }).data?.days ?? [];
  if (day === undefined) return <span className="muted">{t('notLoaded')}</span>;
  const share = shareOf(day);
  const [words] = takenOf(day);
  if (share === null) return <span className="muted">{words}</span>;
  return <><span className={share >= 100 ? 'load full' : 'load'} aria-hidden="true"><i style={{ '--share': `${Math.min(100, share)}%` }} /></span>{words}</>;
}
