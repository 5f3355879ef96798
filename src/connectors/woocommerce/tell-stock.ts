import { z } from 'zod';
import type { CallChannel, StockTold, WriteBackResult } from '../../flows/write-back.ts';
import { dead, done, found, retry, type Step } from '../kit/answers.ts';
import { ask, ROOT } from './ask.ts';

/** Objects that one list and one batch of the REST API take. */
export const BATCH_MAX = 100;

const FIELDS = '_fields=id,type,parent_id,manage_stock,stock_quantity';
const product = z.object({
  id: z.number(), type: z.string().nullish(), parent_id: z.number().nullish(),
  // A variation whose stock is its product's says "parent".
  manage_stock: z.union([z.boolean(), z.string()]).nullish(), stock_quantity: z.number().nullish(),
});
const products = z.array(product);
const batch = z.object({ update: z.array(z.object({ id: z.number(), error: z.object({ message: z.string() }).nullish() })) });

/** What the shop shows of a product or a variation. */
interface Shown {
  /** The product that a variation belongs to, under whose address it is changed. */
  readonly parent: number | null;
  /** Null where the shop does not count it. */
  readonly quantity: number | null;
}

/** A piece of work on a list: what is known so far, and how each variant ended. */
interface Work {
  readonly call: CallChannel;
  readonly shown: Map<string, Shown>;
  readonly results: Map<string, WriteBackResult>;
}

/**
 * The shop knows no compare-and-set: what it shows is read first only to leave it alone where it is right. Products are read
 * and set a hundred at a time; variations are set product by product, once it is known which product they belong to.
 */
export async function tellStock(told: readonly StockTold[], call: CallChannel): Promise<readonly WriteBackResult[]> {
  const work: Work = { call, shown: new Map(), results: new Map() };
  const failed = (await look(told, work)) ?? (await setDiffering(told, work));
  return told.map(({ variantId }) => work.results.get(variantId) ?? failed ?? retry('The shop did not say what became of it.'));
}

const subjectOf = (id: string): string => `product ${id}`;
const unknown = (told: readonly StockTold[], { shown, results }: Work): string[] => told.map(({ variantId }) => variantId).filter((id) => !shown.has(id) && !results.has(id));

/** Reads what the shop shows of all of them; returns what kept it from answering. */
async function look(told: readonly StockTold[], work: Work): Promise<WriteBackResult | null> {
  // A line typed in by hand has no number; in a list it would spoil the answer of all.
  for (const { variantId } of told) if (!/^\d{1,18}$/.test(variantId)) work.results.set(variantId, dead(`The channel does not know ${subjectOf(variantId)}.`));
  const ids = unknown(told, work);
  // Lists leave variations out, whose number alone does not say where they are.
  const listed = ids.length > 1 ? await list(`${ROOT}/products`, ids, work) : null;
  if (listed !== null) return listed;
  for (let [id] = unknown(told, work); id !== undefined; [id] = unknown(told, work)) {
    const failed = await lookAlone(id, unknown(told, work), work);
    if (failed !== null) return failed;
  }
  return null;
}

async function list(path: string, ids: readonly string[], work: Work, parent: number | null = null): Promise<WriteBackResult | null> {
  const read = await ask(work.call, { method: 'GET', path: `${path}?include=${ids.join(',')}&per_page=${BATCH_MAX}&${FIELDS}` }, products, 'products');
  if (!read.ok) return read.result;
  for (const one of read.value) work.shown.set(String(one.id), shownOf(one, parent));
  return null;
}

const shownOf = ({ manage_stock: managed, stock_quantity: quantity }: z.infer<typeof product>, parent: number | null): Shown =>
  ({ parent, quantity: managed === true ? (quantity ?? null) : null });

/** A variation says which product it belongs to; the others of that product are then read together. */
async function lookAlone(id: string, ids: readonly string[], work: Work): Promise<WriteBackResult | null> {
  const read = await ask(work.call, { method: 'GET', path: `${ROOT}/products/${id}?${FIELDS}` }, product, subjectOf(id));
  if (!read.ok) return failure(read, [id], work);
  const { type, parent_id: parent } = read.value;
  if (type !== 'variation') work.shown.set(id, shownOf(read.value, null));
  else if (!parent) work.results.set(id, dead(`The shop does not say which product variation ${id} belongs to.`));
  else {
    work.shown.set(id, shownOf(read.value, parent));
    const others = ids.filter((one) => one !== id);
    const failed = others.length === 0 ? null : await list(`${ROOT}/products/${parent}/variations`, others, work, parent);
    // What stays unread is read alone, and says then what is wrong with it.
    if (failed?.kind === 'retry') return failed;
  }
  return null;
}

/** What cannot be mended by trying again concerns these alone; anything else ends the work on all. */
function failure(step: Step<unknown> & { readonly ok: false }, ids: readonly string[], { results }: Work): WriteBackResult | null {
  if (step.result.kind !== 'dead') return step.result;
  for (const id of ids) results.set(id, step.result);
  return null;
}

interface Change {
  readonly id: string;
  readonly quantity: number;
}

async function setDiffering(told: readonly StockTold[], work: Work): Promise<WriteBackResult | null> {
  const groups = new Map<number | null, Change[]>();
  for (const { variantId: id, available } of told) {
    const shown = work.shown.get(id);
    const quantity = Math.max(0, Math.floor(available));
    if (shown === undefined) continue;
    if (shown.quantity === quantity) work.results.set(id, done('The shop shows this quantity already.'));
    else groups.set(shown.parent, [...(groups.get(shown.parent) ?? []), { id, quantity }]);
  }
  for (const [parent, changes] of groups) {
    const path = parent === null ? `${ROOT}/products` : `${ROOT}/products/${parent}/variations`;
    const step = await set(path, changes, work);
    const failed = step.ok ? null : failure(step, changes.map(({ id }) => id), work);
    if (failed !== null) return failed;
  }
  return null;
}

async function set(path: string, changes: readonly Change[], { call, results }: Work): Promise<Step<null>> {
  const bodyOf = ({ quantity }: Change): object => ({ manage_stock: true, stock_quantity: quantity });
  const [first] = changes;
  if (first !== undefined && changes.length === 1) {
    const alone = await ask(call, { method: 'PUT', path: `${path}/${first.id}?_fields=id,stock_quantity`, body: bodyOf(first) }, z.object({}), subjectOf(first.id));
    if (alone.ok) results.set(first.id, done('The stock was told.'));
    return alone.ok ? found(null) : alone;
  }
  const update = changes.map((change) => ({ id: Number(change.id), ...bodyOf(change) }));
  const answer = await ask(call, { method: 'POST', path: `${path}/batch`, body: { update } }, batch, 'products');
  if (!answer.ok) return answer;
  for (const { id, error } of answer.value.update) results.set(String(id), error ? dead(`The shop refused ${subjectOf(String(id))}: ${error.message}`) : done('The stock was told.'));
  return found(null);
}
