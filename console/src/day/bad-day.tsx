// The bad-day desk: nodes that close, orders that leave them, and channels that are held back.
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useMay } from '../app/session.ts';
import { FailurePage } from '../ui/notice.tsx';
import { useTitle } from '../ui/title.ts';
import { readAllNodes } from './api.ts';
import { t } from './bad-day-words.ts';
import { CloseForm } from './close-form.tsx';
import { ClosedNodes, Closures } from './closed-nodes.tsx';
import { Closure } from './closure.tsx';
import { Gates } from './gates.tsx';
import { parseBadDayQuery } from './query.ts';

const REFRESH_MS = 10_000;

export default function BadDayPage(): ReactElement {
  const { searchStr } = useLocation();
  const query = parseBadDayQuery(searchStr);
  const may = useMay();
  const nodes = useQuery({ queryKey: ['day-nodes'], queryFn: () => asked(readAllNodes()), refetchInterval: every(REFRESH_MS) });
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('title'));
  useEffect(() => heading.current?.focus({ preventScroll: true }), [query.closure]);
  const failure = nodes.error && (!nodes.data || failureOf(nodes.error).kind !== 'away') ? failureOf(nodes.error) : null;
  return (
    <div className="list bad-day" aria-busy={nodes.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('title')}</h1><p className="muted">{t('lead')}</p></div>
      {query.closure !== '' ? <div className="bad-day-one"><Closure key={query.closure} query={query} /></div> : failure ? <FailurePage failure={failure} retry={() => void nodes.refetch()} /> : (
        <div className="bad-day-columns">
          <div>{nodes.data ? <>{may('catalogue:write') ? <CloseForm nodes={nodes.data} /> : null}<ClosedNodes nodes={nodes.data} /></> : <section className="card closure-blank"><span className="bone" /><span className="bone" /></section>}</div>
          <div><Gates />{may('orders:read') ? <Closures /> : null}</div>
        </div>)}
    </div>
  );
}
