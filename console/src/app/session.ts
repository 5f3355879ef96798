// Who has signed in, and what they may do. Until that is known nobody may anything; the server has the last word all the same.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { readSession, type SessionState } from '../api.ts';
import { asked, cache } from './ask.ts';

export type Scope = SessionState['scopes'][number];

const KEY = ['session'];
const REFRESH_MS = 60_000;

export const useSession = (): UseQueryResult<SessionState> => useQuery({ queryKey: KEY, queryFn: () => asked(readSession()), staleTime: REFRESH_MS, refetchInterval: REFRESH_MS });

const has = (scopes: readonly Scope[], wanted: Scope): boolean => scopes.includes('admin') || scopes.includes(wanted) || (wanted === 'orders:read' && scopes.includes('orders:read_personal'));

/** Whether whoever has signed in may do what this scope stands for. */
export function useMay(): (wanted: Scope) => boolean {
  const { data } = useSession();
  return (wanted) => data !== undefined && has(data.scopes, wanted);
}

/** After somebody signed in or out nothing that was asked before is theirs. */
export function forgetEverything(): void {
  cache.clear();
}
