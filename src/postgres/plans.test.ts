import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../tests/support/postgres.ts';
import { openPool } from './database.ts';

/** Tables that grow with a tenant's business; others have a few rows for each tenant. */
const LARGE = [
  'sales_order', 'order_line', 'order_contact', 'hold', 'excluded_node', 'shipment', 'shipment_line', 'line_movement', 'routing_decision', 'exception',
  'stock', 'node_capacity', 'stock_movement', 'supply', 'supply_order', 'supply_claim', 'unassigned_demand', 'soft_claim', 'soft_claim_line', 'item', 'event', 'idempotency', 'webhook_delivery', 'webhook_attempt',
  'order_deadline', 'inbox', 'inbox_body', 'listing', 'job_chunk', 'job_error', 'channel_call', 'channel_sweep_order', 'channel_difference', 'price_list', 'price_list_entry', 'order_trace', 'mail', 'mail_body', 'invoice', 'invoice_line', 'order_search', 'merge_wait', 'report_order', 'report_sum',
  'order_desk', 'order_tag', 'order_note', 'order_note_body', 'note_mention', 'order_action_order', 'presence',
  'customer', 'customer_identity', 'customer_order', 'customer_word', 'customer_note', 'customer_consent', 'order_draft',
];
/**
 * Statements that want a part of a tenant's rows, in the order of an index, or all that are due; and those that a system too
 * young for statistics has few rows for: versions of items, and open exceptions.
 */
const READS_MANY = new Set(['connection_health', 'count_deliveries', 'finish_delivery', 'forget_answers', 'end_items', 'forget_traces', 'resolve_exceptions', 'list_mails', 'count_mails', 'resolve_shortages', 'take_messages']);

/** The sweeper looks at all lines that wait, and the count of nodes' work at all shipments in work, by indexes that hold nothing else. */
const WANTED = /^find_(?:servable_orders|expired_backorders|launched_orders): Index Scan of order_line by order_line_(?:waiting|preordered)|^count_backlog: Index Scan of shipment by shipment_in_work/;

interface Plan { readonly 'Node Type': string; readonly 'Relation Name'?: string; readonly 'Index Name'?: string; readonly 'Index Cond'?: string; readonly 'Join Filter'?: string; readonly Plans?: readonly Plan[] }

function statements(): { name: string; text: string }[] {
  const directory = new URL('.', import.meta.url);
  const files = readdirSync(directory).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const sources = files.map((file) => readFileSync(new URL(file, directory), 'utf8'));
  return sources.flatMap((source) => [...source.matchAll(/statement\(\s*["']([a-z_]+)["'],\s*(?:`([^`]*)`|"([^"]*)"|'([^']*)')/g)])
    .map(([, name = '', ...texts]) => ({ name, text: texts.find((text) => text !== undefined) ?? '' }))
    .filter(({ text }) => !text.startsWith('begin'));
}

/** Scans that name their tenant and nothing else. */
function wideScans(plan: Plan): string[] {
  const below = (plan.Plans ?? []).flatMap(wideScans);
  const scanned = plan['Relation Name'] ?? LARGE.find((table) => plan['Index Name']?.startsWith(`${table}_`));
  const reads = /Seq Scan|Index/.test(plan['Node Type']) && !(plan['Index Cond'] ?? '').includes(' AND ');
  return reads && scanned !== undefined && LARGE.includes(scanned) ? [...below, `${plan['Node Type']} of ${scanned} by ${plan['Index Name']}: ${plan['Index Cond']}`] : below;
}

/**
 * Joins that look at each pair of a key and a row of a whole tenant, or of a whole state: fine while the table is small, and the
 * plan stays when it no longer is. A condition that names a parameter or another table looks up by a key.
 */
function pairings(plan: Plan): string[] {
  const below = (plan.Plans ?? []).flatMap(pairings);
  const wide = (plan.Plans ?? []).filter(({ 'Relation Name': table = '', 'Index Cond': condition = '' }) => LARGE.includes(table) && !/\$\d|\bANY\b|\b[a-z]\w*\.\w/.test(condition.replaceAll(/'[^']*'/g, '')));
  return plan['Join Filter'] === undefined ? below : [...below, ...wide.map((child) => `${child['Relation Name']} by ${child['Index Cond']}, then ${plan['Join Filter']}`)];
}

test('a join of keys with a table says how many keys there are', () => {
  // One joins a handful of subscriptions, the other looks up by key for each order.
  const other = ['claim_deliveries', 'load_order_rest'];
  const unsaid = statements().filter(({ name, text }) => /(?<!select \* )\b(?:from|join)\s+unnest\(/.test(text) && !/\binsert into\b|\bcross join lateral\b/.test(text) && !other.includes(name));
  expect(unsaid.map(({ name }) => name)).toEqual([]);
});

test('who is due at a gate is read in the order of an index, and nobody else', async () => {
  const database = await createTestDatabase();
  const pool = openPool({ url: database.runtimeUrl, connections: 1, plans: 'generic', applicationName: 'plans test' });
  try {
    const text = statements().find(({ name }) => name === 'find_gated_orders_due')?.text ?? '';
    const client = await pool.connect();
    await client.query("select set_config('ordo.tenant_id', '1', false)");
    await client.query(`prepare due as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>('explain (costs off) execute due(null, null, null)');
    client.release();
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    const conditions = [...plan.matchAll(/Scan using (\w+) on hold.*\n\s+Index Cond: (.*)/g)].map(([, index, condition]) => [index, condition]);
    expect(conditions).toEqual([['hold_gate', expect.stringMatching(/channel_id = \$1.*due_at IS NULL/)], ['hold_gate', expect.stringMatching(/channel_id = \$1.*due_at <= \$2/)]]);
  } finally {
    await pool.end();
    await database.drop();
  }
});

test('the plans that the flows make on an empty database find rows by key', async () => {
  const database = await createTestDatabase();
  const pool = openPool({ url: database.runtimeUrl, connections: 1, plans: 'generic', applicationName: 'plans test' });
  const client = await pool.connect();
  try {
    await client.query("select set_config('ordo.tenant_id', '1', false)");
    const all = statements();
    const wide: string[] = [];
    for (const { name, text } of all) {
      const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
      const prepare = `prepare examined as ${text}`;
      const explain = `explain (format json) execute examined${parameters === 0 ? '' : `(${Array.from({ length: parameters }, () => 'null').join(', ')})`}`;
      await client.query(prepare);
      const { rows: [row] } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(explain);
      await client.query('deallocate examined');
      const scans = row?.['QUERY PLAN'].flatMap(({ Plan: plan }) => [...wideScans(plan), ...pairings(plan)]) ?? [];
      if (!READS_MANY.has(name)) wide.push(...scans.map((scan) => `${name}: ${scan}`).filter((scan) => !WANTED.test(scan)));
    }
    expect(all.length).toBeGreaterThan(100);
    expect(wide).toEqual([]);
  } finally {
    client.release();
    await pool.end();
    await database.drop();
  }
});
