// Settings as one document: what stands where, as code, and what differs.
import type { Channel, ChannelMail, InvoiceSeller } from '@ordo/client';
import { type Setting, SETTINGS, type Source, SOURCES } from './catalogue.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The bodies that the server takes, by the code of the channel; a seller of all channels has none. */
export interface Document {
  readonly channel: Readonly<Record<string, Json>>;
  readonly mail: Readonly<Record<string, Json>>;
  readonly seller: Readonly<Record<string, Json>>;
}

/** What a seller of all channels is kept under. */
export const EVERYWHERE = '*';

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const without = (value: Json, names: readonly string[], nulls = false): Json => Object.fromEntries(Object.entries(value).filter(([name, one]) => !names.includes(name) && !(nulls && one === null)));

export const bodyOfChannel = (channel: Channel): Json => {
  const body = without({ ...channel }, ['id', 'code', 'gate', 'valid_from']);
  return body['node_pool'] === null ? without(body, ['node_pool']) : body;
};
export const bodyOfMail = (mail: ChannelMail): Json => without({ ...mail }, [], true);
export const bodyOfSeller = (seller: InvoiceSeller): Json => without({ ...seller }, ['channel', 'valid_from']);

export function valueAt(body: Json | undefined, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isJson(value) ? value[name] : undefined), body);
}

/** The body with one value changed; what is not there yet on the way is made, and what has to be left out is. */
export function withValue(body: Json, [name = '', ...rest]: readonly string[], value: unknown, leaveOut = false): Json {
  if (rest.length === 0) return leaveOut && value === null ? without(body, [name]) : { ...body, [name]: value };
  const inner = body[name];
  return { ...body, [name]: withValue(isJson(inner) ? inner : {}, rest, value, leaveOut) };
}

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one ?? null)) === JSON.stringify(sorted(other ?? null));
const sorted = (value: unknown): unknown => (Array.isArray(value) ? value.map(sorted) : isJson(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, sorted(one)])) : value);

/** Bodies in which nothing may stand where nothing is meant. */
const LEFT_OUT: Readonly<Record<Source, boolean>> = { channel: false, mail: true, seller: false };
export const changed = (body: Json, { source, path }: Setting, value: unknown): Json => withValue(body, path, value, LEFT_OUT[source] || (path[0] === 'node_pool' && value === null));

export interface Difference {
  readonly setting: Setting;
  readonly code: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Import {
  readonly differences: readonly Difference[];
  /** Each that cannot be taken over, as where it stands: "channel/web/colour". */
  readonly unknown: readonly string[];
}

export const FORMAT = 'ordo-settings-1';
export const asCode = (document: Document): string => `${JSON.stringify({ format: FORMAT, ...document }, null, 2)}\n`;

/** What a file would change; null where it is none of ours. Nothing of it is taken over without somebody having seen it. */
export function differencesOf(text: string, now: Document): Import | null {
  const read = parsed(text);
  if (!isJson(read) || read['format'] !== FORMAT) return null;
  const unknown = Object.keys(read).filter((name) => name !== 'format' && !SOURCES.some((source) => source === name));
  const differences: Difference[] = [];
  for (const source of SOURCES) {
    for (const [code, body] of Object.entries(isJson(read[source]) ? read[source] : {})) {
      const present = now[source][code] ?? (source === 'seller' && code === EVERYWHERE ? {} : undefined);
      if (!isJson(body) || present === undefined) {
        unknown.push(`${source}/${code}`);
        continue;
      }
      const known = SETTINGS.filter((one) => one.source === source);
      for (const setting of known) {
        const [before, after] = [valueAt(present, setting.path), valueAt(body, setting.path)];
        if (after !== undefined && !same(before, after)) differences.push({ setting, code, before: before ?? null, after });
      }
      unknown.push(...Object.keys(body).filter((name) => !known.some(({ path }) => path[0] === name) && !same(body[name], present[name])).map((name) => `${source}/${code}/${name}`));
    }
  }
  return { differences, unknown };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
