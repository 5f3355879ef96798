// What the server tells by code has German words in the console, and there are no words for what is no code.
import { expect, test } from 'vitest';
import { BESIDE, fieldName, REFUSED } from '../../console/src/refusals/german.ts';
import { t as dayWords } from '../../console/src/day/words.ts';
import { t as mailWords } from '../../console/src/mail/words.ts';
import { s as storyWords } from '../../console/src/order/story-words.ts';
import { t as orderWords } from '../../console/src/order/words.ts';
import { REJECT_REASONS } from '../../src/domain/fulfillment/node-work.ts';
import { REFUSALS } from '../../src/domain/kernel/index.ts';
import { QUEUES } from '../../src/flows/desk.ts';
import { LETTER_KINDS } from '../../src/flows/mails.ts';
import { FIX_CODES } from '../../src/flows/morning-list.ts';

test('each code says in German what happened and what to do', () => {
  expect(Object.keys(REFUSED).toSorted()).toEqual(Object.keys(REFUSALS).toSorted());
  for (const [code, [title, advice]] of Object.entries(REFUSED)) {
    expect(title, code).toMatch(/^[A-ZÄÖÜ].*[^.]$/);
    expect(advice, code).toMatch(/^[A-ZÄÖÜ].*\.$/);
  }
  const english: readonly string[] = Object.values(REFUSALS).flatMap(({ title, fix }) => [title, fix]);
  const german = Object.values(REFUSED).flat();
  expect(german.filter((text) => english.includes(text) || /\b(?:the|this|of|is|and|your|or)\b/.test(text))).toEqual([]);
  expect(new Set(Object.values(REFUSED).map(([title]) => title)).size).toBe(Object.keys(REFUSED).length);
  expect(Object.keys(BESIDE).filter((code) => !(code in REFUSALS))).toEqual([]);
});

test.each([
  ['#/lines/2/quantity', 'Position 3, Menge'], ['/reason', 'Grund'], ['#/ship_to/postcode', 'Lieferadresse, Postleitzahl'], ['/query/node', 'Standort'], ['/groups/0/name', 'Gruppe 1, Name'],
  ['/groups/0/objective', null], ['', null], ['/0', null],
])('a pointer to a field names it where all of it has a name: %s', (pointer, name) => expect(fieldName(pointer)).toBe(name));

const exceptions = QUEUES.filter(({ source }) => source === 'exception').map(({ key }) => key);
test.each([
  ['fixes of the morning list', dayWords, 'fix.', FIX_CODES], ['kinds of exceptions', orderWords, 'exception.', exceptions], ['why a node refused, and what was settled', storyWords, 'code.', [...REJECT_REASONS, ...exceptions]],
  ['kinds of mails', mailWords, 'letter.', LETTER_KINDS],
] as const)('%s', (_, { texts }, prefix, codes) => {
  for (const language of [texts.en, texts.de]) expect(Object.keys(language).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])).toSorted()).toEqual([...codes].toSorted());
});
