import { CALLS_AT_ONCE, eachOf } from '../many.ts';
import { keyOf } from './key.ts';
import type { Entry } from './entries.ts';
import { type Prepared, type Preparing, Remembered } from './prepare.ts';
import type { ImportTarget } from './target.ts';

/**
 * Receipts. Each has a key made of its reference, or else of the file's name, its line and its content, so the same file may
 * be imported again; a trial asks for the item and the node beforehand, because nothing is sent that Ordo could refuse.
 */
export function prepareStock(api: ImportTarget, file: string, isTrial: boolean): Preparing {
  const items = new Remembered(async (sku) => (await api.findItem(sku)) !== null);
  const nodes = new Remembered(async (code) => (await api.findNode(code)) !== null);
  return async (entries) => {
    const prepared: Prepared[] = [];
    await eachOf(entries, CALLS_AT_ONCE, async (entry) => { prepared.push(isTrial ? await tried(entry) : receive(entry)); });
    return prepared;
  };

  async function tried(entry: Entry): Promise<Prepared> {
    const [sku, node] = [String(entry.body['sku']), String(entry.body['node'])];
    if (!(await items.has(sku))) return { entry, action: 'fail', problem: { code: 'UNKNOWN_ITEM', detail: `There is no item with SKU "${sku}".` } };
    if (!(await nodes.has(node))) return { entry, action: 'fail', problem: { code: 'UNKNOWN_NODE', detail: `There is no node "${node}".` } };
    return receive(entry);
  }

  function receive(entry: Entry): Prepared {
    const { reference, idempotency_key: given, ...body } = entry.body;
    const parts = typeof reference === 'string' ? ['reference', reference, JSON.stringify(body)] : [file, String(entry.line), JSON.stringify(body)];
    // Nothing that arrived changes nothing: an export tells of places that are empty.
    if (/^0+(?:\.0+)?$/.test(String(body['quantity']))) return { entry, action: 'skip' };
    return { entry, action: 'create', line: { ...body, idempotency_key: given ?? keyOf({ channel: 'receipt' }, ...parts) } };
  }
}
