// Every error code of the server has German words in the console, and there are no words for what is no code.
import { expect, test } from 'vitest';
import { BESIDE, fieldName, REFUSED } from '../../console/src/refusals/german.ts';
import { REFUSALS } from '../../src/domain/kernel/index.ts';

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
