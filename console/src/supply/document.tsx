// One purchase order or transfer: its lines, who waits for them, what became of it, and what can be done.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, cache, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay, useSession } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { orderUrl } from '../orders/urls.ts';
import { count } from '../numbers.ts';
import { brief } from '../time.ts';
import { AskFirst } from '../ui/ask-first.tsx';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel } from '../ui/notice.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Time, useNow } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { type Event, readClaims, readDocument, readHistory, shipDocument, stopWaiting, type Supply, type SupplyClaim, type SupplyOrder } from './api.ts';
import { ChangeSheet } from './change.tsx';
import { useAnnouncing } from './list.tsx';
import { documentLook, isLate, isPlanned, kindWord, lateLook, openOf, units } from './looks.ts';
import { StockParts } from './nav.tsx';
import { receiveUrl } from './query.ts';
import { t } from './words.ts';

const REFRESH_MS = 10_000;

export const useDocument = (id: string) => useQuery({ queryKey: ['supply', 'document', id], queryFn: () => asked(readDocument(id)), refetchInterval: every(REFRESH_MS) });

export default function SupplyDocumentPage(): ReactElement {
  const { id = '' } = useParams({ strict: false });
  const answer = useDocument(id);
  const facts = useFacts();
  const heading = useRef<HTMLHeadingElement>(null);
  const document = answer.data;
  useTitle(document?.reference ?? t('supply'));
  useEffect(() => heading.current?.focus({ preventScroll: true }), [document?.id]);
  return (
    <div className="list supply" aria-busy={answer.isPending || undefined}>
      <StockParts />
      {document === undefined ? <><h1 className="visually-hidden" tabIndex={-1} ref={heading}>{t('supply')}</h1>{answer.error ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /> : null}</> : (
        <>
          <div className="list-head supply-head"><h1 tabIndex={-1} ref={heading}>{document.reference}</h1><Chip look={documentLook(document)} /><p className="muted">{kindWord(document.kind)}</p></div>
          <Head document={document} facts={facts} />
          <Lines document={document} facts={facts} />
          <div className="supply-columns"><Waiting document={document} facts={facts} /><History document={document} facts={facts} /></div>
        </>
      )}
    </div>
  );
}

interface PartProps { readonly document: SupplyOrder; readonly facts: Facts }

function Head({ document, facts }: PartProps): ReactElement {
  const now = useNow();
  const may = useMay();
  const own = useSession().data?.user.nodes ?? null;
  const announcing = useAnnouncing();
  const [asking, setAsking] = useState<'ship' | 'stop' | null>(null);
  const planned = isPlanned(document);
  const open = document.lines.some(({ closed_at: closed }) => closed === null);
  const isOwn = (node: string | null): boolean => own === null || (node !== null && own.includes(node));
  return (
    <section className="card supply-facts">
      <dl>
        <div><dt>{t('arrives')}</dt><dd>{facts.nodeName(document.node)}</dd></div>
        <div><dt>{document.from_node === null ? t('supplier') : t('leaves')}</dt><dd dir="auto">{document.from_node === null ? document.supplier ?? '–' : facts.nodeName(document.from_node)}</dd></div>
        <div><dt>{t('due')}</dt><dd>{document.due_at === null ? '–' : <Time iso={document.due_at} as="both" store={facts.zoneOf(document.node)} />} {isLate(document.due_at, now) ? <Chip look={lateLook()} /> : null}</dd></div>
        {document.shipped_at === null ? null : <div><dt>{t('shipped')}</dt><dd><Time iso={document.shipped_at} as="both" /></dd></div>}
        <div><dt>{t('since')}</dt><dd><Time iso={document.created_at} as="full" /></dd></div>
      </dl>
      {planned ? <p className="muted">{t('notShipped', { node: facts.nodeName(document.from_node ?? '') })}</p> : null}
      {!may('stock:write') ? <p className="muted">{t('mayNot')}</p> : !open ? null : (
        <div className="form-actions">
          {planned ? isOwn(document.from_node) ? <button type="button" className="button primary" onClick={() => setAsking('ship')}>{t('ship', { node: facts.nodeName(document.from_node ?? '') })}…</button> : null : isOwn(document.node) ? <Link className="button primary" href={receiveUrl(document.id)}>{t('receive')}</Link> : null}
          {announcing.may ? <button type="button" className="button danger" onClick={() => setAsking('stop')}>{t(planned ? 'cancelTransfer' : 'stop')}…</button> : <span className="muted">{announcing.why}</span>}
        </div>)}
      {asking === 'ship' ? <ShipSheet document={document} facts={facts} close={() => setAsking(null)} /> : asking === 'stop' ? <StopSheet document={document} close={() => setAsking(null)} /> : null}
    </section>
  );
}

function ShipSheet({ document, facts, close }: PartProps & { readonly close: () => void }): ReactElement {
  const node = facts.nodeName(document.from_node ?? '');
  const shipping = useMutation({
    mutationFn: () => shipDocument(document.id),
    onSuccess: async () => {
      announce(t('status.in_transit'));
      await cache.invalidateQueries({ queryKey: ['supply'] });
      close();
    },
  });
  return <AskFirst title={t('shipTitle', { node })} act={t('ship', { node })} pending={shipping.isPending} error={shipping.error} close={close} go={() => shipping.mutate()}><p>{t('shipWhat', { node, to: facts.nodeName(document.node) })}</p></AskFirst>;
}

function StopSheet({ document, close }: { readonly document: SupplyOrder; readonly close: () => void }): ReactElement {
  const claims = useQuery({ queryKey: ['supply', 'claims', document.id], queryFn: () => asked(readClaims(document.id)) });
  const [reason, setReason] = useState('');
  const stopping = useMutation({
    mutationFn: () => stopWaiting(document.id, reason),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ['supply'] });
      close();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!stopping.isPending) stopping.mutate();
  };
  return (
    <Sheet title={t('stopTitle', { reference: document.reference })} close={close}>
      <form className="ask-form" onSubmit={submit} aria-busy={stopping.isPending || undefined}>
        {claims.data === undefined ? null : <p>{t('stopWhat', { count: new Set(claims.data.rows.map(({ order }) => order)).size })}</p>}
        <div className="field"><label htmlFor="stop-reason">{t('reason')}</label><input id="stop-reason" required maxLength={500} autoComplete="off" value={reason} onChange={({ target }) => setReason(target.value)} /></div>
        <Problem error={stopping.error} />
        <div className="form-actions"><button type="submit" className="button danger">{t(isPlanned(document) ? 'cancelTransfer' : 'stopIt')}</button></div>
      </form>
    </Sheet>
  );
}

function Lines({ document, facts }: PartProps): ReactElement {
  const announcing = useAnnouncing();
  const now = useNow();
  const [changed, setChanged] = useState<Supply | null>(null);
  const row = (line: Supply): ReactElement => (
    <tr key={line.id}>
      <th scope="row"><span className="mono">{line.sku}</span> <span className="muted" dir="auto">{line.name}</span></th><td className="figure">{units(line.quantity, line)}</td><td className="figure">{units(line.received, line)}</td><td className="figure">{line.damaged === 0 ? '–' : units(line.damaged, line)}</td>
      <td className="figure">{units(openOf(line), line)}</td><td className="figure">{units(line.claimed, line)}</td><td className="supply-due">{line.closed_at === null ? <><Time iso={line.due_at} as="both" store={facts.zoneOf(line.node)} />{isLate(line.due_at, now) ? <div><Chip look={lateLook()} /></div> : null}</> : t('closedLine')}</td>
      <td className="figure">{line.closed_at !== null || isPlanned(document) ? '–' : t('percent', { count: line.confidence })}</td>
      <td>{line.closed_at === null && announcing.may ? <button type="button" className="button quiet" aria-label={t('changeOf', { sku: line.sku })} onClick={() => setChanged(line)}>{t('change')}…</button> : null}</td>
    </tr>
  );
  return (
    <section className="below"><h2>{t('lines')}</h2>
      <PlainTable label={t('lines')} answer={{ data: document.lines, error: null, isPending: false, refetch: () => undefined }} columns={[t('line'), t('ordered'), t('received'), t('damaged'), t('open'), t('claimed'), t('due'), t('confidence'), '']} figures={[t('ordered'), t('received'), t('damaged'), t('open'), t('claimed'), t('confidence')]} row={row} empty={null} />
      {changed === null ? null : <ChangeSheet key={changed.id} line={changed} facts={facts} close={() => setChanged(null)} />}
    </section>
  );
}

function Waiting({ document }: PartProps): ReactElement {
  const answer = useQuery({ queryKey: ['supply', 'claims', document.id], queryFn: () => asked(readClaims(document.id)), refetchInterval: every(REFRESH_MS) });
  const row = (one: SupplyClaim): ReactElement => <tr key={`${one.supply} ${one.order} ${one.line}`}><th scope="row"><Link className="number" href={orderUrl(one.order)}>#{one.order_number}</Link></th><td className="mono">{one.sku}</td><td className="figure">{units(one.quantity, one)}</td><td><Time iso={one.due_at} as="brief" /></td></tr>;
  return (
    <section className="below"><h2>{t('waiting')}</h2>
      {answer.error && answer.data === undefined ? <FailurePanel failure={failureOf(answer.error)} what={t('waiting')} retry={() => void answer.refetch()} />
        : <PlainTable label={t('waiting')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('order'), t('line'), t('quantity'), t('due')]} figures={[t('quantity')]} row={row} empty={<p className="muted">{t('noWaiting')}</p>} />}
      {answer.data?.complete === false ? <p className="list-end">{t('cut', { count: answer.data.rows.length })}</p> : null}
    </section>
  );
}

function said({ type, data }: Event, document: SupplyOrder): string {
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  const line = document.lines.find(({ id }) => id === data['supply']);
  const amount = Number(data['quantity'] ?? data['change'] ?? 0);
  const values = { sku: line?.sku ?? '', quantity: line === undefined ? count(amount) : units(amount, line), due: text('due_at') === '' ? t('noDate') : brief(Date.parse(text('due_at')), Date.now()) };
  const key = type === 'SupplyDiscrepancy' ? `did.SupplyDiscrepancy.${text('kind')}` : type === 'StockReceived' && text('condition') !== 'A' ? 'did.StockReceived.damaged' : `did.${type}`;
  return isSaid(key) ? t(key, values) : type;
}

type Said = Extract<Parameters<typeof t>[0], `did.${string}`>;
const isSaid = (key: string): key is Said => t.maybe(key) !== null;

function History({ document }: PartProps): ReactElement {
  const answer = useQuery({ queryKey: ['supply', 'history', document.id], queryFn: () => asked(readHistory(document.id)), refetchInterval: every(REFRESH_MS) });
  return (
    <section className="below"><h2>{t('history')}</h2>
      {answer.error && answer.data === undefined ? <FailurePanel failure={failureOf(answer.error)} what={t('history')} retry={() => void answer.refetch()} /> : answer.data?.length === 0 ? <p className="muted">{t('noHistory')}</p>
        : <ol className="supply-history">{answer.data?.map((one) => <li key={one.id}><span>{said(one, document)}</span>{one.reason === null ? null : <span dir="auto"> · {one.reason}</span>}<div className="muted"><Time iso={one.occurred_at} as="both" /> · {t('by', { who: one.actor_name ?? one.actor })}</div></li>)}</ol>}
    </section>
  );
}
