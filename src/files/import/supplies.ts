import { keyOf } from './key.ts';
import type { Body, Entry } from './entries.ts';
import type { Prepared, Preparing } from './prepare.ts';

/** Purchase orders and transfers, each whole. The same document has the same key, so a file may be imported again; one of its reference with other content is refused. */
export const prepareSupplies: Preparing = async (entries) => entries.map(announce);

/** What comes from a node is a transfer; a document is due when its first line is that says so. */
function announce(entry: Entry): Prepared {
  const { idempotency_key: given, ...body } = entry.body;
  const lines: readonly unknown[] = Array.isArray(body['lines']) ? body['lines'] : [];
  const due = lines.map((line) => (typeof line === 'object' && line !== null && 'due_at' in line ? (line as Body)['due_at'] : undefined)).find((at) => at !== undefined);
  const document = { kind: body['from_node'] === undefined ? 'purchase_order' : 'transfer', ...(due === undefined ? {} : { due_at: due }), ...body };
  return { entry, action: 'create', line: { ...document, idempotency_key: given ?? keyOf({ channel: 'supply' }, JSON.stringify(document)) } };
}
