// A supplier's word: another date, quantity or confidence of a line, with what that means to orders before it is said.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { cache } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { typedQuantity } from '../numbers.ts';
import { viewerZone } from '../time.ts';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { type Changed, previewChange, sayChange, type Supply } from './api.ts';
import { dayOf, endOfDay } from './days.ts';
import { Effect } from './effect.tsx';
import { t } from './words.ts';

interface Props { readonly line: Supply; readonly facts: Facts; readonly close: () => void }

export function ChangeSheet({ line, facts, close }: Props): ReactElement {
  const zone = facts.zoneOf(line.node) ?? viewerZone();
  const before = { day: dayOf(line.due_at, zone), amount: typedQuantity(line.quantity, line.quantity_scale), sure: String(line.confidence) };
  const [day, setDay] = useState(before.day);
  const [amount, setAmount] = useState(before.amount);
  const [sure, setSure] = useState(before.sure);
  const [reason, setReason] = useState('');
  const [same, setSame] = useState(false);
  const due = day === before.day ? null : endOfDay(day, zone);
  const body: Changed = { ...(due === null ? {} : { due_at: due }), ...(amount === before.amount ? {} : { quantity: amount.replace(',', '.') }), ...(sure === before.sure ? {} : { confidence: Number(sure) }) };
  const isSame = Object.keys(body).length === 0;
  const previewing = useMutation({ mutationFn: () => previewChange(line.id, body) });
  const saying = useMutation({
    mutationFn: () => sayChange(line.id, { ...body, ...(reason === '' ? {} : { reason }) }),
    onSuccess: async () => {
      announce(t('did.SupplyChanged', { sku: line.sku, quantity: amount, due: day }));
      await cache.invalidateQueries({ queryKey: ['supply'] });
      close();
    },
  });
  /** What was previewed is no longer what is written. */
  const anew = <T,>(set: (value: T) => void) => (value: T): void => {
    previewing.reset();
    setSame(false);
    set(value);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSame(isSame);
    if (isSame || previewing.isPending || saying.isPending) return;
    if (previewing.data === undefined) previewing.mutate();
    else saying.mutate();
  };
  const [setTheDay, setTheAmount, setTheSure] = [anew(setDay), anew(setAmount), anew(setSure)];
  return (
    <Sheet title={t('changeOf', { sku: line.sku })} close={close}>
      <form className="ask-form" onSubmit={submit} aria-busy={previewing.isPending || saying.isPending || undefined}>
        <div className="field"><label htmlFor="change-day">{t('newDate')}</label><input id="change-day" type="date" required max="2199-12-31" value={day} onChange={({ target }) => setTheDay(target.value)} /></div>
        <div className="field"><label htmlFor="change-amount">{t('newQuantity')} ({line.base_unit})</label><input id="change-amount" required inputMode="decimal" pattern="[0-9]+([.,][0-9]+)?" value={amount} onChange={({ target }) => setTheAmount(target.value)} /></div>
        {line.kind === 'transfer' ? <p className="muted">{t('transferSure')}</p> : <div className="field"><label htmlFor="change-sure">{t('newConfidence')}</label><input id="change-sure" type="number" min={0} max={100} required value={sure} onChange={({ target }) => setTheSure(target.value)} /></div>}
        <div className="field"><label htmlFor="change-reason">{t('reason')}</label><input id="change-reason" maxLength={500} autoComplete="off" placeholder={t('optional')} value={reason} onChange={({ target }) => setReason(target.value)} /></div>
        <p className="muted">{t('zone', { zone })}</p>
        {same ? <p role="alert">{t('same')}</p> : null}
        {previewing.data ? <Effect effect={previewing.data.effect} facts={facts} /> : null}
        <Problem error={previewing.error ?? saying.error} />
        <div className="form-actions"><button type="submit" className="button primary">{t(previewing.data === undefined ? 'see' : 'say')}</button></div>
      </form>
    </Sheet>
  );
}
