// Views that people keep: an address with a name, for oneself or for everybody, and how many orders each holds. Counting never keeps the rows waiting.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { count } from '../numbers.ts';
import { dropView, readViews, type SavedView, saveView } from '../order/api.ts';
import { Link } from '../ui/link.tsx';
import { ActFailed } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { loadCount } from './load.ts';
import { type ListQuery, listUrl, parseQuery } from './query.ts';
import { t } from './words.ts';

const VIEWS_MS = 60_000;
const COUNT_MS = 45_000;
const NONE: readonly SavedView[] = [];
type Counts = ReadonlyMap<string, string>;

/** By their addresses, one after the other, and only once the rows are there. */
function useCounts(views: readonly SavedView[], ready: boolean): Counts {
  const [counts, setCounts] = useState<Counts>(new Map());
  useEffect(() => {
    if (!ready || views.length === 0) return undefined;
    let wanted = true;
    const load = async (): Promise<void> => {
      for (const { query } of views) {
        const counted = wanted && !document.hidden ? await loadCount(parseQuery(query)) : null;
        if (counted !== null && wanted) setCounts((before) => new Map(before).set(query, `${count(counted.value)}${counted.exact ? '' : '+'}`));
      }
    };
    void load();
    const timer = setInterval(() => void load(), COUNT_MS);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [views, ready]);
  return counts;
}

export function Views({ query, ready }: { readonly query: ListQuery; readonly ready: boolean }): ReactElement | null {
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
  const views = answer.data ?? NONE;
  const counts = useCounts(views, ready);
  const isKept = views.some((view) => view.query === search);
  if (views.length === 0 && search === '') return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!saving.isPending) saving.mutate();
  };
  return (
    <nav className="views" aria-label={t('views')}>
      {views.map((view) => (
        <span key={view.id} className="view"><Link className="tab" href={`/orders${view.query}`} aria-current={view.query === search ? 'page' : undefined}><span dir="auto">{view.name}</span><span className="tab-count">{counts.get(view.query)}</span></Link>
          {view.mine && view.query === search ? <button type="button" className="button quiet square" aria-label={t('dropView', { name: view.name })} onClick={() => dropping.mutate(view.id)}>×</button> : null}</span>))}
      {dropping.error ? <ActFailed failure={failureOf(dropping.error)} what={t('dropView', { name: views.find(({ id }) => id === dropping.variables)?.name ?? '' })} retry={() => dropping.mutate(dropping.variables)} /> : null}
      {search === '' || isKept ? null : open ? (
        <form onSubmit={submit}>
          <label htmlFor="view-name" className="visually-hidden">{t('viewName')}</label><input id="view-name" required maxLength={80} autoFocus autoComplete="off" placeholder={t('viewName')} value={name} onChange={(event) => setName(event.target.value)} />
          <label className="tick"><input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />{t('shared')}</label><button type="submit" className="button">{t('saveIt')}</button><Problem error={saving.error} />
        </form>
      ) : <button type="button" className="button quiet" onClick={() => setOpen(true)}>{t('saveView')}</button>}
    </nav>
  );
}
