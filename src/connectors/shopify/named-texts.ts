import { isRecord } from './message.ts';
import { readable, shortened } from './text.ts';

const MOST = 100;
export const NAME_MAX = 100;
export const VALUE_MAX = 1000;

export interface NamedText {
  readonly name: string;
  readonly value: string;
}

/**
 * Names and values as short texts, whatever apps put there: a list of {name, value} or {key, value}, of pairs, of objects, of texts (which
 * their place names), or one object. Nested values become JSON text. Those without a name are left out.
 */
export function namedTexts(values: unknown): NamedText[] {
  const list = Array.isArray(values) ? values : isRecord(values) ? Object.entries(values) : values === null || values === undefined || values === '' ? [] : [values];
  return list.flatMap((one: unknown, index) => namedPairs(one, index))
    .map(([name, value]) => ({ name: shortened(readable(name), NAME_MAX), value: shortened(readable(value), VALUE_MAX) }))
    .filter(({ name }) => name !== '').slice(0, MOST);
}

function namedPairs(one: unknown, index: number): readonly (readonly [unknown, unknown])[] {
  if (one === null) return [];
  if (Array.isArray(one) && one.length === 2) return [[one[0], one[1]]];
  if (!isRecord(one)) return [[String(index + 1), one]];
  return 'name' in one || 'key' in one ? [[one['name'] ?? one['key'], one['value']]] : Object.entries(one);
}
