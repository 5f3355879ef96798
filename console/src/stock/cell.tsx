// One cell in words and figures: how what can be promised comes about, and the rows behind it.
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import type { Listed, Result } from '../api.ts';
import { count, quantity } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { calendarDay } from '../time.ts';
import { Link } from '../ui/link.tsx';
import { FailurePanel } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { spoken } from '../words.ts';
import { type Availability, type Item, type Place, readAvailability, readMovements, readRows, readSupplies } from './api.ts';
import { missing, typed } from './grid.tsx';
import { stage } from './staged.ts';
import { t } from './words.ts';

const REFRESH_MS = 10_000;
const NONE = { on_hand: 0, inbound: 0, reserved: 0, soft: 0, protected: 0, atp: 0, eligible: true } as const;

interface Props {
  readonly sku: string;
  readonly node: string;
  readonly item: Item | undefined;
  readonly facts: Facts;
  readonly mayWrite: boolean;
  readonly close: () => void;
}

export function Cell({ sku, node, item, facts, mayWrite, close }: Props): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  const answer = useQuery({ queryKey: ['stock-cell', sku], queryFn: () => asked(readAvailability([sku])), refetchInterval: REFRESH_MS });
  useEffect(() => heading.current?.focus(), [sku, node]);
  const said = answer.data?.[0];
  const name = facts.nodeName(node);
  return (
    <section className="card stock-cell" aria-labelledby="cell-title" onKeyDown={(event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      close();
    }}>
      <div className="card-head"><h2 id="cell-title" tabIndex={-1} ref={heading}><span className="mono">{sku}</span> · {name}</h2><button type="button" className="button quiet" onClick={close}>{t('close')}</button></div>
      {said ? <Equation said={said} place={said.nodes.find((one) => one.node === node) ?? { ...NONE, node }} name={name} item={item} /> : answer.error ? <FailurePanel failure={failureOf(answer.error)} what={t('equation')} retry={() => void answer.refetch()} /> : <p><span className="bone" /></p>}
      {mayWrite && item ? <Note key={`${sku} ${node}`} item={item} node={node} /> : null}
      <Behind sku={sku} node={node} scale={said?.quantity_scale ?? 0} />
    </section>
  );
}

function Equation({ said, place, name, item }: { readonly said: Availability; readonly place: Place; readonly name: string; readonly item: Item | undefined }): ReactElement {
  const write = (units: number): string => quantity(units, said.quantity_scale);
  const short = missing(place);
  const parts: readonly (readonly [sign: string, units: number, what: string])[] = [
    ['', place.on_hand, t('onHand')], ['+', place.inbound, t('incoming')], ['−', place.reserved, t('reserved')], ['−', place.soft, t('soft')], ['−', place.protected, t('kept')],
  ];
  const told = { item: item?.name ?? said.sku, node: name, unit: said.base_unit, atp: write(place.atp) };
  return (
    <>
      <p className="stock-sum">{t(place.atp > 0 ? 'sum' : 'sumNone', told)}{short > 0 ? ` ${t('sumShort', { count: write(short) })}` : ''}{place.eligible ? '' : ` ${t('offline')}`}</p>
      <table className="equation"><caption className="visually-hidden">{t('equation')}</caption><tbody>
        {parts.map(([sign, units, what]) => <tr key={what} className={units === 0 ? 'muted' : undefined}><td className="sign">{sign}</td><td className="amount">{write(units)}</td><th scope="row">{what}</th></tr>)}
        <tr className="equals"><td className="sign">=</td><td className="amount">{write(place.atp)}</td><th scope="row">{t('equals')}{place.atp === 0 && place.on_hand + place.inbound - place.reserved - place.soft - place.protected < 0 ? `, ${t('floor')}` : ''}</th></tr>
      </tbody></table>
      {said.components === null ? null : <p className="muted">{t('kitFigures')}</p>}
    </>
  );
}

/** The same as typing into the grid, for whoever has no keys. */
function Note({ item, node }: { readonly item: Item; readonly node: string }): ReactElement {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState('');
  const note = (): void => {
    const change = typed(item, node, text);
    setWrong(typeof change === 'string' ? change : '');
    if (typeof change === 'string') return;
    stage([change]);
    setText('');
    announce(t('staged', { count: 1 }));
  };
  return (
    <form className="filter-row stock-noting" onSubmit={(event) => {
      event.preventDefault();
      note();
    }}>
      <div className="field"><label htmlFor="cell-count">{t('note1')}</label><input id="cell-count" value={text} autoComplete="off" aria-invalid={wrong !== '' || undefined} aria-describedby={wrong === '' ? undefined : 'cell-wrong'} onChange={({ target }) => setText(target.value)} /></div>
      <button type="submit" className="button">{t('noteIt')}</button>
      {wrong === '' ? null : <p id="cell-wrong" className="field-wrong" role="alert">{wrong}</p>}
    </form>
  );
}

interface ListProps<T> {
  readonly name: string;
  readonly title: string;
  readonly empty: string;
  readonly heads: readonly string[];
  readonly of: { readonly sku: string; readonly node: string };
  readonly ask: (of: { readonly sku: string; readonly node: string }) => Promise<Result<Listed<T>>>;
  readonly row: (one: T, index: number) => ReactElement;
}

function Rows<T>({ name, title, empty, heads, of, ask, row }: ListProps<T>): ReactElement {
  const answer = useQuery({ queryKey: [name, of.sku, of.node], queryFn: () => asked(ask(of)), refetchInterval: REFRESH_MS });
  const rows = answer.data?.rows ?? [];
  return (
    <section className="stock-rows"><h3>{title}</h3>
      {answer.data === undefined ? (answer.error ? <FailurePanel failure={failureOf(answer.error)} what={title} retry={() => void answer.refetch()} /> : <p><span className="bone" /></p>) : rows.length === 0 ? <p className="muted">{empty}</p> : (
        <div className="numbers-frame" tabIndex={0} role="region" aria-label={title}><table className="numbers"><thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead><tbody>{rows.map(row)}</tbody></table></div>)}
      {answer.data?.complete === false ? <p className="muted">{t('newest', { count: rows.length })}</p> : null}
    </section>
  );
}

function Behind({ sku, node, scale }: { readonly sku: string; readonly node: string; readonly scale: number }): ReactElement {
  const write = (units: number): string => quantity(units, scale);
  const of = { sku, node };
  return (
    <>
      <Rows name="stock-rows" title={t('rows')} empty={t('noRows')} of={of} ask={readRows} heads={[t('owner'), t('condition'), t('rowOnHand'), t('rowReserved'), t('rowShort')]} row={(one) => (
        <tr key={`${one.owner} ${one.condition}`}><td>{one.owner === '' ? t('own') : one.owner}</td><td>{t.maybe(`condition.${one.condition}`) ?? one.condition}</td><td>{write(one.on_hand)}</td><td>{write(one.reserved)}</td><td>{write(one.short)}</td></tr>)} />
      <Rows name="stock-supplies" title={t('supplies')} empty={t('noSupplies')} of={of} ask={readSupplies} heads={[t('due'), t('quantity'), t('confidence'), t('claimed'), t('reference')]} row={(one) => (
        <tr key={one.id}><td>{calendarDay(one.due_at)}</td><td>{write(one.quantity - one.received)}</td><td>{count(one.confidence)} %</td><td>{write(one.claimed)}</td><td>{one.reference}</td></tr>)} />
      <Rows name="stock-movements" title={t('movements')} empty={t('noMovements')} of={of} ask={readMovements} heads={[t('when'), t('kind'), t('by'), t('why')]} row={(one, index) => (
        <tr key={`${one.event} ${index}`}><td><Time iso={one.occurred_at} as="brief" /></td><td>{t.maybe(`moved.${one.kind}`) ?? spoken(one.kind)}</td><td>{one.on_hand > 0 ? '+' : ''}{write(one.on_hand)}</td><td><Cause kind={one.cause_kind} cause={one.cause}>{one.reason}</Cause></td></tr>)} />
    </>
  );
}

const Cause = ({ kind, cause, children }: { readonly kind: string; readonly cause: string; readonly children: ReactNode }): ReactElement =>
  (/^ord_[0-9a-f]{32}$/.test(cause) ? <Link className="amount-link" href={orderUrl(cause)}>{spoken(kind)}</Link> : <>{children ?? spoken(kind)}</>);
