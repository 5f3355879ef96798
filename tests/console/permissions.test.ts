import { expect, test } from 'vitest';
import type { ApiKey, Permission, User } from '../../client/src/index.ts';
import { fitting, keysWith, peopleWith } from '../../console/src/people/may.ts';
import { a, p, r } from '../../console/src/people/permission-words.ts';
import { parsePeople, peopleUrl } from '../../console/src/people/query.ts';
import { AREAS, PERMISSIONS } from '../../src/flows/permissions.ts';
import { ROLES } from '../../src/flows/roles.ts';

const permission: Permission = {
  scope: 'orders:read', area: 'orders', meaning: '', includes: [], roles: ['admin', 'agent', 'viewer'],
  operations: [{ id: 'listOrders', method: 'GET', path: '/v1/orders', summary: 'List orders', limited_by_node: true }, { id: 'listMails', method: 'GET', path: '/v1/mails', summary: 'List mails', limited_by_node: false }],
};
const ALL: Permission[] = [permission, { ...permission, scope: 'orders:read_personal', includes: ['orders:read'], roles: ['admin', 'agent'], operations: [] }, { ...permission, scope: 'admin', includes: ['orders:read', 'orders:read_personal'] }];
const person = (name: string, more: Partial<User> = {}): User => ({ id: name, name, email: null, roles: ['viewer'], nodes: null, language: 'en', time_zone: null, created_at: '', disabled_at: null, erased_at: null, last_sign_in_at: null, ...more });
const key = (name: string, more: Partial<ApiKey> = {}): ApiKey => ({ id: name, name, hint: '', scopes: ['orders:read'], created_at: '', expires_at: null, revoked_at: null, last_used_at: null, rotated_from: null, ...more });

test('permissions, areas and roles are said as the server says them, and so in every language', () => {
  expect(p.texts.en).toEqual(Object.fromEntries(Object.entries(PERMISSIONS).map(([scope, { meaning }]) => [scope, meaning])));
  expect(r.texts.en).toEqual(Object.fromEntries(Object.entries(ROLES).map(([name, { meaning }]) => [name, meaning])));
  for (const name of [...Object.keys(ROLES), ...AREAS.map((area) => `area.${area}`)]) expect(a.texts.de[name], name).toBeDefined();
});

test('who may is who works, by role, and at nodes only where something can be limited to nodes', () => {
  const users = [person('all'), person('clerk', { nodes: ['berlin'] }), person('gone', { disabled_at: '2026-01-01T00:00:00Z' }), person('other', { roles: ['developer'] })];
  expect(peopleWith(permission, users).map(({ id }) => id)).toEqual(['all', 'clerk']);
  expect(peopleWith({ ...permission, operations: permission.operations.slice(1) }, users).map(({ id }) => id)).toEqual(['all']);
  const now = Date.parse('2026-06-01T00:00:00Z');
  const keys = [key('plain'), key('wider', { scopes: ['orders:read_personal'] }), key('admin', { scopes: ['admin'] }), key('stock', { scopes: ['stock:read'] }), key('old', { expires_at: '2026-06-01T00:00:00Z' }), key('ended', { revoked_at: '2026-01-01T00:00:00Z' })];
  expect(keysWith(permission, ALL, keys, now).map(({ id }) => id)).toEqual(['plain', 'wider', 'admin']);
});

test('a search finds permissions by what they mean, and else by what they open', () => {
  expect(fitting(permission, 'See orders', '')).toHaveLength(2);
  expect(fitting(permission, 'See orders', ' SEE ')).toHaveLength(2);
  expect(fitting(permission, 'See orders', 'list mail')?.map(({ id }) => id)).toEqual(['listMails']);
  expect(fitting(permission, 'See orders', 'refund')).toBeNull();
});

test('the address says what is looked at, and what it says wrongly is left out', () => {
  const view = { tab: 'access', scope: '', q: '', who: `usr_${'0'.repeat(32)}`, show: 'may_not' } as const;
  expect(parsePeople(peopleUrl(view).split('?')[1] ?? '')).toEqual(view);
  expect(peopleUrl()).toBe('/people');
  expect(parsePeople('tab=nowhere&who=me&show=all')).toEqual({ tab: 'people', scope: '', q: '', who: '', show: '' });
});
