// What is written about a customer, and what the customer agreed to.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked } from '../app/ask.ts';
import { useMay, useSession } from '../app/session.ts';
import { Problem } from '../ui/problem.tsx';
import { Time } from '../ui/time.tsx';
import { type ConsentKind, CONSENT_KINDS, dropNote, readConsents, readNotesOf, record, writeNote } from './api.ts';
import { t } from './words.ts';

export function NotesPanel({ id }: { readonly id: string }): ReactElement {
  const may = useMay();
  const session = useSession();
  const [text, setText] = useState('');
  const answer = useQuery({ queryKey: ['customer', id, 'notes'], queryFn: () => asked(readNotesOf(id)) });
  const writing = useMutation({
    mutationFn: () => asked(writeNote(id, text)),
    onSuccess: () => {
      setText('');
      void answer.refetch();
    },
  });
  const dropping = useMutation({ mutationFn: (note: string) => asked(dropNote(id, note)), onSuccess: () => void answer.refetch() });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '' && !writing.isPending) writing.mutate();
  };
  return (
    <section className="card customer-notes" aria-labelledby="notes-title">
      <h2 id="notes-title">{t('notes')}</h2>
      <Problem error={answer.error ?? writing.error ?? dropping.error} />
      {answer.data?.length === 0 ? <p className="muted">{t('noNotes')}</p> : null}
      <ul>{answer.data?.map((one) => <li key={one.id}><p dir="auto">{one.text}</p><span className="muted"><Time iso={one.written_at} as="relative" /></span>
        {one.author === session.data?.user.id ? <button type="button" className="button quiet" onClick={() => dropping.mutate(one.id)}>{t('remove')}</button> : null}</li>)}</ul>
      {may('orders:write') ? <form onSubmit={submit}><label htmlFor="c-note" className="visually-hidden">{t('note')}</label><textarea id="c-note" rows={2} maxLength={5000} value={text} onChange={(event) => setText(event.target.value)} /><button type="submit" className="button">{t('write')}</button></form> : null}
    </section>
  );
}

const kindWord = (kind: string): string => t.maybe(`consent.${kind}`) ?? kind;

export function ConsentsPanel({ id, changed }: { readonly id: string; readonly changed: () => void }): ReactElement {
  const may = useMay();
  const [kind, setKind] = useState<ConsentKind>('marketing_email');
  const [source, setSource] = useState('');
  const answer = useQuery({ queryKey: ['customer', id, 'consents'], queryFn: () => asked(readConsents(id)) });
  const recording = useMutation({
    mutationFn: (given: boolean) => asked(record(id, kind, given, source)),
    onSuccess: () => {
      setSource('');
      void answer.refetch();
      changed();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!recording.isPending) recording.mutate(true);
  };
  return (
    <section className="card" aria-labelledby="consents-title">
      <h2 id="consents-title">{t('consents')}</h2>
      {answer.data?.length === 0 ? <p className="muted">{t('noConsents')}</p> : null}
      <ul className="consents">{answer.data?.map((one) => <li key={one.id}><strong>{kindWord(one.kind)}</strong> {t(one.given ? 'given' : 'withdrawn')} <Time iso={one.at} as="brief" /> <span className="muted" dir="auto">{one.source}</span></li>)}</ul>
      <Problem error={answer.error ?? recording.error} />
      {may('orders:write') ? (
        <form className="consent-form" onSubmit={submit}>
          <div className="field"><label htmlFor="c-kind">{t('kind')}</label><select id="c-kind" value={kind} onChange={({ target }) => setKind(CONSENT_KINDS.find((one) => one === target.value) ?? 'marketing_email')}>{CONSENT_KINDS.map((one) => <option key={one} value={one}>{kindWord(one)}</option>)}</select></div>
          <div className="field"><label htmlFor="c-source">{t('source')}</label><input id="c-source" required maxLength={200} autoComplete="off" placeholder={t('sourceHint')} value={source} onChange={(event) => setSource(event.target.value)} /></div>
          <div className="form-actions"><button type="submit" className="button">{t('give')}</button><button type="button" className="button" disabled={source.trim() === ''} title={source.trim() === '' ? t('source') : undefined} onClick={() => recording.isPending || recording.mutate(false)}>{t('withdraw')}</button></div>
        </form>) : null}
    </section>
  );
}
