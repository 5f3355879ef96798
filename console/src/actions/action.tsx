// One action over many orders: how far it is, what came of each order, and the way back.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useParams, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { auditUrl } from '../audit/query.ts';
import { count } from '../numbers.ts';
import { type OrderAction, readBulk, stopBulk, undoBulk } from '../order/api.ts';
import { Fact } from '../order/facts-list.tsx';
import { actorOf } from '../order/story.ts';
import { orderUrl } from '../orders/urls.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { Told } from '../refusals/told.tsx';
import { Problem } from '../ui/problem.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import type { Look } from '../words.ts';
import { type OrderActionResult, readResults } from './api.ts';
import { actionLook } from './list.tsx';
import { actionsUrl, actionUrl, type ActionView, parseAction, RESULTS, type ResultName } from './url.ts';
import { actionTitle, ENDED } from './way-back.ts';
import { t } from './words.ts';

const RUNNING_MS = 600;
const STILL_MS = 30_000;

export default function ActionPage(): ReactElement {
  const { id = '' } = useParams({ strict: false });
  const { searchStr } = useLocation();
  const answer = useQuery({ queryKey: ['order-action', id], queryFn: () => asked(readBulk(id)), refetchInterval: ({ state: { data } }) => (data !== undefined && !ENDED.has(data.state) ? RUNNING_MS : STILL_MS) });
  const action = answer.data;
  const title = action === undefined ? t('title') : actionTitle(action);
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(action?.state);
  useTitle(title);
  useEffect(() => void (answer.isSuccess && heading.current?.focus({ preventScroll: true })), [answer.isSuccess, id]);
  useEffect(() => {
    if (before.current !== undefined && action && before.current !== action.state) announce(actionLook(action.state).word);
    before.current = action?.state;
  }, [action?.state]);
  const missing = <Notice shape="cross" title={t('noSuch')}><p>{t('noSuchWhy')}</p><Link className="button" href={actionsUrl()}>{t('toAll')}</Link></Notice>;
  const failure = answer.error && (!action || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  return (
    <div className="list bulk-actions" aria-busy={answer.isPending || undefined}>
      <p className="crumbs"><Link href={actionsUrl()}>{t('toAll')}</Link></p>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{title}</h1>{action ? <Chip look={actionLook(action.state)} /> : null}</div>
      {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} missing={missing} /> : action ? <><Summary action={action} /><Results action={action} view={parseAction(searchStr)} /></> : null}
    </div>
  );
}

function Summary({ action }: { readonly action: OrderAction }): ReactElement {
  const { id, args, actor, created_at: at, dry_run: dry, state, orders, counts, reasons, seconds_left: seconds, request, undone_by: undone } = action;
  const facts = useFacts();
  const mayAudit = useMay()('events:read');
  const of = typeof args['of'] === 'string' ? args['of'] : null;
  const reason = typeof args['reason'] === 'string' ? args['reason'] : null;
  return (
    <section className="card action-card" aria-label={t('facts')}>
      <dl className="terms">
        <Fact what={t('column.when')}><Time iso={at} as="both" /> <span title={actor}>{t('by', { name: actorOf(action, facts) })}</span>{dry ? ` · ${t('dry')}` : ''}</Fact>
        {reason === null ? null : <Fact what={t('reason')}><span dir="auto">{reason}</span></Fact>}
        <Fact what={t('column.changed')}>{count(counts.changed)}</Fact>
        <Fact what={t('column.left')}>{count(counts.skipped + counts.failed)}</Fact>
        {request === null ? null : <Fact what={t('request')}><span className="mono">{request}</span>{mayAudit ? <> · <Link href={auditUrl({ job: id })}>{t('inAudit')}</Link></> : null}</Fact>}
      </dl>
      {of === null ? null : <p><Link href={actionUrl(of)}>{t('undoOf')}</Link></p>}
      {undone === null ? null : <p><Link href={actionUrl(undone)}>{t('undoneBy')}</Link></p>}
      {ENDED.has(state) ? null : <div className="action-running">{state === 'finding' ? null : <progress max={Math.max(1, orders.total)} value={orders.done} aria-label={t('column.state')} />}<span>{state === 'finding' ? t('state.finding') : t('progress', { done: count(orders.done), total: count(orders.total) })}{seconds === null ? '' : ` · ${t('secondsLeft', { count: seconds })}`}</span></div>}
      {reasons.length === 0 ? null : <><h2>{t('why')}</h2><ul className="effects">{reasons.map(({ code, count: many, sentence, fix }) => <li key={code}><b>{count(many)}</b> {t.maybe(`reason.${code}`) ?? <Told of={{ code, detail: `${sentence}. ${fix}` }} as="grouped" />}</li>)}</ul></>}
      <WayBack action={action} />
    </section>
  );
}

/** Why there is no way back, or the way. */
function WayBack({ action: { id, action, state, counts, no_undo: no } }: { readonly action: OrderAction }): ReactElement {
  const client = useQueryClient();
  const { history } = useRouter();
  const may = useMay()('orders:write');
  const undoing = useMutation({
    mutationFn: () => asked(undoBulk(id)),
    onSuccess: (begun) => {
      announce(t('takingBack'));
      history.push(actionUrl(begun.id));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['order-action', id] }),
  });
  const stopping = useMutation({ mutationFn: () => asked(stopBulk(id)), onSettled: () => client.invalidateQueries({ queryKey: ['order-action', id] }) });
  return (
    <>
      <p className="muted">{no === null ? t('can') : no.code === 'irreversible' ? t.maybe(`for.${action}`) ?? no.sentence : t.maybe(`no.${no.code}`) ?? no.sentence}</p>
      <div className="form-actions">
        {no === null && may ? <button type="button" className="button primary" aria-busy={undoing.isPending || undefined} onClick={() => void (undoing.isPending || undoing.mutate())}>{t('takeItBack')}</button> : null}
        {!ENDED.has(state) && may ? <button type="button" className="button" onClick={() => void (stopping.isPending || stopping.mutate())}>{t('stop')}</button> : null}
        {ENDED.has(state) && counts.skipped + counts.failed > 0 ? <a className="button" href={`/v1/order-actions/${encodeURIComponent(id)}/failures`} download>{t('download')}</a> : null}
      </div>
      <Problem error={undoing.error ?? stopping.error} />
    </>
  );
}

const RESULT_LOOKS: Readonly<Record<ResultName, Omit<Look, 'word'>>> = { changed: { tone: 'green', glyph: 'full' }, skipped: { tone: 'neutral', glyph: 'slash' }, failed: { tone: 'red', glyph: 'alert' } };
const resultLook = (result: ResultName | null): Look => (result === null ? { word: t('result.open'), tone: 'neutral', glyph: 'dashed' } : { word: t(`result.${result}`), ...RESULT_LOOKS[result] });

function Results({ action: { id, state, orders }, view: { result, cursor } }: { readonly action: OrderAction; readonly view: ActionView }): ReactElement {
  // Read again when it goes on, and once more when it has ended.
  const answer = useQuery({ queryKey: ['order-action', id, 'results', result, cursor, state, orders.done], queryFn: () => asked(readResults(id, result, cursor)), placeholderData: keepPreviousData });
  const tab = (value: ActionView['result'], label: string): ReactElement => <Link key={value} className="tab" href={actionUrl(id, { result: value })} aria-current={value === result ? 'page' : undefined}>{label}</Link>;
  return (
    <div className="action-results">
      <h2 className="visually-hidden">{t('results')}</h2>
      <nav className="tabs" aria-label={t('results')}>{tab('', t('all'))}{RESULTS.map((one) => tab(one, t(`result.${one}`)))}</nav>
      <PlainTable label={t('results')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('column.order'), t('column.result'), t('column.why')]} row={(one) => <Row key={one.order} of={one} />} empty={<p className="muted">{t('noResults')}</p>} />
      {answer.data === undefined ? null : <Pager shown={answer.data.rows.length} cursor={cursor} next={answer.data.next} url={(at) => actionUrl(id, { result, cursor: at })} byTime={false} />}
    </div>
  );
}

const Row = ({ of: { order, number, result, detail } }: { readonly of: OrderActionResult }): ReactElement => (
  <tr>
    <th scope="row">{number === null ? <><span className="mono">{order}</span> <span className="muted">{t('gone')}</span></> : <Link className="number" href={orderUrl(order)} aria-label={`${t('open')} #${number}`}>#{number}</Link>}</th>
    <td><Chip look={resultLook(result)} /></td><td className="long" dir="auto">{detail}</td>
  </tr>
);
