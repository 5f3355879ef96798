import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ChannelOrder, Translation } from '../kit/types.ts';
import { translate } from './translate.ts';

type Message = Record<string, unknown>;

const read = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'));
export const fixture = (name: string, changes: Message = {}): Message => ({ ...(read(new URL(`fixtures/${name}.json`, import.meta.url)) as Message), ...changes });
export const FIXTURES = readdirSync(new URL('fixtures/', import.meta.url)).map((file) => file.replace('.json', ''));

/** Published examples beside the checkout; absent where only the project itself was cloned. */
const SHARED = new URL('../../../../shared/samples/', import.meta.url);
export const haveSamples = existsSync(SHARED);
export const sample = (path: string): unknown => read(new URL(path, SHARED));
export const sampleNames = (folder: string): string[] => (haveSamples ? readdirSync(new URL(`${folder}/`, SHARED)).toSorted() : []);

export function orderOf(translation: Translation): ChannelOrder {
  if (translation.kind !== 'order') throw new Error(JSON.stringify(translation));
  return translation.order;
}
export const translated = (name: string, changes: Message = {}): ChannelOrder => orderOf(translate('order.updated', fixture(name, changes)));
export const pointers = (body: unknown): string[] => {
  const translation = translate('order.created', body);
  return translation.kind === 'malformed' ? translation.errors.map(({ pointer }) => pointer) : [];
};

/** What lines and charges add up to, in minor units of two decimals or as given. */
export function addsUpTo({ lines, totals, currency }: ChannelOrder): number {
  const scale = currency === 'JPY' ? 1 : 100;
  const merchandise = lines.map(({ unitPrice, quantity, discountMinor }) => Math.round(Number(unitPrice) * Number(quantity) * scale) - discountMinor);
  return merchandise.reduce((sum, line) => sum + line, 0) - totals.discountMinor + (totals.taxIncluded ? 0 : totals.taxMinor) + totals.shippingMinor + totals.otherMinor;
}
