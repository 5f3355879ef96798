// When it would be there, by each way to send it, and keeping one of the dates with its goods.
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked } from '../app/ask.ts';
import { calendarDay, dayAndTime } from '../time.ts';
import { Problem } from '../ui/problem.tsx';
import { type OrderDraft, keepDate, readDates } from './api.ts';
import type { Kept } from './use-draft.ts';
import { t } from './words.ts';

export function DatesPanel({ kept }: { readonly kept: Kept }): ReactElement {
  const content = kept.draft?.content;
  const basket = JSON.stringify([content?.channel, content?.lines.map(({ sku, quantity, unit }) => [sku, quantity, unit]), content?.ship_to]);
  const asking = useMutation({
    mutationFn: async () => {
      const draft = await kept.settled();
      return { basket, dates: draft?.content ? await asked(readDates(draft.content)) : null };
    },
  });
  const keeping = useMutation({
    mutationFn: async (option: string): Promise<OrderDraft | null> => {
      const draft = await kept.settled();
      return draft === null ? null : keepDate(draft.id, option);
    },
    onSuccess: (draft) => void (draft && kept.take(draft)),
  });
  const can = content !== undefined && content !== null && content.lines.length > 0 && Boolean(content.ship_to?.country) && content.channel !== '';
  const shown = asking.data?.basket === basket ? asking.data.dates : null;
  const promise = content?.promise ?? null;
  return (
    <section className="card draft-dates" aria-labelledby="dates-title">
      <h2 id="dates-title">{t('dates')}</h2>
      {promise === null ? null : <p role="status"><strong>{promise.service_level ?? promise.option}</strong> {promise.arrival_date === null ? t('noDay') : t('by', { day: calendarDay(promise.arrival_date) })}<span className="muted"> · {t('kept', { time: dayAndTime(Date.parse(promise.expires_at)) })}</span></p>}
      <p className="form-actions"><button type="button" className="button" disabled={!can} aria-describedby={can ? undefined : 'dates-first'} aria-busy={asking.isPending || undefined} onClick={() => asking.mutate()}>{t('ask')}</button>{can ? null : <span id="dates-first" className="muted">{t('first')}</span>}</p>
      {shown?.options.length === 0 ? <p className="muted" role="status">{t('noDates')}</p> : null}
      <ul>{shown?.options.map((option) => (
        <li key={option.option}><span><strong>{option.service_level ?? option.option}</strong> {option.arrival_date === null ? t('noDay') : t('by', { day: calendarDay(option.arrival_date) })}<span className="muted"> · {option.price === null ? t('noPrice') : t('costs', { price: `${option.price} ${shown.base ?? ''}` })}</span></span>
          {promise?.option === option.option ? null : <button type="button" className="button" onClick={() => keeping.mutate(option.option)}>{t('keep')}<span className="visually-hidden"> {option.service_level ?? option.option}</span></button>}</li>))}</ul>
      <Problem error={asking.error ?? keeping.error} />
    </section>
  );
}
