import { expect, test } from 'vitest';
import type { Failure } from '../../console/src/api.ts';
import type { ApiKey, Connection, InboxBulk } from '../../console/src/connections/api.ts';
import { changeOf, draftOf, lacksCredentials } from '../../console/src/connections/connection-form.tsx';
import { type Ask, decideAll, tryAll } from '../../console/src/connections/decide.ts';
import { EVENT_TYPES, GROUPS, knownTypes, typesIn } from '../../console/src/connections/event-types.ts';
import { replacing } from '../../console/src/connections/keys.tsx';
import { localTime } from '../../console/src/connections/local-time.ts';
import { bounded, pretty } from '../../console/src/connections/pretty.ts';
import { connectionsUrl, parseConnections } from '../../console/src/connections/query.ts';
import { setAhead } from '../../console/src/time.ts';
import { EVENTS, isPrivateEvent } from '../../src/domain/kernel/index.ts';

test('an address says which list is looked at, what it is narrowed down to, and where its page begins', () => {
  const url = connectionsUrl('inbox', { state: 'quarantined', connection: 'my shop', external: '#1', cursor: 'abc', of: '' });
  expect(url).toBe('/connections?tab=inbox&state=quarantined&connection=my+shop&external_id=%231&cursor=abc');
  expect(parseConnections(url.slice(url.indexOf('?')))).toEqual({ tab: 'inbox', state: 'quarantined', connection: 'my shop', external: '#1', cursor: 'abc', of: '' });
  expect(parseConnections('?tab=nowhere')).toEqual({ tab: null, state: '', connection: '', external: '', cursor: '', of: '' });
});

test('a body is laid out and never changed: numbers of many digits, escapes and empty parts stay as they came', () => {
  const body = '{"id":12345678901234567890,"price":1.10,"a":[ ],"b":{},"s":"x\\"{[,:]}\\\\","n":[1,{"m":null}]}';
  const laidOut = pretty(body) ?? '';
  expect(laidOut).toBe('{\n  "id": 12345678901234567890,\n  "price": 1.10,\n  "a": [],\n  "b": {},\n  "s": "x\\"{[,:]}\\\\",\n  "n": [\n    1,\n    {\n      "m": null\n    }\n  ]\n}');
  expect(pretty(laidOut)).toBe(laidOut);
  expect([pretty('a=1&b=2'), pretty('{"a":'), pretty('"text"'), pretty(' 7 ')]).toEqual([null, null, '"text"', '7']);
  expect([bounded('x'.repeat(20_000)).isAll, bounded('x'.repeat(20_001))]).toEqual([true, { text: 'x'.repeat(20_000), isAll: false }]);
});

/** A server of so many messages, of which each seventh is erased. */
function inbox(count: number, fails: (asked: number) => boolean = () => false): { ask: Ask; asked: () => readonly (readonly [isTrial: boolean, size: number])[] } {
  const all = Array.from({ length: count }, (_, n) => `msg_${n}`);
  const asked: [boolean, number][] = [];
  const failure: Failure = { kind: 'away', code: null, detail: 'no answer', requestId: null };
  return {
    asked: () => asked,
    ask: async ({ ids, cursor = '0', dry_run: isTrial = false }) => {
      if (fails(asked.length)) return { ok: false, failure };
      const part = ids ?? all.slice(Number(cursor), Number(cursor) + 250);
      asked.push([isTrial, part.length]);
      const next = ids === undefined && Number(cursor) + 250 < count ? String(Number(cursor) + 250) : null;
      const results = part.map((id): InboxBulk['results'][number] => (Number(id.slice(4)) % 7 === 0 ? { id, outcome: 'failed', problem: { code: 'MESSAGE_ERASED', detail: 'Erased.' } } : { id, outcome: isTrial ? 'would_do' : 'done' }));
      return { ok: true, value: { dry_run: isTrial, next_cursor: next, results } };
    },
  };
}
const never = (): boolean => false;

test('all that match are found on however many pages, and those that can be are decided some at a time', async () => {
  const { ask, asked } = inbox(600);
  const looked: number[] = [];
  const trial = await tryAll(ask, { action: 'replay' }, { filter: { state: 'quarantined' } }, (count) => looked.push(count), never);
  expect([trial.ids.length, trial.unable.length, trial.failure, looked]).toEqual([514, 86, null, [250, 500, 600]]);
  const told: number[] = [];
  const run = await decideAll(ask, { action: 'replay' }, trial.ids, (results) => told.push(results.length), never);
  expect([run.results.length, run.failure, run.stopped, told]).toEqual([514, null, false, [250, 500, 514]]);
  expect(asked()).toEqual([[true, 250], [true, 250], [true, 100], [false, 250], [false, 250], [false, 14]]);
});

test('messages that were selected are asked about by their ids; leaving or stopping ends it, and a failure says how far it came', async () => {
  const ids = Array.from({ length: 300 }, (_, n) => `msg_${n + 1}`);
  expect((await tryAll(inbox(300).ask, { action: 'drop', reason: 'old' }, { ids }, () => undefined, never)).ids.length).toBe(258);
  const left = inbox(600);
  await tryAll(left.ask, { action: 'replay' }, { filter: {} }, () => undefined, () => true);
  expect(left.asked()).toHaveLength(1);
  const stopped = await decideAll(inbox(300).ask, { action: 'replay' }, ids, () => undefined, (() => {
    let times = 0;
    return () => (times += 1) > 1;
  })());
  expect([stopped.results.length, stopped.stopped]).toEqual([250, true]);
  const failed = await decideAll(inbox(300, (times) => times > 0).ask, { action: 'replay' }, ids, () => undefined, never);
  expect([failed.results.length, failed.failure?.kind]).toEqual([250, 'away']);
  expect((await tryAll(inbox(600, (times) => times > 0).ask, { action: 'replay' }, { filter: {} }, () => undefined, never)).failure?.kind).toBe('away');
});

test('every event that a webhook may be told of stands in one group', () => {
  expect(EVENT_TYPES.toSorted()).toEqual(Object.keys(EVENTS).filter((type) => !isPrivateEvent(type)).toSorted());
  expect(GROUPS.flatMap(typesIn)).toHaveLength(EVENT_TYPES.length);
  expect(knownTypes(['OrderRouted', 'OrderOfYesterday'])).toEqual(['OrderRouted']);
});

test('of a connection only what was changed is sent, credentials all or none', () => {
  const one: Connection = {
    id: 'con_1', code: 'shop', connector: 'shopify', channel: 'web', status: 'active', match_by_sku: true, capture_test_orders: false, base_url: 'https://shop.example.com/', credentials: ['access_token'], push_stock: false, acknowledge: true, told: [], places: { berlin: '1' },
    receive_path: '/in/con_1', created_at: '2026-01-01T00:00:00Z', previous_secret_until: null, messages: { waiting: 0, done: 0, ignored: 0, kept: 0, quarantined: 0, dropped: 0 }, lag_seconds: 0, last_received_at: null, last_sweep: null,
  };
  const draft = draftOf(one);
  expect(changeOf(one, draft)).toEqual({});
  expect(changeOf(one, { ...draft, baseUrl: ' ', pushStock: true, credentials: { access_token: 'new', other: '' }, places: [['berlin', '1'], ['paris', ' 2 '], ['rome', '']] }))
    .toEqual({ base_url: null, push_stock: true, credentials: { access_token: 'new' }, places: { berlin: '1', paris: '2' } });
  const wanted = ['consumer_key', 'consumer_secret'];
  expect([{}, { consumer_key: 'a' }, { consumer_key: 'a', consumer_secret: 'b' }].map((credentials) => lacksCredentials({ credentials }, wanted))).toEqual([false, true, false]);
});

test('whether a key still works goes by the clock of the machine, wherever that of a demonstration stands', () => {
  const key = (id: string, more: Partial<ApiKey>): ApiKey => ({ id, name: id, hint: id, scopes: ['orders:read'], created_at: '2026-01-01T00:00:00.000Z', expires_at: null, revoked_at: null, last_used_at: null, rotated_from: null, ...more });
  const [old, next] = [key('key_1', { expires_at: new Date(Date.now() + 3_600_000).toISOString() }), key('key_2', { rotated_from: 'key_1' })];
  setAhead(7 * 86_400_000);
  expect(replacing(old, [old, next])).toBe(next);
  setAhead(0);
});

test('an instant is written as a field for day and time reads it', () => {
  const at = Date.parse('2026-03-04T05:06:00');
  expect(localTime(at)).toBe('2026-03-04T05:06');
  expect(Date.parse(localTime(at))).toBe(at);
});
