// The settings' screen knows every setting that the server takes, and the same defaults.
import { expect, test } from 'vitest';
import { type Setting, SETTINGS, type Source } from '../../console/src/settings/catalogue.ts';
import { asCode, changed, differencesOf, type Document, type Json, valueAt } from '../../console/src/settings/document.ts';
import { n } from '../../console/src/settings/setting-words.ts';
import { written } from '../../console/src/settings/value.tsx';
import { channelBody, factOfChannel } from '../../src/server/http/facts.ts';
import { channelMailBody } from '../../src/server/http/schemas/mail-views.ts';

const of = (source: Source): readonly Setting[] => SETTINGS.filter((one) => one.source === source);
const least = { name: 'Shop', currency: 'EUR' };

test('every field of a channel and of its mails is a setting, and says what it is in words', () => {
  const fields = (shape: object, ...left: string[]): string[] => Object.keys(shape).filter((name) => !left.includes(name)).toSorted();
  expect([...new Set(of('channel').map(({ path }) => path[0]))].toSorted()).toEqual(fields(channelBody.shape, 'name', 'kind', 'valid_from'));
  expect(of('mail').map(({ path }) => path[0]).toSorted()).toEqual(fields(channelMailBody.shape));
  expect(Object.keys(n.texts.en).toSorted()).toEqual(SETTINGS.flatMap(({ id }) => [id, `${id}.what`]).toSorted());
});

test('defaults are those of the server, and what changes is found under its name in the audit log', () => {
  const usual = of('channel').filter((one) => one.usual !== undefined).reduce<Json>((body, one) => changed(body, one, one.usual), least);
  const fact = factOfChannel('web', channelBody.parse(least));
  expect(factOfChannel('web', channelBody.parse(usual))).toEqual(fact);
  for (const { told } of of('channel')) expect(Object.keys(fact)).toContain(told);
  const mail = of('mail').filter(({ usual: one }) => one !== undefined && one !== '').reduce<Json>((body, one) => changed(body, one, one.usual), {});
  expect(channelMailBody.safeParse(mail).success).toBe(true);
});

test('what a compound setting looks like is taken by the server', () => {
  for (const one of of('channel')) if (one.kind.as === 'object') expect(channelBody.safeParse(changed(least, one, one.kind.like)).error, one.id).toBeUndefined();
});

test('a file of settings differs in what was changed, and names what nothing here is called', () => {
  const now: Document = { channel: { web: { ...least, buffer: 2, routing: { attempt_limit: 3 } } }, mail: { web: { language: 'en' } }, seller: {} };
  expect(differencesOf(asCode(now), now)).toEqual({ differences: [], unknown: [] });
  const other = { ...now, channel: { web: { ...least, buffer: 5, routing: { attempt_limit: 3 }, colour: 'red' }, gone: least }, mail: { web: { language: 'de' } } };
  const found = differencesOf(asCode(other), now);
  expect(found?.differences.map(({ setting, code, before, after }) => [setting.id, code, before, after])).toEqual([['buffer', 'web', 2, 5], ['mail.language', 'web', 'en', 'de']]);
  expect(found?.unknown.toSorted()).toEqual(['channel/gone', 'channel/web/colour']);
  for (const text of ['', '{', '[]', '{"channel":{}}']) expect(differencesOf(text, now)).toBeNull();
});

test('what is written becomes what the body takes, or says what is wrong', () => {
  expect([written(' 5 ', { as: 'whole' }), written('', { as: 'maybeWhole' }), written('a, b,', { as: 'list' }), written('', { as: 'object', like: {} }), written('{"hours":3}', { as: 'object', like: {} }), written('true', { as: 'flag' }), written(' ', { as: 'maybeText' })])
    .toEqual([{ value: 5 }, { value: null }, { value: ['a', 'b'] }, { value: null }, { value: { hours: 3 } }, { value: true }, { value: null }]);
  expect(written('five', { as: 'whole' })).toHaveProperty('wrong');
  expect(written('{', { as: 'object', like: {} })).toHaveProperty('wrong');
  expect(valueAt(changed({ node_pool: ['a'] }, SETTINGS.find(({ id }) => id === 'node_pool') as Setting, []), ['node_pool'])).toEqual([]);
});
