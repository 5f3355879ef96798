import type { CallChannel, StockTold, WriteBackResult } from '../../../flows/write-back.ts';
import { dead, done, found, unreadable, type Step } from '../../kit/answers.ts';
import { ask, globalId, plainId } from './ask.ts';
import { LEVELS_AT, VARIANTS } from './documents.ts';
import { setQuantities, type Change, type Verdict } from './set-quantities.ts';
import { levels, variants } from './shapes.ts';

/** Sets the quantities of many variants with a few requests. Each variant has its own result, made of what became of its places. */
export async function tellStock(told: readonly StockTold[], call: CallChannel): Promise<readonly WriteBackResult[]> {
  const items = await inventoryItems(told.filter(isKnowable).map(({ variantId }) => variantId), call);
  if (!items.ok) return told.map((one) => obstacleOf(one) ?? items.result);
  const obstacles = told.map((one) => obstacleOf(one) ?? (items.value.has(one.variantId) ? null : unknown(one)));
  const changes = told.flatMap((one, index) => (obstacles[index] === null ? changesOf(one, items.value.get(one.variantId) ?? '', index) : []));
  const verdicts = await setQuantities(changes, (some) => currentQuantities(some, call), call);
  return obstacles.map((obstacle, index) => obstacle ?? resultOf(changes.flatMap((change, at) => (change.variant === index ? [verdicts[at] ?? 'set'] : []))));
}

/** What is no number is no variant of Shopify's (lines typed in by hand have none); in a list it would spoil the answer of all. */
const isKnowable = ({ variantId }: StockTold): boolean => /^\d{1,20}$/.test(plainId(variantId));
const unknown = ({ variantId }: StockTold): WriteBackResult => dead(`The channel does not know variant ${variantId}.`);

function obstacleOf(told: StockTold): WriteBackResult | null {
  if (told.places.length === 0) return dead('No node is matched with a location of the shop: say which node is which location.');
  return isKnowable(told) ? null : unknown(told);
}

const wholeUnits = (available: number): number => Math.max(0, Math.floor(available));

const changesOf = (told: StockTold, item: string, variant: number): Change[] =>
  told.places.map(({ place, available }) => ({ variant, item, place: plainId(place), quantity: wholeUnits(available), from: told.toldBefore?.[place] ?? null, again: false }));

function resultOf(verdicts: readonly Verdict[]): WriteBackResult {
  const failed = verdicts.flatMap((verdict) => (typeof verdict === 'string' ? [] : [verdict]));
  const [worst] = failed.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  if (worst) return worst;
  if (verdicts.every((verdict) => verdict === 'same')) return done('The shop shows these quantities already.');
  if (verdicts.includes('set again')) return done('The stock was told; the shop had changed it in between.');
  return done(`The stock of ${verdicts.length} ${verdicts.length === 1 ? 'location' : 'locations'} was told.`);
}

/** By variant; a variant the shop does not know is absent. */
async function inventoryItems(variantIds: readonly string[], call: CallChannel): Promise<Step<ReadonlyMap<string, string>>> {
  if (variantIds.length === 0) return found(new Map());
  const variables = { ids: variantIds.map((id) => globalId('ProductVariant', id)) };
  const answer = await ask(call, { document: VARIANTS, variables, shape: variants, subject: 'variants' });
  if (!answer.ok) return answer;
  const { nodes } = answer.value;
  if (nodes.length !== variantIds.length) return unreadable('variants');
  return found(new Map(variantIds.flatMap((id, index) => {
    const item = nodes[index]?.inventoryItem.id;
    return item === undefined ? [] : [[id, item] as const];
  })));
}

/** Items whose quantity one query asks for: below the 1,000 points it may cost. */
const LOOK_AT_ONCE = 100;

/** What the shop shows now, in the order of the changes; null where it stocks nothing there. */
async function currentQuantities(changes: readonly Change[], call: CallChannel): Promise<Step<readonly (number | null)[]>> {
  const shown = new Map<Change, number | null>();
  for (const place of new Set(changes.map((change) => change.place))) {
    const there = changes.filter((change) => change.place === place);
    for (let start = 0; start < there.length; start += LOOK_AT_ONCE) {
      const some = there.slice(start, start + LOOK_AT_ONCE);
      const quantities = await quantitiesAt(place, some.map(({ item }) => item), call);
      if (!quantities.ok) return quantities;
      some.forEach((change, index) => shown.set(change, quantities.value[index] ?? null));
    }
  }
  return found(changes.map((change) => shown.get(change) ?? null));
}

async function quantitiesAt(place: string, ids: readonly string[], call: CallChannel): Promise<Step<readonly (number | null)[]>> {
  const answer = await ask(call, { document: LEVELS_AT, variables: { ids, place: globalId('Location', place) }, shape: levels, subject: 'stock' });
  if (!answer.ok) return answer;
  const { nodes } = answer.value;
  return nodes.length === ids.length ? found(nodes.map((node) => node?.inventoryLevel?.quantities[0]?.quantity ?? null)) : unreadable('stock');
}
