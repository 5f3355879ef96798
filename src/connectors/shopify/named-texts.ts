import type { NamedValues } from './message.ts';
import { readable, shortened } from './text.ts';

const MOST = 100;
export const NAME_MAX = 100;
export const VALUE_MAX = 1000;

export interface NamedText {
  readonly name: string;
  readonly value: string;
}

/** Names and values as short texts, whatever apps put there: nested values become JSON text. Those without a name are left out. */
export function namedTexts(values: NamedValues): NamedText[] {
  const pairs = Array.isArray(values)
    ? values.map(({ name, value }: { readonly name?: unknown; readonly value?: unknown }) => [name, value] as const)
    : Object.entries(values ?? {});
  return pairs.map(([name, value]) => ({ name: shortened(readable(name), NAME_MAX), value: shortened(readable(value), VALUE_MAX) }))
    .filter(({ name }) => name !== '').slice(0, MOST);
}
