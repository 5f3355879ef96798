// Views that people keep: an address with a name, for oneself or for everybody.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { asked } from '../app/ask.ts';
import { a } from '../order/act-words.ts';
import { dropView, readViews, saveView } from '../order/api.ts';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { type ListQuery, listUrl } from './query.ts';

const VIEWS_MS = 60_000;

export function Views({ query }: { readonly query: ListQuery }): ReactElement | null {
  const answer = useQuery({ queryKey: ['views'], queryFn: () => asked(readViews()), staleTime: VIEWS_MS });
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const [open, setOpen] = useState(false);
  const here = listUrl({ ...query, selected: [] });
  const search = here.includes('?') ? here.slice(here.indexOf('?')) : '';
  const saving = useMutation({
    mutationFn: () => asked(saveView(name, search, shared)),
    onSuccess: () => {
      setOpen(false);
      setName('');
      void answer.refetch();
    },
  });
  const dropping = useMutation({ mutationFn: (id: string) => asked(dropView(id)), onSuccess: () => void answer.refetch() });
  const views = answer.data ?? [];
  const isKept = views.some((view) => view.query === search);
  if (views.length === 0 && search === '') return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <nav className="views" aria-label={a('views')}>
      {views.map((view) => (
        <span key={view.id} className="view"><Link className="tab" href={`/orders${view.query}`} aria-current={view.query === search ? 'page' : undefined} dir="auto">{view.name}</Link>
          {view.mine && view.query === search ? <button type="button" className="button quiet square" aria-label={a('dropView', { name: view.name })} onClick={() => dropping.mutate(view.id)}>×</button> : null}</span>))}
      {search === '' || isKept ? null : open ? (
        <form onSubmit={submit}>
          <label htmlFor="view-name" className="visually-hidden">{a('viewName')}</label><input id="view-name" required maxLength={80} autoFocus autoComplete="off" placeholder={a('viewName')} value={name} onChange={(event) => setName(event.target.value)} />
          <label className="tick"><input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />{a('shared')}</label><button type="submit" className="button">{a('saveIt')}</button><Problem error={saving.error} />
        </form>
      ) : <button type="button" className="button quiet" onClick={() => setOpen(true)}>{a('saveView')}</button>}
    </nav>
  );
}
