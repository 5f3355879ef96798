import { isDeepStrictEqual } from 'node:util';
import { CALLS_AT_ONCE, eachOf } from '../many.ts';
import { keyOf } from './key.ts';
import type { Body, Entry } from './entries.ts';
import { type Prepared, type Preparing, Remembered } from './prepare.ts';
import type { ImportTarget } from './target.ts';

/** What an answer of the API says beyond the body that it takes. */
const ONLY_ANSWERED: ReadonlySet<string> = new Set(['id', 'valid_from']);

/** Items and nodes are compared with what is there: what a file does not say stays, and what would change nothing is not sent. */
export function prepareCatalogue(api: ImportTarget, kind: 'items' | 'nodes'): Preparing {
  const items = new Remembered(async (sku) => (await api.findItem(sku)) !== null);
  return async (entries) => {
    const prepared: Prepared[] = [];
    await eachOf(entries, CALLS_AT_ONCE, async (entry) => { prepared.push(decide(entry, await thereIs(api, kind, entry.body), items)); });
    return prepared;
  };
}

const codeOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const componentsOf = ({ components }: Body): string[] => (Array.isArray(components) ? components.map((one: unknown) => (typeof one === 'object' && one !== null && 'sku' in one ? codeOf(one.sku) : '')) : []);

function thereIs(api: ImportTarget, kind: 'items' | 'nodes', { sku, code }: Body): Promise<Body | null> {
  const name = codeOf(kind === 'items' ? sku : code);
  if (name === '') return Promise.resolve(null);
  return kind === 'items' ? api.findItem(name) : api.findNode(name);
}

/** The components of a kit may be made by the same file, in front of it. */
function decide(entry: Entry, there: Body | null, items: Remembered): Prepared {
  const { body } = entry;
  const isBrought = async (code: string): Promise<boolean> => code === 'UNKNOWN_ITEM' && (await Promise.all(componentsOf(body).map((sku) => items.has(sku)))).every(Boolean);
  if (there === null) {
    items.add(codeOf(body['sku']));
    return { entry, action: 'create', line: keyed({ name: body['sku'] ?? body['code'], ...body }, ''), isBrought };
  }
  const before = Object.fromEntries(Object.entries(there).filter(([name, value]) => value !== null && !ONLY_ANSWERED.has(name)));
  const { valid_from: _from, ...wanted } = body;
  const after = { ...before, ...wanted, ...both('address', before, wanted), ...both('attributes', before, wanted) };
  return isDeepStrictEqual(before, after) ? { entry, action: 'skip' } : { entry, action: 'update', line: keyed({ ...after, ...(body['valid_from'] === undefined ? {} : { valid_from: body['valid_from'] }) }, String(there['valid_from'])), isBrought };
}

/** The same change of the same version is made once, however often it is sent and by whom. */
const keyed = (line: Body, version: string): Body => ({ idempotency_key: keyOf({ channel: 'fact' }, version, JSON.stringify(line)), ...line });

/** Maps of names and texts are filled up rather than replaced. */
function both(name: string, before: Body, wanted: Body): Body {
  const [old, added] = [before[name], wanted[name]];
  return typeof old === 'object' && typeof added === 'object' ? { [name]: { ...old, ...added } } : {};
}
