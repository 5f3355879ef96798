// What the console says of a strategy's versions before somebody goes back or withdraws one.
import { expect, test } from 'vitest';
import { versionBefore, whatStays } from '../../console/src/strategies/decide.tsx';
import type { StrategyVersionSummary } from '../../console/src/strategies/api.ts';

const version = (no: number, status: StrategyVersionSummary['status'], from: string, to: string | null): StrategyVersionSummary => ({
  version: no, revision: 1, status, note: null, author: 'test', author_name: null, created_at: from, published_at: from, published_by: 'test', valid_from: from, valid_to: to, withdrawn: null,
});
const [MAY, JUNE, JULY, AUGUST] = ['2026-05-01T08:00:00.000Z', '2026-06-01T08:00:00.000Z', '2026-07-01T08:00:00.000Z', '2026-08-01T08:00:00.000Z'] as const;
const first = version(1, 'retired', MAY, JUNE);
const live = version(2, 'published', JUNE, JULY);
const replaced = version(3, 'retired', JULY, JULY);
const next = version(4, 'scheduled', JULY, AUGUST);
const last = version(5, 'scheduled', AUGUST, null);

test('one goes back to the version that held before, not to one whose place another took before it did', () => {
  expect(versionBefore({ versions: [last, next, replaced, live, first], live: 2 })).toBe(1);
  expect(versionBefore({ versions: [last, next, replaced, live], live: 2 })).toBeNull();
});

test('what stays in effect is the version before, until the next one that is announced', () => {
  const versions = [last, next, replaced, live, first];
  expect(whatStays({ versions, live: 2 }, next)).toMatch(/^Version 2 stays in effect until version 5 takes over on 1 Aug 2026/);
  expect(whatStays({ versions, live: 2 }, last)).toBe('Version 4 stays in effect; nothing else is announced.');
  expect(whatStays({ versions: [last, next], live: null }, next)).toMatch(/^No version decides until version 5 takes over on 1 Aug 2026/);
  expect(whatStays({ versions: [last], live: null }, last)).toMatch(/^No version decides then/);
  // The one that decides may be older than those that are listed.
  expect(whatStays({ versions: [last], live: 2 }, last)).toBe('Version 2 stays in effect; nothing else is announced.');
});
