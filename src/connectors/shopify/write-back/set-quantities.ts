import { randomUUID } from 'node:crypto';
import type { CallChannel, WriteBackResult } from '../../../flows/write-back.ts';
import { found, retry, waits, type Step } from '../../kit/answers.ts';
import { accepted, ask, globalId, plainId } from './ask.ts';
import { QUANTITIES_MAX, SET_STOCK } from './documents.ts';
import { stockSet, type QuantityError } from './shapes.ts';

/** A quantity at a location, and what it is changed from: null where that is not known. */
export interface Change {
  /** Which of the variants that are told it belongs to. */
  readonly variant: number;
  readonly item: string;
  readonly place: string;
  readonly quantity: number;
  readonly from: number | null;
  /** The shop had changed it in between; once more is enough. */
  readonly again: boolean;
}

/** What became of a change: set, the shop showed it already, or why not. */
export type Verdict = 'set' | 'set again' | 'same' | WriteBackResult;

/** What the shop shows now of these changes, in their order. */
export type Look = (changes: readonly Change[]) => Promise<Step<readonly (number | null)[]>>;

/** Mutations that one list takes at most; each settles those that it names, so a shop that names one at a time comes to an end. */
const ROUNDS_MAX = 10;

/** A change with its place in the answer. */
interface Open {
  readonly at: number;
  readonly change: Change;
}

interface Work {
  readonly look: Look;
  readonly call: CallChannel;
  /** By the place of the change; absent while it is open. */
  readonly verdicts: (Verdict | undefined)[];
}

/**
 * Sets quantities, in mutations of as many as one bears, and answers with a verdict for each. A mutation sets all or none:
 * what it refuses is taken out and the rest is sent again. What was never told is looked at first, because a call before may
 * have been done although its answer never came.
 */
export async function setQuantities(changes: readonly Change[], look: Look, call: CallChannel): Promise<readonly Verdict[]> {
  const verdicts: Work['verdicts'] = changes.map(() => undefined);
  const failed = await setAll(changes.map((change, at) => ({ at, change })), { look, call, verdicts });
  return verdicts.map((verdict) => verdict ?? failed ?? retry('The shop refused other quantities at every try.'));
}

/** Returns what kept the channel from answering, null where it did. */
async function setAll(all: readonly Open[], work: Work): Promise<WriteBackResult | null> {
  const seen = await withCurrent(all, work);
  if (!seen.ok) return seen.result;
  for (let start = 0; start < seen.value.length; start += QUANTITIES_MAX) {
    const failed = await setSome(seen.value.slice(start, start + QUANTITIES_MAX), work, ROUNDS_MAX);
    if (failed !== null) return failed;
  }
  return null;
}

async function setSome(given: readonly Open[], work: Work, rounds: number): Promise<WriteBackResult | null> {
  let open = given;
  for (let left = rounds; left > 0 && open.length > 0; left -= 1) {
    const answer = await attempt(open, work.call);
    if (!answer.ok) return answer.result;
    const blamed = errorsByPlace(open, answer.value);
    if (blamed === null) {
      const middle = Math.ceil(open.length / 2);
      return (await setSome(open.slice(0, middle), work, left - 1)) ?? setSome(open.slice(middle), work, left - 1);
    }
    const seen = await withCurrent(settle(open, blamed, work.verdicts), work);
    if (!seen.ok) return seen.result;
    open = seen.value;
  }
  return null;
}

/** Where it is not known what a change is from, it is what the shop shows; one that it shows already is settled. */
async function withCurrent(open: readonly Open[], { look, verdicts }: Work): Promise<Step<readonly Open[]>> {
  const unseen = open.filter(({ change }) => change.from === null);
  if (unseen.length === 0) return found(open);
  const shown = await look(unseen.map(({ change }) => change));
  if (!shown.ok) return shown;
  const now = new Map(unseen.map(({ at }, index) => [at, shown.value[index] ?? null]));
  return found(open.flatMap(({ at, change }) => {
    const from = now.has(at) ? (now.get(at) ?? null) : change.from;
    if (!now.has(at) || from !== change.quantity) return [{ at, change: { ...change, from } }];
    verdicts[at] = 'same';
    return [];
  }));
}

/**
 * The key is new each time: the comparison already makes a repetition harmless, and a key made of the content would turn a
 * later return to the same quantity into a repetition.
 */
async function attempt(open: readonly Open[], call: CallChannel): Promise<Step<readonly QuantityError[]>> {
  const input = {
    name: 'available', reason: 'correction', referenceDocumentUri: `ordo://stock/${plainId(open[0]?.change.item ?? '')}`,
    quantities: open.map(({ change: { item, place, quantity, from } }) => ({ inventoryItemId: item, locationId: globalId('Location', place), quantity, changeFromQuantity: from })),
  };
  const answer = await ask(call, { document: SET_STOCK, variables: { input, key: randomUUID() }, shape: stockSet, subject: 'stock' });
  return answer.ok ? found(answer.value.inventorySetQuantities.userErrors) : answer;
}

/** Errors by the place of their change; null where one of them does not say which of several it is about. */
function errorsByPlace(open: readonly Open[], errors: readonly QuantityError[]): ReadonlyMap<number, readonly QuantityError[]> | null {
  const blamed = new Map<number, QuantityError[]>();
  for (const error of errors) {
    const index = open.length === 1 ? 0 : Number(error.field?.[(error.field.indexOf('quantities') + 1)] ?? Number.NaN);
    const at = open[index]?.at;
    if (at === undefined) return null;
    blamed.set(at, [...(blamed.get(at) ?? []), error]);
  }
  return blamed;
}

/** The second code is of versions before 2026-04. */
const STALE = new Set(['CHANGE_FROM_QUANTITY_STALE', 'COMPARE_QUANTITY_STALE']);

/** What is to be tried again: what the shop had changed in between, and what was sent beside something it refused. */
function settle(open: readonly Open[], blamed: ReadonlyMap<number, readonly QuantityError[]>, verdicts: Work['verdicts']): Open[] {
  return open.flatMap((one) => {
    const errors = blamed.get(one.at);
    if (errors === undefined && blamed.size > 0) return [one];
    if (errors !== undefined && !one.change.again && errors.every(({ code }) => STALE.has(code ?? ''))) return [{ at: one.at, change: { ...one.change, from: null, again: true } }];
    verdicts[one.at] = errors === undefined ? (one.change.again ? 'set again' : 'set') : refusal(errors);
    return [];
  });
}

function refusal(errors: readonly QuantityError[]): WriteBackResult {
  if (errors.every(({ code }) => STALE.has(code ?? ''))) return waits('The shop changes this stock too often to set it now.');
  const step = accepted(null, errors);
  return step.ok ? retry('The shop refused without a reason.') : step.result;
}
