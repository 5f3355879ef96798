// What cannot be undone: said before, and confirmed.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked, cache } from '../app/ask.ts';
import { Problem } from '../ui/problem.tsx';
import { type Customer, type CustomerSummary, customerUrl, erase, lookAtErasure, merge, readCustomers } from './api.ts';
import { nameOf } from './customer.tsx';
import { t } from './words.ts';

export function MergeForm({ customer, close }: { readonly customer: Customer; readonly close: () => void }): ReactElement {
  const { history } = useRouter();
  const [text, setText] = useState('');
  const [into, setInto] = useState<CustomerSummary | null>(null);
  const found = useQuery({ queryKey: ['customers', text, ''], queryFn: () => asked(readCustomers(text, '')), enabled: text.trim().length > 1 });
  const preview = useQuery({ queryKey: ['customer', customer.id, 'merge', into?.id], queryFn: () => asked(merge(customer.id, into?.id ?? '', true)), enabled: into !== null });
  const merging = useMutation({
    mutationFn: (survivor: string) => asked(merge(customer.id, survivor, false)),
    onSuccess: (_, survivor) => {
      void cache.invalidateQueries({ queryKey: ['customer'] });
      close();
      history.push(customerUrl(survivor));
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (into !== null && preview.isSuccess && !merging.isPending) merging.mutate(into.id);
  };
  const others = (found.data?.rows ?? []).filter(({ id }) => id !== customer.id).slice(0, 6);
  return (
    <form className="customer-form" onSubmit={submit}>
      <p>{t('mergeWhat', { name: nameOf(customer) })}</p>
      <div className="field"><label htmlFor="m-find">{t('mergeFind')}</label><input id="m-find" type="search" autoComplete="off" maxLength={200} placeholder={t('searchHint')} value={text} onChange={(event) => { setText(event.target.value); setInto(null); }} /></div>
      {found.isSuccess && others.length === 0 ? <p className="muted">{t('noMatch')}</p> : null}
      <ul className="customer-choice">{others.map((one) => <li key={one.id}><label className="tick"><input type="radio" name="into" checked={into?.id === one.id} onChange={() => setInto(one)} /><span dir="auto">{nameOf(one)}</span> <span className="muted">{one.email ?? one.phone ?? ''}</span></label></li>)}</ul>
      {preview.data && into ? <p role="status">{t('mergeMoves', { orders: preview.data.orders, notes: preview.data.notes, consents: preview.data.consents, name: nameOf(into) })}</p> : null}
      <Problem error={found.error ?? preview.error ?? merging.error} />
      <div className="form-actions"><button type="submit" className="button danger" disabled={!preview.isSuccess} title={preview.isSuccess ? undefined : t('mergeFind')}>{t('mergeGo')}</button><button type="button" className="button quiet" onClick={close}>{t('cancel')}</button></div>
    </form>
  );
}

export function EraseForm({ id, close, done }: { readonly id: string; readonly close: () => void; readonly done: () => void }): ReactElement {
  const [typed, setTyped] = useState('');
  const preview = useQuery({ queryKey: ['customer', id, 'erasure'], queryFn: () => asked(lookAtErasure(id)) });
  const erasing = useMutation({ mutationFn: () => asked(erase(id)), onSuccess: done });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed.trim() === t('eraseWord') && preview.isSuccess && !erasing.isPending) erasing.mutate();
  };
  return (
    <form className="customer-form" onSubmit={submit}>
      {preview.data ? <p>{t('eraseWhat', { orders: preview.data.orders, notes: preview.data.notes, consents: preview.data.consents, drafts: preview.data.drafts })}</p> : null}
      <div className="field"><label htmlFor="e-word">{t('eraseConfirm', { word: t('eraseWord') })}</label><input id="e-word" autoComplete="off" required pattern={t('eraseWord')} value={typed} onChange={(event) => setTyped(event.target.value)} /></div>
      <Problem error={preview.error ?? erasing.error} />
      <div className="form-actions"><button type="submit" className="button danger">{t('eraseGo')}</button><button type="button" className="button quiet" onClick={close}>{t('cancel')}</button></div>
    </form>
  );
}
