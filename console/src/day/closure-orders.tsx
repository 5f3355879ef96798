// Every order of a closure: what was expected, and what came of it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { count, micros } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePanel } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { shipmentLook } from '../words.ts';
import { type NodeClosure, type NodeClosureOrder, readClosureOrders } from './api.ts';
import { t } from './bad-day-words.ts';
import { useOneCurrency } from './currency.ts';
import { TONES } from './outcome-bar.tsx';
import { badDayUrl, type BadDayQuery, RESULTS } from './query.ts';

const COLUMNS = ['order', 'result', 'moves', 'date', 'cost', 'why'] as const;
const GLYPHS = { moved: 'most', waiting: 'dashed', kept: 'stop', gone: 'slash', failed: 'alert' } as const;
const MOVING_MS = 3_000;

interface Props {
  readonly closure: NodeClosure;
  readonly query: BadDayQuery;
}

/** A preview has no results to filter by. */
export function ClosureOrders({ closure: { id, state }, query: { result, cursor } }: Props): ReactElement {
  const answer = useQuery({
    queryKey: ['closure', id, 'orders', result, cursor, state], placeholderData: keepPreviousData, refetchInterval: state === 'moving' ? MOVING_MS : false,
    queryFn: () => asked(readClosureOrders(id, result, cursor)),
  });
  const { rows = [], next = null } = answer.data ?? {};
  const tab = (value: BadDayQuery['result'], label: string): ReactElement => <Link key={value} className="tab" href={badDayUrl({ closure: id, result: value })} aria-current={value === result ? 'page' : undefined}>{label}</Link>;
  if (answer.error && !answer.data) return <FailurePanel failure={failureOf(answer.error)} what={t('list')} retry={() => void answer.refetch()} />;
  return (
    <section className="closure-orders" aria-label={t('list')}>
      {state === 'previewed' ? null : <nav className="tabs" aria-label={t('column.result')}>{tab('', t('all'))}{RESULTS.map((name) => tab(name, t(`was.${name}`)))}</nav>}
      {answer.isSuccess && rows.length === 0 ? <p className="muted">{t('noneSo')}</p> : (
        <div className="table-frame" aria-busy={answer.isPending || undefined}>
          <table className="closure-table" role="table" aria-label={t('list')}>
            <thead role="rowgroup"><tr role="row">{COLUMNS.map((name) => <th key={name} scope="col" role="columnheader" className={`z-${name}`}>{t(`column.${name}`)}</th>)}</tr></thead>
            <tbody role="rowgroup">{rows.map((row) => <OrderRow key={row.order} row={row} />)}</tbody>
          </table>
        </div>)}
      <nav className="pager" aria-label={t('list')}>
        {cursor === '' ? null : <Link className="button" href={badDayUrl({ closure: id, result })}>{t('oldest')}</Link>}
        {next === null ? null : <Link className="button" href={badDayUrl({ closure: id, result, cursor: next })}>{t('later')}</Link>}
      </nav>
    </section>
  );
}

function OrderRow({ row: { order, number, expected, result } }: { readonly row: NodeClosureOrder }): ReactElement {
  const facts = useFacts();
  const currency = useOneCurrency();
  const now = result ?? expected;
  const goods = [
    ...sums(now?.moved ?? [], ({ from, to }) => `${from} ${to}`).map(([one, units]) => t('fromTo', { units: t('units', { count: units }), from: facts.nodeName(one.from), to: facts.nodeName(one.to) })),
    ...sums(now?.waiting ?? [], ({ from }) => from).map(([one, units]) => t('waits', { units: t('units', { count: units }), from: facts.nodeName(one.from) })),
    ...(now?.kept ?? []).map(({ status, node }) => t('stays', { status: shipmentLook(status).word, node: facts.nodeName(node) })),
  ];
  const date = now?.expected ?? null;
  const cost = now?.cost_micros ?? null;
  return (
    <tr role="row" data-id={order}>
      <th scope="row" role="rowheader" className="z-order"><Link className="number" href={orderUrl(order)} aria-label={`${t('open')} #${number}`}>#{number}</Link></th>
      <td role="cell" className="z-result">{now === null ? <span className="muted">{t('result.left')}</span> : <Chip look={{ word: t(`${result ? 'was' : 'result'}.${now.result}`), tone: TONES[now.result], glyph: GLYPHS[now.result] }} />}</td>
      <td role="cell" className="z-moves">{goods.map((one) => <span key={one}>{one}</span>)}</td>
      <td role="cell" className="z-date">{date === null ? null : <><Time iso={date.from} as="brief" /> → {date.to === null ? t('unknown') : <Time iso={date.to} as="brief" />} {date.broken ? <strong className="breaks">{t('breaks')}</strong> : <span className="muted">{t('keeps')}</span>}</>}</td>
      <td role="cell" className="z-cost">{cost === null ? null : currency === null ? count(cost / 1_000_000) : micros(cost, currency)}</td>
      <td role="cell" className="z-why" lang="en" dir="auto">{now?.reason}</td>
    </tr>
  );
}

/** Units of lines that go the same way, together. */
function sums<T extends { readonly quantity: number }>(parts: readonly T[], wayOf: (part: T) => string): readonly (readonly [part: T, units: number])[] {
  const found = new Map<string, readonly [T, number]>();
  for (const part of parts) found.set(wayOf(part), [part, (found.get(wayOf(part))?.[1] ?? 0) + part.quantity]);
  return [...found.values()];
}
