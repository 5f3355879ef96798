import { keyOf } from './key.ts';
import type { Entry } from './entries.ts';
import type { Prepared, Preparing } from './prepare.ts';

/** Receipts. Each has a key made of its reference, or else of the file's name, its line and its content, so the same file may be imported again. */
export const prepareStock = (file: string): Preparing => async (entries) => entries.map((entry) => receive(entry, file));

function receive(entry: Entry, file: string): Prepared {
  const { reference, idempotency_key: given, ...body } = entry.body;
  const parts = typeof reference === 'string' ? ['reference', reference, JSON.stringify(body)] : [file, String(entry.line), JSON.stringify(body)];
  // Nothing that arrived changes nothing: an export tells of places that are empty.
  if (/^0+(?:\.0+)?$/.test(String(body['quantity']))) return { entry, action: 'skip' };
  return { entry, action: 'create', line: { ...body, idempotency_key: given ?? keyOf({ channel: 'receipt' }, ...parts) } };
}
