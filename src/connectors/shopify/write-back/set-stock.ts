import { randomUUID } from 'node:crypto';
import type { CallChannel, StockTold, WriteBackResult } from '../../../flows/write-back.ts';
import { dead, done, ended, found, retry, unreadable, type Step } from '../../kit/answers.ts';
import { accepted, ask, globalId, plainId } from './ask.ts';
import { LEVELS, SET_STOCK, VARIANT } from './documents.ts';
import { allNodes } from './pages.ts';
import { levels, stockSet, variant } from './shapes.ts';

/** A quantity at a location, and what it is changed from: null where that is not known. */
interface Change {
  readonly place: string;
  readonly quantity: number;
  readonly from: number | null;
}

export async function setStock(told: StockTold, call: CallChannel): Promise<WriteBackResult> {
  if (told.places.length === 0) return dead('No node is matched with a location of the shop: say which node is which location.');
  const item = await inventoryItem(told.variantId, call);
  if (!item.ok) return item.result;
  const changes = told.places.map(({ place, available }) => ({ place: plainId(place), quantity: wholeUnits(available), from: told.toldBefore?.[place] ?? null }));
  const first = await set(item.value, changes, call);
  if (!first.ok) return first.result;
  if (first.value === 'set') return done(`The stock of ${changes.length} ${changes.length === 1 ? 'location' : 'locations'} was told.`);
  return setFromCurrent(item.value, changes, call);
}

const wholeUnits = (available: number): number => Math.max(0, Math.floor(available));

async function inventoryItem(variantId: string, call: CallChannel): Promise<Step<string>> {
  const subject = `variant ${variantId}`;
  const answer = await ask(call, { document: VARIANT, variables: { variant: globalId('ProductVariant', variantId) }, shape: variant, subject });
  if (!answer.ok) return answer;
  const item = answer.value.productVariant?.inventoryItem.id;
  return item === undefined ? ended(dead(`The channel does not know ${subject}.`)) : found(item);
}

/** The second code is of versions before 2026-04. */
const STALE = new Set(['CHANGE_FROM_QUANTITY_STALE', 'COMPARE_QUANTITY_STALE']);

/**
 * Sets all or none. The key is new each time: the comparison already makes a repetition harmless, and a key made of the content would
 * turn a later return to the same quantity into a repetition.
 */
async function set(item: string, changes: readonly Change[], call: CallChannel): Promise<Step<'set' | 'stale'>> {
  const input = {
    name: 'available', reason: 'correction', referenceDocumentUri: `ordo://stock/${plainId(item)}`,
    quantities: changes.map(({ place, quantity, from }) => ({ inventoryItemId: item, locationId: globalId('Location', place), quantity, changeFromQuantity: from })),
  };
  const answer = await ask(call, { document: SET_STOCK, variables: { input, key: randomUUID() }, shape: stockSet, subject: 'stock' });
  if (!answer.ok) return answer;
  const { userErrors } = answer.value.inventorySetQuantities;
  const stale = userErrors.length > 0 && userErrors.every(({ code }) => STALE.has(code ?? ''));
  return stale ? found('stale') : accepted('set', userErrors);
}

/** The shop sold or corrected in between, or the call before was done without an answer: once more, from what it shows now. */
async function setFromCurrent(item: string, changes: readonly Change[], call: CallChannel): Promise<WriteBackResult> {
  const current = await currentQuantities(item, call);
  if (!current.ok) return current.result;
  const differing = changes.map((change) => ({ ...change, from: current.value.get(change.place) ?? null })).filter(({ quantity, from }) => quantity !== from);
  if (differing.length === 0) return done('The shop shows these quantities already.');
  const again = await set(item, differing, call);
  if (!again.ok) return again.result;
  return again.value === 'set' ? done('The stock was told; the shop had changed it in between.') : retry('The shop changes this stock too often to set it now.');
}

async function currentQuantities(item: string, call: CallChannel): Promise<Step<ReadonlyMap<string, number>>> {
  const nodes = await allNodes<{ location: { id: string }; quantities: { name: string; quantity: number }[] }>(null, async (after) => {
    const answer = await ask(call, { document: LEVELS, variables: { item, after }, shape: levels, subject: 'stock' });
    if (!answer.ok) return answer;
    return answer.value.inventoryItem === null ? unreadable('stock') : found(answer.value.inventoryItem.inventoryLevels);
  });
  if (!nodes.ok) return nodes;
  return found(new Map(nodes.value.flatMap(({ location, quantities }) =>
    quantities.filter(({ name }) => name === 'available').map(({ quantity }): [string, number] => [plainId(location.id), quantity]))));
}
