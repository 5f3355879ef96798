// One strategy: its rules as a draft, its versions, what they would have made of the past, and of what comes in.
import { useQuery } from '@tanstack/react-query';
import { useLocation, useParams, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useKeys } from '../app/keys.ts';
import { useMay } from '../app/session.ts';
import { Fact } from '../order/facts-list.tsx';
import { auditUrl } from '../audit/query.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { t as ui } from '../ui/words.ts';
import { readStrategy, type Strategy } from './api.ts';
import { PublishDialog, RollBackDialog, versionBefore } from './decide.tsx';
import { Diff } from './diff.tsx';
import { Editor } from './editor.tsx';
import { useKept } from './kept.ts';
import { parseStrategyQuery, strategyUrl, VIEWS } from './query.ts';
import { Shadow } from './shadow.tsx';
import { Simulations } from './simulate.tsx';
import { Versions } from './versions.tsx';
import { t } from './words.ts';

const REFRESH_MS = 10_000;

export default function StrategyPage(): ReactElement {
  const { code = '' } = useParams({ strict: false });
  const { history } = useRouter();
  const answer = useQuery({ queryKey: ['strategy', code], queryFn: () => asked(readStrategy(code)), refetchInterval: every(REFRESH_MS) });
  const strategy = answer.data;
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(strategy?.name ?? code);
  useKeys({ u: () => history.push('/strategies') });
  useEffect(() => void heading.current?.focus({ preventScroll: true }), [strategy !== undefined]);
  const failure = answer.error && (!strategy || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  const missing = <Notice shape="cross" title={t('noSuch')}><p>{t('noSuchWhy', { code })}</p><Link className="button" href="/strategies">{t('back')}</Link></Notice>;
  return (
    <div className="order strategy">
      <nav className="crumbs" aria-label={t('place')}><Link className="button quiet" href="/strategies" id="back">{t('back')}</Link><Link className="button quiet" href={auditUrl({ object: code, kind: 'strategy' })}>{ui('history')}</Link></nav>
      <div className="order-content">
        <div className="order-title"><h1 tabIndex={-1} ref={heading} dir="auto">{strategy?.name ?? code}</h1>{strategy ? <Actions strategy={strategy} /> : null}</div>
        {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} missing={missing} /> : strategy ? <Whole key={code} strategy={strategy} /> : <div className="order-skeleton" aria-busy="true"><span className="bone block" /></div>}
      </div>
    </div>
  );
}

function Actions({ strategy }: { readonly strategy: Strategy }): ReactElement | null {
  const may = useMay()('catalogue:write');
  const [open, setOpen] = useState<'publish' | 'back' | null>(null);
  const before = versionBefore(strategy);
  if (!may) return null;
  const close = (): void => setOpen(null);
  return (
    <span className="title-actions">
      {before === null ? null : <button type="button" className="button" onClick={() => setOpen('back')}>{t('rollBackTo', { to: before })}</button>}
      {strategy.draft === null ? null : <button type="button" className="button primary" onClick={() => setOpen('publish')}>{t('publish')}</button>}
      {open === 'publish' && strategy.draft !== null ? <PublishDialog strategy={strategy} draft={strategy.draft} close={close} /> : null}
      {open === 'back' && before !== null ? <RollBackDialog strategy={strategy} to={before} close={close} /> : null}
    </span>
  );
}

function Whole({ strategy }: { readonly strategy: Strategy }): ReactElement {
  const { searchStr } = useLocation();
  const { view, from, to, cursor } = parseStrategyQuery(searchStr);
  const { channelName } = useFacts();
  const [kept, keep] = useKept(strategy.code);
  const { code, live, draft, live_document: before, draft_document: after } = strategy;
  return (
    <>
      <dl className="order-facts">
        <Fact what={t('live')}>{live === null ? <Chip look={{ word: t('neverPublished'), tone: 'neutral', glyph: 'empty' }} /> : <Chip look={{ word: t('versionNo', { version: live }), tone: 'green', glyph: 'full' }} />}</Fact>
        <Fact what={t('draft')}>{draft === null ? '–' : t('draftOf', draft)}</Fact>
        {strategy.scheduled.map((one) => <Fact key={one.version} what={t('scheduledFrom', { version: one.version })}><Time iso={one.valid_from} as="full" /></Fact>)}
        <Fact what={t('usedBy')}>{strategy.channels.length === 0 ? t('noChannel') : strategy.channels.map(channelName).join(', ')}</Fact>
      </dl>
      <nav className="tabs" aria-label={t('parts')}>{VIEWS.map((one) => <Link key={one} className="tab" href={strategyUrl(code, { view: one })} aria-current={one === view ? 'page' : undefined}>{t(`view.${one}`)}{one === 'rules' && kept !== null ? <span className="more">{t('unsavedShort')}</span> : null}</Link>)}</nav>
      <div className="strategy-view">
        {view === 'rules' ? <>
          <Editor strategy={strategy} kept={kept} keep={keep} />
          {before !== null && after !== null ? <details className="card diff-live"><summary><span className="fold-mark" />{t('againstLive')}</summary>{kept === null ? null : <p className="muted">{t('asSaved')}</p>}<Diff before={before} after={after} /></details> : null}
        </> : null}
        {view === 'versions' ? <Versions strategy={strategy} from={from} to={to} /> : null}
        {view === 'simulations' ? <Simulations strategy={strategy} unsaved={kept !== null} /> : null}
        {view === 'shadow' ? <Shadow strategy={strategy} cursor={cursor} /> : null}
      </div>
    </>
  );
}
