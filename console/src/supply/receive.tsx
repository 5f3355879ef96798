// Receiving: scan or type what is there, see what differs, and book it with a summary of what that changes.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, type RefObject, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { asked, cache, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { decimalText, typedQuantity } from '../numbers.ts';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { useTitle } from '../ui/title.ts';
import { readClaims, receive, type Received, type Supply, type SupplyOrder } from './api.ts';
import { useDocument } from './document.tsx';
import { keepTally, keptTally } from './kept-tally.ts';
import { isPlanned, openOf, units } from './looks.ts';
import { StockParts } from './nav.tsx';
import { quantityIn } from './pasted.ts';
import { documentUrl } from './query.ts';
import { differenceOf, EMPTY, scanned, seen, setTo, type Tally, undone, unitsOf } from './tally.ts';
import { t } from './words.ts';

export default function ReceivePage(): ReactElement {
  const { id = '' } = useParams({ strict: false });
  const answer = useDocument(id);
  const facts = useFacts();
  const may = useMay();
  const document = answer.data;
  const title = document === undefined ? t('receive') : t('receiving', { reference: document.reference });
  useTitle(title);
  const closed = document?.lines.every(({ closed_at: at }) => at !== null) === true;
  const to = <Link className="button" href={documentUrl(id)}>{t('toDocument')}</Link>;
  return (
    <div className="list supply" aria-busy={answer.isPending || undefined}>
      <StockParts />
      <div className="list-head supply-head"><h1>{title}</h1><p className="muted">{document === undefined ? '' : facts.nodeName(document.node)}</p></div>
      {document === undefined ? answer.error ? <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} /> : null
        : !may('stock:write') ? <Notice shape="stop" title={t('noPage')}><p>{t('mayNot')}</p>{to}</Notice>
          : isPlanned(document) ? <Notice shape="dashed" title={t('notYet', { node: facts.nodeName(document.from_node ?? '') })}><p>{t('notYetWhy')}</p>{to}</Notice>
            : closed ? <Notice shape="full" title={t('nothingOpen')}>{to}</Notice> : <Counting key={document.id} document={document} facts={facts} />}
    </div>
  );
}

interface CountingProps { readonly document: SupplyOrder; readonly facts: Facts }

function Counting({ document, facts }: CountingProps): ReactElement {
  const [tally, setTally] = useState(() => keptTally(document.id));
  const [damaged, setDamaged] = useState(false);
  const [closing, setClosing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => keepTally(document.id, tally), [document.id, tally]);
  const back = (): void => {
    flushSync(() => setClosing(false));
    field.current?.focus();
  };
  const become = (next: Tally): void => {
    setTally(next);
    const last = next.scans.at(-1);
    const line = document.lines.find(({ sku }) => sku === last?.sku);
    if (next.wrong !== null) announce(t(next.wrong.why === 'unknown' ? 'wrongUnknown' : 'wrongClosed', { code: next.wrong.code }));
    else if (next.scans.length < tally.scans.length) announce(t('takenBack'));
    else if (last && line) announce(t('counted', { sku: last.sku, total: units(unitsOf(next, last.sku, last.damaged), line) }));
  };
  const undo = (): void => {
    become(undone(tally));
    field.current?.focus();
  };
  if (closing) return <Summary document={document} facts={facts} tally={tally} back={back} booked={() => setTally(EMPTY)} />;
  return (
    <div onKeyDown={(event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      undo();
    }}>
      <ScanForm document={document} tally={tally} damaged={damaged} field={field} become={become} choose={setDamaged} undo={undo} />
      {tally.wrong === null ? null : <Wrong tally={tally} see={() => {
        setTally(seen(tally));
        field.current?.focus();
      }} />}
      <Counted document={document} tally={tally} become={become} />
      <div className="form-actions scan-end"><button type="button" className="button primary" onClick={() => setClosing(true)}>{t('toSummary')}</button><Link className="button" href={documentUrl(document.id)}>{t('toDocument')}</Link></div>
    </div>
  );
}

interface ScanProps {
  readonly document: SupplyOrder;
  readonly tally: Tally;
  readonly damaged: boolean;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly become: (next: Tally) => void;
  readonly choose: (damaged: boolean) => void;
  readonly undo: () => void;
}

function ScanForm({ document, tally, damaged, field, become, choose, undo }: ScanProps): ReactElement {
  const last = tally.scans.at(-1);
  const line = document.lines.find(({ sku }) => sku === last?.sku);
  useEffect(() => field.current?.focus(), [field]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (field.current === null || tally.wrong !== null) return;
    become(scanned(tally, field.current.value, document.lines, damaged));
    field.current.value = '';
  };
  const mode = (is: boolean, label: string): ReactElement => <label className="tick"><input type="radio" name="mode" checked={damaged === is} onChange={() => {
    choose(is);
    field.current?.focus();
  }} />{label}</label>;
  return (
    <form className="card scan" onSubmit={submit}>
      <div className="field scan-field"><label htmlFor="scan">{t('scan')}</label><input ref={field} id="scan" className="mono" autoComplete="off" autoCapitalize="off" spellCheck={false} readOnly={tally.wrong !== null} aria-describedby="scan-hint" /></div>
      <button type="submit" className="button primary">{t('count')}</button><button type="button" className="button" disabled={last === undefined} onClick={undo}>{t('undo')}</button>
      <fieldset className="scan-mode"><legend className="visually-hidden">{t('mode')}</legend><span className="muted" aria-hidden="true">{t('mode')}</span>{mode(false, t('good'))}{mode(true, t('isDamaged'))}</fieldset>
      <p className="scan-last">{last === undefined || line === undefined ? <span className="muted">{t('nothing')}</span> : <>{t(last.damaged ? 'lastDamaged' : 'last', { quantity: units(last.units, line), sku: last.sku, total: units(unitsOf(tally, last.sku, last.damaged), line) })} <span className="muted">· {t('unsaved')}</span></>}</p>
      <p className="muted" id="scan-hint">{t('scanHint')}</p>
    </form>
  );
}

/** A wrong item stops the count until somebody says that it was put aside. The focus stays in the field: what a scanner sends ends with Enter, and would press a button that has it. */
function Wrong({ tally: { wrong }, see }: { readonly tally: Tally; readonly see: () => void }): ReactElement | null {
  if (wrong === null) return null;
  const isUnknown = wrong.why === 'unknown';
  return <section className="scan-wrong" role="alert"><Glyph name="stop" /><div><h2>{t(isUnknown ? 'wrongUnknown' : 'wrongClosed', { code: wrong.code })}</h2><p>{t(isUnknown ? 'wrongUnknownWhy' : 'wrongClosedWhy')}</p></div><button type="button" className="button" onClick={see}>{t('seen')}</button></section>;
}

function Counted({ document, tally, become }: { readonly document: SupplyOrder; readonly tally: Tally; readonly become: (next: Tally) => void }): ReactElement {
  return (
    <div className="table-frame scrolls" role="region" aria-label={t('lines')} tabIndex={0}>
      <table className="plain-table roomy counted">
        <thead><tr><th scope="col">{t('line')}</th><th scope="col" className="figure">{t('expected')}</th><th scope="col" className="figure">{t('goodShort')}</th><th scope="col" className="figure">{t('damaged')}</th><th scope="col">{t('difference')}</th></tr></thead>
        <tbody>{document.lines.filter(({ closed_at: at }) => at === null).map((line) => (
          <tr key={line.id} className={tally.scans.at(-1)?.sku === line.sku ? 'is-last' : undefined}>
            <th scope="row"><span className="mono">{line.sku}</span> <span className="muted" dir="auto">{line.name}</span>{line.gtin === null ? null : <div className="mono code">{line.gtin}</div>}</th><td className="figure">{units(openOf(line), line)}</td>
            <td className="figure"><Amount label={t('goodCount', { sku: line.sku })} line={line} tally={tally} damaged={false} become={become} /></td><td className="figure"><Amount label={t('damagedCount', { sku: line.sku })} line={line} tally={tally} damaged become={become} /></td><td><Against line={line} tally={tally} /></td>
          </tr>))}</tbody>
      </table>
    </div>
  );
}

function Against({ line, tally }: { readonly line: Supply; readonly tally: Tally }): ReactElement {
  const { kind, units: amount } = differenceOf(tally, line);
  return kind === 'none' ? <span className="is-sooner"><Glyph name="full" /> {t('exact')}</span> : <span className={kind === 'over' ? 'is-later' : 'muted'}><Glyph name={kind === 'over' ? 'alert' : 'empty'} /> {t(kind, { count: units(amount, line) })}</span>;
}

/** How many there are may be written as well: it is read when the field is left. */
function Amount({ label, line, tally, damaged, become }: { readonly label: string; readonly line: Supply; readonly tally: Tally; readonly damaged: boolean; readonly become: (next: Tally) => void }): ReactElement {
  const now = unitsOf(tally, line.sku, damaged);
  const text = typedQuantity(now, line.quantity_scale);
  const [wrong, setWrong] = useState(false);
  const keep = (input: HTMLInputElement): void => {
    const read = quantityIn(input.value === '' ? '0' : input.value);
    const [whole = '0', part = ''] = 'quantity' in read ? read.quantity.split('.') : [];
    const isWrong = 'why' in read || part.length > line.quantity_scale;
    setWrong(isWrong);
    if (!isWrong) become(setTo(tally, line, Number(whole + part.padEnd(line.quantity_scale, '0')), damaged));
  };
  return <input key={text} className="amount-field" inputMode="decimal" aria-label={label} aria-invalid={wrong || undefined} defaultValue={text} onFocus={({ target }) => target.select()} onBlur={({ target }) => void (target.value !== text && keep(target))} onKeyDown={(event) => {
    if (event.key === 'Enter') keep(event.currentTarget);
  }} />;
}

interface SummaryProps extends CountingProps { readonly tally: Tally; readonly back: () => void; readonly booked: () => void }

const CONDITIONS = ['quarantine', 'B'] as const;

function Summary({ document, facts, tally, back, booked }: SummaryProps): ReactElement {
  const { history } = useRouter();
  const [rest, setRest] = useState(false);
  const [condition, setCondition] = useState<(typeof CONDITIONS)[number]>('quarantine');
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  const [key] = useState(() => `console-receive-${document.id}-${Date.now()}-${Math.random().toString(36).slice(2)}`);
  const heading = useRef<HTMLHeadingElement>(null);
  const claims = useQuery({ queryKey: ['supply', 'claims', document.id], queryFn: () => asked(readClaims(document.id)) });
  useEffect(() => heading.current?.focus(), []);
  const lines = document.lines.filter(({ closed_at: at }) => at === null).map((line) => ({ line, good: unitsOf(tally, line.sku, false), bad: unitsOf(tally, line.sku, true), off: differenceOf(tally, line) }));
  const isOff = ({ off, bad }: (typeof lines)[number]): boolean => off.kind !== 'none' || bad > 0;
  const body: Received = {
    close: rest, ...(rest && reasons['rest'] ? { reason: reasons['rest'] } : {}),
    lines: lines.filter(({ good, bad }) => good + bad > 0).map(({ line, good, bad }) => ({
      sku: line.sku, quantity: decimalText(good, line.quantity_scale), ...(bad === 0 ? {} : { damaged: decimalText(bad, line.quantity_scale), damaged_condition: condition }), ...(reasons[line.sku] ? { reason: reasons[line.sku] ?? '' } : {}),
    })),
  };
  const booking = useMutation({
    mutationFn: () => receive(document.id, body, key),
    onSuccess: async () => {
      booked();
      announce(t('booked', { reference: document.reference }));
      await cache.invalidateQueries({ queryKey: ['supply'] });
      history.push(documentUrl(document.id));
    },
  });
  const [goods, bads] = [lines.reduce((sum, { line, good }) => sum + good / 10 ** line.quantity_scale, 0), lines.reduce((sum, { line, bad }) => sum + bad / 10 ** line.quantity_scale, 0)];
  const short = lines.some(({ off }) => off.kind === 'short');
  return (
    <form className="card ask-form supply-form" onSubmit={(event) => {
      event.preventDefault();
      if (!booking.isPending) booking.mutate();
    }} aria-busy={booking.isPending || undefined}>
      <h2 tabIndex={-1} ref={heading}>{t('summary')}</h2>
      <ul className="effect"><li>{t('sumGood', { count: goods, node: facts.nodeName(document.node) })}</li>{bads === 0 ? null : <li>{t('sumDamaged', { count: bads })}</li>}
        {lines.filter(({ off }) => off.kind !== 'none').map(({ line, off }) => <li key={line.id} className={off.kind === 'over' ? 'is-later' : undefined}>{t(off.kind === 'over' ? 'sumOver' : 'sumShort', { sku: line.sku, count: units(off.units, line) })}</li>)}<li>{t('served1')}</li></ul>
      {bads === 0 ? null : <div className="field"><label htmlFor="damaged-to">{t('condition')}</label><select id="damaged-to" value={condition} onChange={({ target }) => setCondition(CONDITIONS.find((one) => one === target.value) ?? 'quarantine')}>{CONDITIONS.map((one) => <option key={one} value={one}>{t(`condition.${one}`)}</option>)}</select></div>}
      {lines.filter((one) => isOff(one) && one.good + one.bad > 0).map(({ line }) => <div key={line.id} className="field"><label htmlFor={`why-${line.id}`}>{t('whyLine', { sku: line.sku })}</label><input id={`why-${line.id}`} maxLength={500} autoComplete="off" placeholder={t('whyHint')} value={reasons[line.sku] ?? ''} onChange={({ target }) => setReasons({ ...reasons, [line.sku]: target.value })} /></div>)}
      {short ? <><label className="tick"><input type="checkbox" checked={rest} onChange={({ target }) => setRest(target.checked)} />{t('closeRest')}</label>
        <p className="muted">{rest ? t('sumClose', { count: new Set(claims.data?.rows.map(({ order }) => order)).size }) : t('sumWait')}</p>
        {rest ? <div className="field"><label htmlFor="why-rest">{t('reason')}</label><input id="why-rest" required maxLength={500} autoComplete="off" value={reasons['rest'] ?? ''} onChange={({ target }) => setReasons({ ...reasons, rest: target.value })} /></div> : null}</> : null}
      <Problem error={booking.error} />
      <div className="form-actions">{body.lines.length === 0 && !rest ? <span className="muted">{t('nothing')}</span> : <button type="submit" className="button primary">{t('book')}</button>}<button type="button" className="button" onClick={back}>{t('back')}</button></div>
    </form>
  );
}
