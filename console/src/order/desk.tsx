// Who looks after this order, and how people mark it for one another.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useRef, useState } from 'react';
import type { Order } from '../api.ts';
import { asked, cache } from '../app/ask.ts';
import { useKeys } from '../app/keys.ts';
import { useOffers } from '../app/offers.ts';
import { useMay, useSession } from '../app/session.ts';
import { tellDone } from '../app/undo.tsx';
import type { Facts } from '../facts.ts';
import { EVERYTHING, listUrl } from '../orders/query.ts';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { assign, changeTag, readTags } from './api.ts';
import { useEditing } from './presence.tsx';
import { w } from './together-words.ts';

interface Props {
  readonly order: Order;
  readonly facts: Facts;
}

const TAGS_MS = 60_000;

export function DeskPanel({ order, facts }: Props): ReactElement {
  return (
    <section className="card desk-card" aria-labelledby="desk-title">
      <h2 id="desk-title">{w('desk')}</h2>
      <Assignee order={order} facts={facts} /><Tags order={order} />
    </section>
  );
}

const again = (id: string): void => void cache.invalidateQueries({ queryKey: ['order', id] });

function Assignee({ order: { id, number, assignee }, facts }: Props): ReactElement {
  const me = useSession().data?.user.id;
  const may = useMay()('orders:write');
  const doing = useMutation({
    onMutate: () => Date.now(),
    mutationFn: (to: string | null) => asked(assign(id, to)),
    onSuccess: ({ undo }, to, askedAt) => {
      tellDone(to === null ? w('givenBack') : to === 'me' ? w('taken') : w('givenTo', { name: facts.personName(to) }), undo, askedAt);
      again(id);
    },
  });
  const take = (): void => void (doing.isPending || doing.mutate('me'));
  const others = facts.people.filter(({ id: one, disabled }) => !disabled && one !== me && one !== assignee);
  useKeys(may && assignee !== me ? { t: take } : {});
  useOffers(`#${number}`, !may ? [] : [
    assignee === me ? { id: 'give-back', title: w('giveBack'), run: () => doing.mutate(null) } : { id: 'take', title: w('take'), key: 't', run: take },
    ...others.map(({ id: one, name }) => ({ id: `give-${one}`, title: w('giveTo', { name }), run: () => doing.mutate(one) })),
  ]);
  return (
    <>
      <p className="assignee">{assignee === null ? <span className="muted">{w('nobodys')}</span> : assignee === me ? w('mine') : w('theirs', { name: facts.personName(assignee) })}</p>
      {!may ? null : (
        <div className="desk-row">
          {assignee === me ? <button type="button" className="button" onClick={() => doing.mutate(null)}>{w('giveBack')}</button> : <button type="button" className="button" title={w('takeKey')} onClick={take}>{w('take')}</button>}
          {others.length === 0 ? null : <select aria-label={w('choose')} value="" onChange={(event) => doing.mutate(event.target.value)}><option value="" disabled>{w('give')}</option>{others.map(({ id: one, name }) => <option key={one} value={one}>{name}</option>)}</select>}
        </div>)}
      <Problem error={doing.error} />
    </>
  );
}

function Tags({ order: { id, number, tags } }: { readonly order: Order }): ReactElement {
  const may = useMay()('orders:write');
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const known = useQuery({ queryKey: ['tags'], queryFn: () => asked(readTags()), staleTime: TAGS_MS, enabled: may }).data ?? [];
  useEditing('tag', text !== '');
  const doing = useMutation({
    onMutate: () => Date.now(),
    mutationFn: ({ tag, on }: { readonly tag: string; readonly on: boolean }) => asked(changeTag(id, tag, on)),
    onSuccess: ({ undo }, { tag, on }, askedAt) => {
      tellDone(w(on ? 'taggedWith' : 'untaggedWith', { tag }), undo, askedAt);
      setText('');
      again(id);
    },
  });
  useOffers(`#${number}`, may ? [{ id: 'tag', title: w('addTag'), run: () => field.current?.focus() }] : []);
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const tag = text.trim();
    if (tag !== '' && !tags.includes(tag)) doing.mutate({ tag, on: true });
    else setText('');
  };
  return (
    <>
      <h3>{w('tags')}</h3>
      {tags.length === 0 ? <p className="muted">{w('noTags')}</p> : (
        <ul className="tags">{tags.map((tag) => (
          <li key={tag} className="tag"><Link href={listUrl({ ...EVERYTHING, tag })} dir="auto">{tag}</Link>{may ? <button type="button" aria-label={w('removeTag', { tag })} onClick={() => doing.mutate({ tag, on: false })}>×</button> : null}</li>))}
        </ul>)}
      {may ? <form className="desk-row" onSubmit={add}><label htmlFor="new-tag" className="visually-hidden">{w('addTag')}</label><input id="new-tag" ref={field} list="known-tags" maxLength={40} autoComplete="off" placeholder={w('addTag')} value={text} onChange={(event) => setText(event.target.value)} /><datalist id="known-tags">{known.filter((tag) => !tags.includes(tag)).map((tag) => <option key={tag} value={tag} />)}</datalist><button type="submit" className="button">{w('addIt')}</button></form> : null}
      <Problem error={doing.error} />
    </>
  );
}
