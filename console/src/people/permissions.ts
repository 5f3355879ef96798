// The server's own catalogue of permissions: it changes only with the server.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { asked } from '../app/ask.ts';
import { type Permission, readPermissions } from './api.ts';

export const usePermissions = (): UseQueryResult<readonly Permission[]> => useQuery({ queryKey: ['permissions'], queryFn: () => asked(readPermissions()), staleTime: Infinity });

/** In the order in which the server tells them. */
export const areasOf = (permissions: readonly Pick<Permission, 'area'>[]): readonly Permission['area'][] => [...new Set(permissions.map(({ area }) => area))];
