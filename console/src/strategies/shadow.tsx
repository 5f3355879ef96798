// A draft beside live decisions: what it would have made of the orders that came in since.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { count, micros } from '../numbers.ts';
import { Fact } from '../order/facts-list.tsx';
import { Link } from '../ui/link.tsx';
import { ActFailed, FailurePanel, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { endShadow, readShadow, readShadowOrders, startShadow, type Strategy, type StrategyShadow } from './api.ts';
import { Choice } from './fields.tsx';
import { MovedOrders } from './moved.tsx';
import { strategyUrl } from './query.ts';
import { t } from './words.ts';

const REFRESH_MS = 4_000;

export function Shadow({ strategy, cursor }: { readonly strategy: Strategy; readonly cursor: string }): ReactElement {
  const may = useMay()('catalogue:write');
  const cache = useQueryClient();
  const key = ['shadow', strategy.code];
  const answer = useQuery({ queryKey: key, queryFn: () => asked(readShadow(strategy.code)), refetchInterval: every(REFRESH_MS) });
  const end = useMutation({ mutationFn: () => endShadow(strategy.code), onSuccess: (next) => {
    cache.setQueryData(key, next);
    announce(t('shadowEnded'));
  } });
  if (answer.error && answer.data === undefined) return <FailurePanel failure={failureOf(answer.error)} what={t('shadow')} retry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <div className="order-skeleton" aria-busy="true"><span className="bone block" /></div>;
  const shadow = answer.data;
  const on = shadow?.state === 'on';
  return (
    <>
      <section className="card"><h2>{t('shadow')}</h2><p className="muted">{t('shadowHow')}</p>
        {on && may ? <p className="add-row"><button type="button" className="button" onClick={() => end.mutate()}>{t('endShadow')}</button></p> : null}
        {!on && may ? <Start strategy={strategy} /> : null}
        {end.error ? <ActFailed failure={failureOf(end.error)} what={t('shadow')} retry={() => end.mutate()} /> : null}
      </section>
      {shadow === null ? <Notice shape="dashed" title={t('noShadow')}><p>{t('noShadowWhy')}</p></Notice> : <><Figures shadow={shadow} /><Orders shadow={shadow} cursor={cursor} /></>}
    </>
  );
}

function Start({ strategy }: { readonly strategy: Strategy }): ReactElement {
  const cache = useQueryClient();
  const { channels: { rows } } = useFacts();
  const [chosen, setChannel] = useState('');
  const channel = chosen === '' && strategy.channels.length === 0 ? (rows[0]?.code ?? '') : chosen;
  const start = useMutation({ mutationFn: () => startShadow(strategy.code, channel), onSuccess: (next) => {
    cache.setQueryData(['shadow', strategy.code], next);
    announce(t('shadowStarted'));
  } });
  if (strategy.draft === null) return <p className="muted">{t('shadowNeedsDraft')}</p>;
  const options = [...(strategy.channels.length === 0 ? [] : [['', t('itsChannels')] as const]), ...rows.map(({ code, name }) => [code, name] as const)];
  return (
    <div className="rule-fields">
      <Choice label={t('channel')} pointer="/channel" value={channel} options={options} change={setChannel} />
      <button type="button" className="button primary" aria-busy={start.isPending || undefined} onClick={() => start.mutate()}>{t('startShadow')}</button>
      {start.error ? <ActFailed failure={failureOf(start.error)} what={t('shadow')} retry={() => start.mutate()} /> : null}
    </div>
  );
}

function Figures({ shadow }: { readonly shadow: StrategyShadow }): ReactElement {
  const rows: readonly (readonly [string, number, number, (value: number) => string])[] = [
    [t('m.splitOrders'), shadow.live.split_orders, shadow.draft.split_orders, count], [t('m.lateOrders'), shadow.live.late_orders, shadow.draft.late_orders, count],
    [t('m.unplaced'), shadow.live.unplaced_orders, shadow.draft.unplaced_orders, count], [t('costOf', { count: shadow.costed_orders }), shadow.live.cost_micros, shadow.draft.cost_micros, (value) => micros(value, shadow.currency)],
  ];
  return (
    <section className="card"><h2>{t(shadow.state === 'on' ? 'shadowOn' : 'shadowOff', { version: shadow.version, revision: shadow.revision })}</h2>
      <dl className="order-facts"><Fact what={t('since')}><Time iso={shadow.since} as="both" /></Fact>{shadow.until === null ? null : <Fact what={t('until')}><Time iso={shadow.until} as="both" /></Fact>}
        <Fact what={t('compared')}>{count(shadow.orders)}</Fact><Fact what={t('elsewhere')}>{count(shadow.moved)}</Fact><Fact what={t('leftOut')}>{count(shadow.left_out)}</Fact></dl>
      <table className="pairs"><thead><tr><th scope="col">{t('measure')}</th><th scope="col">{t('liveSide')}</th><th scope="col">{t('draftSide')}</th></tr></thead>
        <tbody>{rows.map(([name, live, draft, say]) => <tr key={name}><th scope="row">{name}</th><td>{say(live)}</td><td>{say(draft)}</td></tr>)}</tbody></table>
    </section>
  );
}

function Orders({ shadow, cursor }: { readonly shadow: StrategyShadow; readonly cursor: string }): ReactElement | null {
  const answer = useQuery({ queryKey: ['shadow', shadow.strategy, 'orders', cursor, shadow.moved], queryFn: () => asked(readShadowOrders(shadow.strategy, cursor)), placeholderData: keepPreviousData });
  if (answer.error) return <FailurePanel failure={failureOf(answer.error)} what={t('movedOrders')} retry={() => void answer.refetch()} />;
  if (shadow.moved === 0) return <p className="muted">{t('shadowNone')}</p>;
  const url = (next: string): string => strategyUrl(shadow.strategy, { view: 'shadow', cursor: next });
  return (
    <section className="moved-orders"><h2>{t('movedTitle', { count: shadow.moved })}</h2>
      <MovedOrders rows={answer.data?.rows ?? []} currency={shadow.currency} names={[t('decided'), t('draftSide')]} />
      <nav className="pager" aria-label={t('pages')}>{cursor === '' ? null : <Link className="button" href={url('')}>{t('firstPage')}</Link>}{answer.data?.next ? <Link className="button" href={url(answer.data.next)}>{t('more')}</Link> : null}</nav>
    </section>
  );
}
