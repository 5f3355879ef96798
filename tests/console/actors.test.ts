// Who is a person is said once on each side: in the console, in the rules, and, as the rules' own prefix, in statements.
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isKey, isKeyId, isPerson, isPersonId, isSomebody } from '../../console/src/actors.ts';
import { isPerson as isPersonByRule, PERSON_PREFIX, publicId } from '../../src/domain/kernel/index.ts';

const UUID = '0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001';
const [anna, key] = [publicId('user', UUID), publicId('key', UUID)];
const BY_ITSELF = ['journey', 'sweeper', 'channel web', 'user', 'usr', ''];

test('people, keys and the program are told apart as the rules do', () => {
  expect([anna, key, ...BY_ITSELF].map(isPerson)).toEqual([anna, key, ...BY_ITSELF].map(isPersonByRule));
  expect([anna, key, ...BY_ITSELF].filter(isPerson)).toEqual([anna]);
  expect([anna, key, ...BY_ITSELF].filter(isKey)).toEqual([key]);
  expect([anna, key, ...BY_ITSELF].filter(isSomebody)).toEqual([anna, key]);
});

test('an address takes whole ids only', () => {
  expect([anna, key, PERSON_PREFIX, `${anna}0`, anna.toUpperCase(), ` ${anna}`].filter(isPersonId)).toEqual([anna]);
  expect([anna, key, `${key}0`].filter(isKeyId)).toEqual([key]);
});

/** Code that looks at the beginning of an actor by itself. Statements that join a person's name compare the whole id. */
const ASKED = /startsWith\(['"](?:usr|key)_|\/\^\(?(?:\?:)?(?:usr|key)\b|starts_with\(\w+(?:\.\w+)?, '(?:usr|key)_/;

test.each(['console/src', 'src'])('nowhere else in %s is it looked for', (folder) => {
  const root = new URL(`../../${folder}/`, import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'));
  expect(files.filter((file) => ASKED.test(readFileSync(new URL(file, root), 'utf8')))).toEqual([]);
});
