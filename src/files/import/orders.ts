import { FileProblem } from '../problem.ts';
import { CALLS_AT_ONCE, eachOf } from '../many.ts';
import { keyOf } from './key.ts';
import type { Body, Entry } from './entries.ts';
import { type Prepared, type Preparing, Remembered } from './prepare.ts';
import { DRY_RUN, type ImportDoor, type ImportTarget } from './target.ts';

export interface OrderOptions {
  /** Of rows that name none. */
  readonly channel: string | null;
  readonly currency: string | null;
  /** The connection whose channel wrote the orders, by its id; null where they are bodies of the API. */
  readonly connection: string | null;
  readonly createItems: boolean;
  /** Whether there is to be more than enough of everything. */
  readonly endlessStock: boolean;
  /** Nothing is changed. */
  readonly isTrial: boolean;
}

/** Where endless stock lies, and how much of an item that is. */
export const ENDLESS_NODE = 'IMPORT-STOCK';
const ENDLESS_UNITS = '1000000';

interface Line extends Body {
  readonly sku: string;
}

const linesOf = ({ body }: Entry): Line[] => (Array.isArray(body['lines']) ? body['lines'].filter((line): line is Line => typeof line === 'object' && line !== null && typeof line.sku === 'string') : []);

/** Orders, with what they need: items that are not there and stock, where that is wished for. */
export function prepareOrders(api: ImportTarget, options: OrderOptions): Preparing {
  const needs = new Needs(api, options.isTrial);
  return async (entries) => {
    if (options.createItems) await needs.createItems(entries);
    if (options.endlessStock && !options.isTrial) await needs.fillShelves(entries);
    return entries.map((entry): Prepared => ({ entry, action: 'create', line: lineOf(entry, options), isBrought: (code) => isBrought(entry, code) }));
  };

  async function isBrought(entry: Entry, code: string): Promise<boolean> {
    if (code === 'INSUFFICIENT_STOCK') return options.endlessStock;
    return code === 'UNKNOWN_ITEM' && options.createItems && (await needs.missingItems([entry])).size === 0;
  }
}

/** Orders as their channel wrote them: Ordo translates them, and says what came of each. */
export const prepareChannelOrders: Preparing = async (entries) => entries.map((entry) => ({ entry, action: 'create', line: entry.body }));

export const messagesPath = (connection: string): `/v1/connections/${string}/messages/bulk` => `/v1/connections/${connection}/messages/bulk`;

/** What an answer about a channel's order says came of it. */
export const outcomeOf = ({ outcome }: Body): 'create' | 'update' | 'skip' => (outcome === 'create' || outcome === 'update' ? outcome : 'skip');

/** What has to be there before orders are sent. */
class Needs {
  readonly #api: ImportTarget;
  readonly #isTrial: boolean;
  readonly #items: Remembered;
  readonly #stocked = new Remembered(() => Promise.resolve(false));
  #node: Promise<void> | undefined;
  #turn = Promise.resolve();

  constructor(api: ImportTarget, isTrial: boolean) {
    this.#api = api;
    this.#isTrial = isTrial;
    this.#items = new Remembered(async (sku) => (await api.findItem(sku)) !== null);
  }

  /** SKUs that are not there, nor made before, with the name the orders give them. */
  async missingItems(entries: readonly Entry[]): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for (const { sku, item_name: name } of entries.flatMap(linesOf)) if (!names.has(sku)) names.set(sku, typeof name === 'string' ? name : sku);
    await eachOf([...names.keys()], CALLS_AT_ONCE, async (sku) => { if (await this.#items.has(sku)) names.delete(sku); });
    return names;
  }

  /** One chunk after the other, so that two do not create the same item. Where one cannot be made, the orders that name it are refused and say so. */
  createItems(entries: readonly Entry[]): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      const missing = [...(await this.missingItems(entries))];
      const done = await this.#bulk('/v1/items/bulk', missing.map(([sku, name]) => ({ sku, name: name.slice(0, 300) })));
      missing.forEach(([sku], at) => { if (done[at] === true) this.#items.add(sku); });
    });
    return this.#turn;
  }

  async fillShelves(entries: readonly Entry[]): Promise<void> {
    await (this.#node ??= this.#ensureNode());
    const wanted = new Map<string, { sku: string; node: string }>();
    for (const { sku, node = ENDLESS_NODE } of entries.flatMap(linesOf)) {
      const name = JSON.stringify([sku, node]);
      if (typeof node === 'string' && !(await this.#stocked.has(name))) wanted.set(name, { sku, node });
    }
    const places = [...wanted];
    const done = await this.#bulk('/v1/stock/receipts/bulk', places.map(([, place]) => ({ ...place, quantity: ENDLESS_UNITS, idempotency_key: keyOf({ channel: 'endless' }, place.sku, place.node) })));
    places.forEach(([name], at) => { if (done[at] === true) this.#stocked.add(name); });
  }

  async #ensureNode(): Promise<void> {
    if ((await this.#api.findNode(ENDLESS_NODE)) !== null) return;
    const [done] = await this.#bulk('/v1/nodes/bulk', [{ code: ENDLESS_NODE, name: 'Endless stock of imports', idempotency_key: keyOf({ channel: 'endless' }, 'node') }]);
    if (done !== true) throw new FileProblem('NO_STOCK_NODE', `The node ${ENDLESS_NODE} cannot be created.`, 'Use a key that may write the catalogue.');
  }

  /** A trial asks what could be made, and remembers it as made. */
  async #bulk(path: ImportDoor, lines: readonly object[]): Promise<boolean[]> {
    return lines.length === 0 ? [] : (await this.#api.bulk(this.#isTrial ? `${path}${DRY_RUN}` : path, lines)).map(({ ok }) => ok);
  }
}

/** The body as the API takes it. An order's number knows it again, so it needs no key. */
function lineOf({ body }: Entry, { channel, currency }: OrderOptions): Body {
  const lines = Array.isArray(body['lines']) ? body['lines'].map((line: Body) => { const { item_name: _name, ...rest } = line; return rest; }) : body['lines'];
  return { ...(channel === null ? {} : { channel }), ...(currency === null ? {} : { currency }), ...body, lines };
}
