// What people wrote about this order for one another. Never part of the log, and gone when the contact is erased.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import type { Order } from '../api.ts';
import { asked, unlessTold } from '../app/ask.ts';
import { useOffers } from '../app/offers.ts';
import { useMay, useSession } from '../app/session.ts';
import type { Facts } from '../facts.ts';
import { Problem } from '../ui/problem.tsx';
import { Time } from '../ui/time.tsx';
import { a } from './act-words.ts';
import { dropNote, note, readNotes } from './api.ts';
import { mentionedIn, MentionText } from './mention.tsx';
import { useEditing } from './presence.tsx';
import { w } from './together-words.ts';

const REFRESH_MS = 10_000;

export function NotesPanel({ order: { id, number }, facts }: { readonly order: Pick<Order, 'id' | 'number'>; readonly facts: Facts }): ReactElement | null {
  const may = useMay();
  const session = useSession();
  const answer = useQuery({ queryKey: ['order', id, 'notes'], queryFn: () => asked(readNotes(id)), refetchInterval: unlessTold(REFRESH_MS) });
  const [text, setText] = useState('');
  const people = facts.people.filter(({ disabled }) => !disabled);
  useEditing('note', text !== '');
  useOffers(`#${number}`, may('orders:write') ? [{ id: 'note', title: w('writeNote'), run: () => document.getElementById('note')?.focus() }] : []);
  const writing = useMutation({
    mutationFn: () => asked(note(id, text, mentionedIn(text, people).map((one) => one.id))),
    onSuccess: () => {
      setText('');
      void answer.refetch();
    },
  });
  const dropping = useMutation({ mutationFn: (noteId: string) => asked(dropNote(id, noteId)), onSuccess: () => void answer.refetch() });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '' && !writing.isPending) writing.mutate();
  };
  return (
    <section className="card notes" aria-labelledby="notes-title">
      <h2 id="notes-title">{a('notes')}</h2>
      <Problem error={answer.error ?? writing.error ?? dropping.error} />
      {answer.data?.length === 0 ? <p className="muted">{a('noNotes')}</p> : null}
      <ul>{answer.data?.map((one) => (
        <li key={one.id}><p dir="auto">{one.text}</p><span className="muted">{one.author === session.data?.user.id ? w('you') : facts.personName(one.author)} · <Time iso={one.written_at} as="relative" />{one.mentions.length === 0 ? '' : ` · ${w('mentioned', { names: one.mentions.map((person) => facts.personName(person)).join(', ') })}`}</span>
          {one.author === session.data?.user.id ? <button type="button" className="button quiet" onClick={() => dropping.mutate(one.id)}>{a('remove')}</button> : null}</li>))}
      </ul>
      {may('orders:write') ? <form onSubmit={submit}><MentionText id="note" label={a('note')} text={text} change={setText} people={people} /><button type="submit" className="button">{a('write')}</button></form> : null}
    </section>
  );
}
