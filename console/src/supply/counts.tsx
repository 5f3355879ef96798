// Counts of a node, pasted or typed: what differs and whom it touches, then booked with one reason.
import { useMutation } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { cache, failureOf, refusalOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { quantityText, quantity as written } from '../numbers.ts';
import { type Refusal, Told } from '../refusals/told.tsx';
import { Problem } from '../ui/problem.tsx';
import { useTitle } from '../ui/title.ts';
import { sayCount, tryCounts } from './api.ts';
import { RowsRead } from './create.tsx';
import { Effect } from './effect.tsx';
import { t } from './goods-words.ts';
import { StockParts } from './nav.tsx';
import { type Pasted, pastedLines } from './pasted.ts';

type Compared = Awaited<ReturnType<typeof tryCounts>>;
interface Given { readonly node: string; readonly read: Pasted; readonly answer: Compared; readonly key: string }
interface Outcome { readonly done: number; readonly refused: readonly { readonly sku: string; readonly why: Refusal }[] }

/** Each count by itself: one that is refused keeps no other from being booked. The key makes a second try have no second effect. */
async function bookAll({ node, read, answer, key }: Given, note: string): Promise<Outcome> {
  const refused: { sku: string; why: Refusal }[] = [];
  let done = 0;
  for (const [index, { sku, quantity }] of read.lines.entries()) {
    if (answer.lines[index]?.problem !== null) continue;
    try {
      await sayCount({ sku, node, quantity, note }, `${key}-${index}`);
      done += 1;
    } catch (error) {
      refused.push({ sku, why: refusalOf(failureOf(error)) });
    }
  }
  return { done, refused };
}

export default function CountsPage(): ReactElement {
  const { searchStr } = useLocation();
  const asked = new URLSearchParams(searchStr);
  const facts = useFacts();
  const may = useMay();
  const [node, setNode] = useState(asked.get('node') ?? '');
  const [rows, setRows] = useState(asked.get('sku') === null ? '' : `${asked.get('sku') ?? ''}\t`);
  const [missing, setMissing] = useState<'needNode' | 'needRows' | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const read = pastedLines(rows);
  const dated = read.lines.some(({ day }) => day !== null);
  useTitle(t('counts'));
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const comparing = useMutation({
    mutationFn: async (): Promise<Given> => ({ node, read, answer: await tryCounts({ node, lines: read.lines.map(({ sku, quantity }) => ({ sku, quantity })) }), key: `console-count-${Date.now()}-${Math.random().toString(36).slice(2)}` }),
    onSuccess: () => announce(t('compared')),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const lacks = node === '' ? 'needNode' : read.lines.length === 0 ? 'needRows' : null;
    setMissing(lacks);
    if (lacks === null && read.faults.length === 0 && !dated && !comparing.isPending) comparing.mutate();
  };
  const change = (set: () => void): void => {
    comparing.reset();
    setMissing(null);
    set();
  };
  return (
    <div className="list supply">
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('counts')}</h1><p className="muted">{t('countsLead')}</p></div>
      <StockParts />
      <form className="card ask-form supply-form" onSubmit={submit} aria-busy={comparing.isPending || undefined}>
        <div className="field"><label htmlFor="count-node">{t('node')}</label><select id="count-node" value={node} onChange={({ target }) => change(() => setNode(target.value))}><option value="">{t('choose')}</option>{facts.nodes.rows.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}</select></div>
        <div className="field"><label htmlFor="count-rows">{t('rows')}</label><textarea id="count-rows" className="mono" rows={8} spellCheck={false} placeholder={t('rowsHint')} value={rows} aria-describedby="count-read" onChange={({ target }) => change(() => setRows(target.value))} /></div>
        <RowsRead read={read} id="count-read" />
        {dated ? <p role="alert" className="is-later">{t('noDay')}</p> : null}{missing === null ? null : <p role="alert" className="is-later">{t(missing)}</p>}
        <Problem error={comparing.error} />
        <div className="form-actions"><button type="submit" className="button primary">{t('compare')}</button></div>
      </form>
      {comparing.data === undefined ? null : <Comparison key={comparing.data.key} given={comparing.data} mayWrite={may('stock:write')} done={() => {
        setRows('');
        comparing.reset();
      }} />}
    </div>
  );
}

function Comparison({ given, mayWrite, done }: { readonly given: Given; readonly mayWrite: boolean; readonly done: () => void }): ReactElement {
  const facts = useFacts();
  const [note, setNote] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { answer: { lines, effect }, read } = given;
  const bookable = lines.filter(({ problem }) => problem === null).length;
  const booking = useMutation({
    mutationFn: () => bookAll(given, note),
    onSuccess: async (outcome) => {
      announce(t('booked', { count: outcome.done }));
      await cache.invalidateQueries({ predicate: ({ queryKey: [name] }) => typeof name === 'string' && (name.startsWith('stock-') || name === 'supply') });
      if (outcome.refused.length === 0) done();
    },
  });
  return (
    <section className="card supply-form" aria-labelledby="compared">
      <h2 id="compared" tabIndex={-1} ref={heading}>{t('compared')}</h2>
      <div className="table-frame scrolls" role="region" aria-label={t('compared')} tabIndex={0}>
        <table className="plain-table roomy"><thead><tr><th scope="col">{t('item')}</th><th scope="col" className="figure">{t('counted')}</th><th scope="col" className="figure">{t('change')}</th><th scope="col" className="figure">{t('short')}</th></tr></thead>
          <tbody>{lines.map(({ sku, change, short, quantity_scale: scale, problem }, index) => (
            <tr key={sku}><th scope="row" className="mono">{sku}</th><td className="figure">{quantityText(read.lines[index]?.quantity ?? '0')}</td>
              {problem === null ? <><td className="figure">{change === 0 ? <span className="muted">{t('asIs')}</span> : `${(change ?? 0) > 0 ? '+' : '−'}${written(Math.abs(change ?? 0), scale ?? 0)}`}</td><td className="figure">{short === 0 ? '–' : <span className="is-later">{written(short ?? 0, scale ?? 0)}</span>}</td></> : <td colSpan={2} className="long is-later">{t('fault')}: <Told of={{ code: problem.code, detail: problem.detail }} /></td>}</tr>))}</tbody></table>
      </div>
      <Effect effect={effect} facts={facts} />
      <p className="muted">{t('stale')}</p>
      {booking.data === undefined || booking.data.refused.length === 0 ? null : <div role="alert"><p className="is-later">{t('failed', { count: booking.data.refused.length })}</p><ul className="supply-faults">{booking.data.refused.map(({ sku, why }) => <li key={sku}>{sku}: <Told of={why} /></li>)}</ul></div>}
      {!mayWrite ? <p className="muted">{t('mayNot')}</p> : bookable === 0 ? <p className="muted">{t('bookNone')}</p> : (
        <form className="filter-row" onSubmit={(event) => {
          event.preventDefault();
          if (!booking.isPending) booking.mutate();
        }}>
          <div className="field stock-note"><label htmlFor="count-note">{t('sayWhy')}</label><input id="count-note" required maxLength={200} autoComplete="off" value={note} onChange={({ target }) => setNote(target.value)} /></div>
          <button type="submit" className="button primary" aria-busy={booking.isPending || undefined}>{t('book', { count: bookable })}</button>
        </form>)}
    </section>
  );
}
