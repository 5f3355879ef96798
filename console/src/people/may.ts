// Who may do what one permission stands for, from what the server says of permissions, people and keys.
import type { ApiKey, Permission, User } from './api.ts';

/** Whether a scope that was given opens what this permission stands for. */
const opened = ({ scope }: Permission, given: readonly string[], all: readonly Permission[]): boolean => given.some((held) => held === scope || (all.find((one) => one.scope === held)?.includes.some((other) => other === scope) ?? false));

/** People whose account works, by whose roles they may; of those who are limited to nodes only where something of it can be limited so. */
export const peopleWith = (permission: Permission, users: readonly User[]): readonly User[] => users.filter(({ roles, nodes, disabled_at: disabled, erased_at: erased }) =>
  disabled === null && erased === null && roles.some((role) => permission.roles.includes(role)) && (nodes === null || permission.operations.some((one) => one.limited_by_node)));

/** Keys that work at this instant. */
export const keysWith = (permission: Permission, all: readonly Permission[], keys: readonly ApiKey[], now: number): readonly ApiKey[] => keys.filter(({ scopes, revoked_at: revoked, expires_at: expires }) =>
  revoked === null && (expires === null || Date.parse(expires) > now) && opened(permission, scopes, all));

/** Operations that every word of a text fits, by what they do or what they are called; all of them without a text, and where it only fits what the permission means. */
export function fitting({ scope, operations }: Permission, meaning: string, q: string): Permission['operations'] | null {
  const words = q.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const fits = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const found = operations.filter(({ id, path, summary }) => fits(`${id} ${path} ${summary}`));
  return found.length > 0 || words.length === 0 ? found : fits(`${scope} ${meaning}`) ? operations : null;
}
