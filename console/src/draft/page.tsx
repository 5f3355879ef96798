// Taking down an order that somebody tells, on the phone for example: by keyboard from the first field to the order.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type FormEvent, type KeyboardEvent, type ReactElement, useEffect, useState } from 'react';
import { asked, cache, failureOf } from '../app/ask.ts';
import { remarksIn } from '../app/refused.ts';
import { type Channel, readChannels } from '../api.ts';
import { readCustomer } from '../customers/api.ts';
import { money } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { type Refusal, Told } from '../refusals/told.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { brief, everyZone } from '../time.ts';
import { Time, useNow } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { drop, place, readDrafts } from './api.ts';
import { WhoPanel } from './customer.tsx';
import { DatesPanel } from './dates.tsx';
import { Field } from './fields.tsx';
import { currencyOf, problemsOf, shippingOf } from './form.ts';
import { Lines } from './lines.tsx';
import { draftUrl, type Kept, useDraft } from './use-draft.ts';
import { t } from './words.ts';

const NO_CHANNELS: readonly Channel[] = [];

export default function NewOrderPage(): ReactElement {
  const given = new URLSearchParams(useLocation().searchStr);
  const [id, customer] = [given.get('draft'), given.get('customer')];
  const channelList = useQuery({ queryKey: ['channels'], queryFn: () => asked(readChannels()), staleTime: ({ state }) => (state.data?.rows.length === 0 ? 0 : Infinity) });
  const channels = channelList.data?.rows ?? NO_CHANNELS;
  const kept = useDraft(id, channels);
  const known = useQuery({ queryKey: ['customer', customer], queryFn: () => asked(readCustomer(customer ?? '')), enabled: customer !== null && id === null });
  const { set } = kept;
  useTitle(t('title'));
  useEffect(() => {
    if (known.data && kept.draft === null) set({ customerId: known.data.id, name: known.data.name ?? '', email: known.data.email ?? '', phone: known.data.phone ?? '', class: known.data.class ?? '' });
  }, [known.data]);
  const failure = kept.error && kept.draft === null && id !== null ? failureOf(kept.error) : null;
  return (
    <div className="draft" aria-busy={kept.busy || undefined}>
      <div className="list-head"><h1>{t('title')}</h1><p className="muted">{t('lead')}</p></div>
      {failure ? <FailurePage failure={failure} retry={() => location.reload()} />
        : kept.draft?.order ? <Notice shape="full" title={t('became')}><Link className="button" href={orderUrl(kept.draft.order)}>{t('toOrder')}</Link><Link className="button quiet" href="/orders/new">{t('fresh')}</Link></Notice>
          : id !== null && kept.draft === null ? <p className="muted">{t('reading')}</p> : <>{channelList.error ? <FailurePanel failure={failureOf(channelList.error)} what={t('channel')} retry={() => void channelList.refetch()} /> : null}{channelList.data?.rows.length === 0 ? <p className="said tone-amber"><Glyph name="alert" />{t('noChannels', { command: 'PUT /v1/channels/{code}' })}</p> : null}<Form kept={kept} channels={channels} /></>}
      <Drafts now={kept.draft?.id ?? null} version={kept.draft?.version ?? 0} />
    </div>
  );
}

function Form({ kept, channels }: { readonly kept: Kept; readonly channels: readonly Channel[] }): ReactElement {
  const { fields, draft, set } = kept;
  const { history } = useRouter();
  const [tried, setTried] = useState(false);
  const currency = currencyOf(fields.channel, draft, channels);
  const shippingWrong = shippingOf(fields.shipping, currency) === null;
  const placing = useMutation({
    mutationFn: async () => {
      setTried(true);
      const settled = await kept.settled();
      return settled === null || shippingWrong || settled.quote?.problems.length !== 0 ? null : place(settled.id, settled.version);
    },
    onSuccess: (order) => {
      if (order === null) return;
      void cache.invalidateQueries({ queryKey: ['draft'] });
      history.push(orderUrl(order.id));
    },
  });
  const problems = new Map(problemsOf(draft));
  if (shippingWrong) problems.set('/shipping_minor', { code: null, detail: currency === null ? t('channelFirst') : t('noAmount', { text: fields.shipping, currency }) });
  for (const remark of remarksIn(placing.error)) if (!problems.has(remark.pointer)) problems.set(remark.pointer, remark);
  /** What is empty is no mistake before somebody tries to place it. */
  const wrong = (pointer: string, value: string): Refusal | undefined => (tried || value.trim() !== '' ? problems.get(pointer) : undefined);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!placing.isPending) placing.mutate();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>): void => {
    if (event.key !== 'Enter') return;
    if (event.ctrlKey || event.metaKey) submit(event);
    else if (event.target instanceof HTMLInputElement) event.preventDefault();
  };
  return (
    <form className="draft-form" noValidate onSubmit={submit} onKeyDown={onKeyDown}>
      <div className="columns">
        <div className="draft-column">
          <div className="draft-top"><div className="field"><label htmlFor="d-channel">{t('channel')}</label>
            <select id="d-channel" value={fields.channel} aria-invalid={tried && problems.has('/channel') ? true : undefined} onChange={({ target }) => set({ channel: target.value })}><option value="">{t('choose')}</option>{channels.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}</select></div></div>
          <Lines lines={fields.lines} draft={draft} wrong={wrong} set={set} />
          <WhoPanel fields={fields} wrong={wrong} set={set} />
        </div>
        <div className="draft-column">
          <DatesPanel kept={kept} />
          <Money kept={kept} wrong={wrong} currency={currency} />
          <section className="card draft-go">
            <Problem error={placing.error ?? kept.error} />
            {kept.error && draft !== null ? <p><button type="button" className="button" onClick={kept.again}>{t('stale')}</button></p> : null}
            {tried && problems.size > 0 ? <div role="alert" className="draft-missing"><p>{t('missing')}</p><ul>{[...problems].map(([pointer, problem]) => <li key={pointer}><Told of={problem} as="fault" /></li>)}</ul></div> : null}
            <p className="muted" role="status">{kept.error ? t('notSaved') : kept.busy ? t('saving') : draft === null ? '' : t('saved')}</p>
            {draft?.expires_at ? <p className="muted"><Ends iso={draft.expires_at} as="ends" /></p> : null}
            <button type="submit" className="button primary" aria-busy={placing.isPending || undefined}>{t('place')}</button>
          </section>
        </div>
      </div>
    </form>
  );
}

/** When a draft is discarded unless somebody changes it. */
function Ends({ iso, as }: { readonly iso: string; readonly as: 'ends' | 'endsBriefly' }): ReactElement {
  const at = Date.parse(iso);
  return <time dateTime={iso} title={everyZone(at)}>{t(as, { day: brief(at, useNow()) })}</time>;
}

const PAYMENTS = ['paid', 'pending', 'invoice'] as const;

function Money({ kept: { fields, draft, set }, wrong, currency }: { readonly kept: Kept; readonly wrong: (pointer: string, value: string) => Refusal | undefined; readonly currency: string | null }): ReactElement {
  const quote = draft?.quote ?? null;
  const amount = (minor: number | null | undefined): string => (typeof minor === 'number' && quote?.currency ? money(minor, quote.currency) : t('unknown'));
  return (
    <section className="card draft-money" aria-labelledby="money-title">
      <h2 id="money-title">{t('sum')}</h2>
      <div className="draft-grid">
        <Field id="d-discount" label={t('orderDiscount')} inputMode="decimal" value={fields.discount} wrong={wrong('/discount_percent', fields.discount)} set={(discount) => set({ discount })} />
        <Field id="d-shipping" label={currency === null ? t('shipping') : t('shippingIn', { currency })} inputMode="decimal" value={fields.shipping} wrong={wrong('/shipping_minor', fields.shipping)} set={(shipping) => set({ shipping })} />
        <div className="field"><label htmlFor="d-payment">{t('payment')}</label><select id="d-payment" value={fields.payment} onChange={({ target }) => set({ payment: PAYMENTS.find((one) => one === target.value) ?? 'paid' })}>{PAYMENTS.map((one) => <option key={one} value={one}>{t(`payment.${one}`)}</option>)}</select></div>
        <label className="tick"><input type="checkbox" checked={fields.taxIncluded} onChange={({ target }) => set({ taxIncluded: target.checked })} />{t('taxIncluded')}</label>
      </div>
      {quote ? <p className="muted">{t('limit', { percent: quote.discount_limit })}</p> : null}
      <div className="field"><label htmlFor="d-note">{t('note')}</label><textarea id="d-note" rows={2} maxLength={5000} value={fields.note} onChange={({ target }) => set({ note: target.value })} /></div>
      <dl className="draft-sums">
        <div><dt>{t('goods')}</dt><dd>{amount(quote?.goods_minor)}</dd></div><div><dt>{t('discounts')}</dt><dd>{amount(quote?.discount_minor)}</dd></div><div><dt>{t('shipping')}</dt><dd>{amount(quote?.shipping_minor)}</dd></div>
        <div className="draft-sum"><dt>{t('sum')}</dt><dd>{amount(quote?.total_minor)}</dd></div>
      </dl>
    </section>
  );
}

function Drafts({ now, version }: { readonly now: string | null; readonly version: number }): ReactElement {
  const answer = useQuery({ queryKey: ['draft', 'list', now, version], queryFn: () => asked(readDrafts()), placeholderData: (before) => before });
  const dropping = useMutation({ mutationFn: drop, onSuccess: () => void answer.refetch() });
  const others = (answer.data ?? []).filter(({ id }) => id !== now);
  return (
    <section className="card draft-list" aria-labelledby="drafts-title">
      <div className="card-head"><h2 id="drafts-title">{t('drafts')}</h2>{now === null ? null : <a className="button quiet" href="/orders/new">{t('fresh')}</a>}</div>
      <Problem error={answer.error ?? dropping.error} />
      {answer.isSuccess && others.length === 0 ? <p className="muted">{t('noDrafts')}</p> : null}
      <ul>{others.map((one) => <li key={one.id}><a href={draftUrl(one.id)} dir="auto">{t('draftOf', { name: one.customer ?? t('unnamed'), count: one.lines })}</a><span className="muted"><Time iso={one.updated_at} as="relative" />{one.expires_at === null ? null : <> · <Ends iso={one.expires_at} as="endsBriefly" /></>}</span><button type="button" className="button quiet" onClick={() => dropping.mutate(one.id)}>{t('drop')}</button></li>)}</ul>
    </section>
  );
}
