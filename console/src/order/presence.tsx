// Who else has this order open. It keeps nobody from anything.
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useSyncExternalStore } from 'react';
import { asked } from '../app/ask.ts';
import { useSession } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { leave, look, type Present } from './api.ts';
import { w } from './together-words.ts';

/** Twice within the time that the server keeps somebody. */
const LOOK_MS = 6_000;

/** Forms on the page that have something in them. */
const dirty = new Set<string>();
const listeners = new Set<() => void>();
const listen = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Tells others that one has begun something, while it is true. */
export function useEditing(form: string, is: boolean): void {
  useEffect(() => {
    if (!is) return undefined;
    dirty.add(form);
    for (const one of listeners) one();
    return () => {
      dirty.delete(form);
      for (const one of listeners) one();
    };
  }, [form, is]);
}

const initialsOf = (name: string): string => {
  const parts = name.trim().split(/\s+/);
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : '')).toUpperCase();
};

export function Presence({ id }: { readonly id: string }): ReactElement {
  const editing = useSyncExternalStore(listen, () => dirty.size > 0);
  const signedIn = useSession().data !== undefined;
  const { data: others = [] } = useQuery({
    queryKey: ['presence', id, editing], queryFn: () => asked(look(id, editing)), enabled: signedIn, refetchInterval: LOOK_MS, refetchOnWindowFocus: true, staleTime: 0, gcTime: 0, placeholderData: (before: readonly Present[] | undefined) => before,
  });
  useEffect(() => {
    const gone = (): void => void leave(id);
    addEventListener('pagehide', gone);
    return () => {
      removeEventListener('pagehide', gone);
      gone();
    };
  }, [id]);
  useTold(others);
  return (
    <ul className="present" aria-label={w('present')}>{others.map(({ user, name, editing: edits }) => (
      <li key={user} className={edits ? 'editing' : undefined} title={w(edits ? 'edits' : 'looks', { name })}><span aria-hidden="true">{initialsOf(name)}</span><span className="visually-hidden">{w(edits ? 'edits' : 'looks', { name })}</span>{edits ? <span className="present-word" aria-hidden="true">{w('editing')}</span> : null}</li>))}
    </ul>
  );
}

/** Who comes is said once; who is there already is read with the page. */
function useTold(others: readonly Present[]): void {
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    const come = known.current === null ? [] : others.filter(({ user }) => known.current?.has(user) !== true);
    if (come.length > 0) announce(come.map(({ name }) => w('looks', { name })).join(' '));
    known.current = new Set(others.map(({ user }) => user));
  }, [others]);
}
