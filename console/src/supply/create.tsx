// A new purchase order or transfer, its lines pasted from a spreadsheet or typed, every wrong row named before and after it is sent.
import { useMutation } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { cache, failureOf, refusalOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { remarksIn } from '../app/refused.ts';
import { announce } from '../app/voice.ts';
import { spokenRefusal, Told } from '../refusals/told.tsx';
import { viewerZone } from '../time.ts';
import { Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { useTitle } from '../ui/title.ts';
import { makePurchase, makeTransfer } from './api.ts';
import { endOfDay } from './days.ts';
import { useAnnouncing } from './list.tsx';
import { StockParts } from './nav.tsx';
import { type Pasted, pastedLines } from './pasted.ts';
import { documentUrl } from './query.ts';
import { t } from './words.ts';

interface Draft { readonly reference: string; readonly supplier: string; readonly node: string; readonly from: string; readonly day: string; readonly rows: string }
const EMPTY: Draft = { reference: '', supplier: '', node: '', from: '', day: '', rows: '' };

async function make(isTransfer: boolean, { reference, supplier, node, from, day }: Draft, { lines }: Pasted, zone: string): Promise<{ readonly id: string }> {
  const at = (one: string): string => endOfDay(one, zone) ?? '';
  const rows = lines.map((line) => ({ sku: line.sku, quantity: line.quantity, ...(line.day === null ? {} : { due_at: at(line.day) }) }));
  const head = { reference, node, due_at: at(day), lines: rows };
  return isTransfer ? makeTransfer({ ...head, from_node: from }) : makePurchase({ ...head, ...(supplier === '' ? {} : { supplier }) });
}

export default function CreateSupplyPage(): ReactElement {
  const { searchStr } = useLocation();
  const isTransfer = new URLSearchParams(searchStr).get('kind') === 'transfer';
  const announcing = useAnnouncing();
  const heading = useRef<HTMLHeadingElement>(null);
  const title = t(isTransfer ? 'createTransfer' : 'createPurchase');
  useTitle(title);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="list supply">
      <StockParts />
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{title}</h1></div>
      {announcing.may ? <Form key={String(isTransfer)} isTransfer={isTransfer} /> : <Notice shape="stop" title={title}><p>{announcing.why}</p></Notice>}
    </div>
  );
}

function Form({ isTransfer }: { readonly isTransfer: boolean }): ReactElement {
  const { history } = useRouter();
  const facts = useFacts();
  const [draft, setDraft] = useState(EMPTY);
  const [wanted, setWanted] = useState(false);
  const zone = facts.zoneOf(draft.node) ?? viewerZone();
  const read = pastedLines(draft.rows);
  const making = useMutation({
    mutationFn: () => make(isTransfer, draft, read, zone),
    onSuccess: async ({ id }) => {
      await cache.invalidateQueries({ queryKey: ['supply'] });
      history.push(documentUrl(id));
    },
    onError: (error) => void spokenRefusal(refusalOf(failureOf(error))).then(announce),
  });
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWanted(true);
    if (read.lines.length > 0 && read.faults.length === 0 && !making.isPending) making.mutate();
  };
  const field = (name: 'reference' | 'supplier', needed: boolean): ReactElement => <div className="field"><label htmlFor={`new-${name}`}>{t(name)}</label><input id={`new-${name}`} required={needed} maxLength={200} autoComplete="off" placeholder={needed ? undefined : t('optional')} value={draft[name]} onChange={({ target }) => set({ [name]: target.value })} /></div>;
  const node = (name: 'node' | 'from', label: string): ReactElement => <div className="field"><label htmlFor={`new-${name}`}>{label}</label><select id={`new-${name}`} required value={draft[name]} onChange={({ target }) => set({ [name]: target.value })}><option value="">{t('choose')}</option>{facts.nodes.rows.map(({ code, name: own }) => <option key={code} value={code}>{own}</option>)}</select></div>;
  const remarks = remarksIn(making.error).flatMap((remark) => {
    const line = read.lines[Number(/^\/lines\/(\d+)/.exec(remark.pointer)?.[1] ?? NaN)];
    return line === undefined ? [] : [{ line, remark }];
  });
  return (
    <form className="card ask-form supply-form" onSubmit={submit} aria-busy={making.isPending || undefined}>
      <div className="filter-row">{field('reference', true)}{isTransfer ? node('from', t('from')) : field('supplier', false)}{node('node', t('to'))}
        <div className="field"><label htmlFor="new-day">{t('dueDay')}</label><input id="new-day" type="date" required max="2199-12-31" value={draft.day} onChange={({ target }) => set({ day: target.value })} /></div></div>
      <p className="muted">{t('zone', { zone })}</p>
      <div className="field"><label htmlFor="new-rows">{t('paste')}</label><textarea id="new-rows" className="mono" rows={10} spellCheck={false} placeholder={t('pasteHint')} value={draft.rows} onChange={({ target }) => set({ rows: target.value })} aria-describedby="new-read" /></div>
      <RowsRead read={read} id="new-read" />
      {wanted && read.lines.length === 0 ? <p role="alert" className="is-later">{t('required', { what: t('aLine') })}</p> : null}
      {remarks.length === 0 ? <Problem error={making.error} /> : <ul role="alert" className="supply-faults">{remarks.map(({ line: { row, sku }, remark }) => <li key={remark.pointer + remark.detail}>{t('refused', { row, sku })} <Told of={remark} as="fault" /></li>)}</ul>}
      <div className="form-actions"><button type="submit" className="button primary">{t(isTransfer ? 'plan' : 'create')}</button></div>
    </form>
  );
}

/** How much of what was pasted is read, and each row that is not. */
export function RowsRead({ read: { lines, faults }, id }: { readonly read: Pasted; readonly id: string }): ReactElement {
  return (
    <div id={id} role="status">
      {lines.length === 0 ? null : <p className="muted">{t('read', { count: lines.length })}</p>}
      {faults.length === 0 ? null : <><p className="is-later">{t('faults', { count: faults.length })}</p><ul className="supply-faults">{faults.slice(0, 20).map(({ row, text, why }) => <li key={row}>{t('fault', { row, text, why: t(`fault.${why}`) })}</li>)}</ul></>}
    </div>
  );
}
