import { type OrderFigures, SLOT_MS, type Sum, sumsOf } from '../../flows/count-order.ts';
import { REPORT_CONSUMER } from '../../flows/reports.ts';
import { type Session, statement } from '../database.ts';
import { readFigures } from '../reports.ts';
import type { Difference, Findings } from './checks.ts';

const PAGE = statement('verify_counted_orders', `
  select order_id, figures from report_order where tenant_id = current_tenant() and order_id > $1 order by order_id limit $2`);
/** Of the orders of a page those of which the sums' reader has seen everything; few enough to be looked up one by one. */
const SEEN = statement('verify_seen_orders', `
  select k.id from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
  where (select max(e.position) from event e where e.tenant_id = current_tenant() and e.order_id = k.id)
    <= coalesce((select c.position from consumer c where c.tenant_id = current_tenant() and c.name = $2), 0)`);
/** An amount that lies in another quarter of an hour than it should shows in the second figure. */
const TOTALS = statement('verify_report_totals', `
  select s.measure, s.channel_id, s.node_id, s.part, sum(s.amount)::text as amount, sum(s.amount * ((extract(epoch from s.slot) / 900)::bigint % 9973))::text as placed
  from report_sum s where s.tenant_id = current_tenant() group by 1, 2, 3, 4`);
const CODES = statement('verify_report_channels', `select distinct on (id) id, code from channel where tenant_id = current_tenant() order by id, valid_from desc`);

const PAGE_ORDERS = 2_000;
/** Orders of each page that are counted anew from their own rows. */
const SAMPLE = 20;
const SLOTS = 9973;

interface Total { amount: bigint; placed: bigint }

const keyOf = (measure: string, channelId: string, nodeId: string, part: string): string => [measure, channelId, nodeId, part].join(' ');
const signed = (sums: readonly Sum[]): string => sums.filter(({ measure }) => measure !== 'cost' && measure !== 'costed_orders').map(({ measure, slot, nodeId, part, amount }) => [measure, slot, nodeId, part, amount].join(' ')).toSorted().join('\n');

/**
 * Sums of reports against what each order was last counted as, all of them; and of some orders of each page what they were counted as
 * against what they are, where everything of them has come by. Costs are in the currency of their day, which nothing keeps, so only sums know them.
 */
export async function checkReports(session: Session, findings: Findings): Promise<void> {
  const expected = new Map<string, Total>();
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await session.rows<{ order_id: string; figures: OrderFigures }>(PAGE, [after, PAGE_ORDERS]);
    for (const { figures } of rows) for (const sum of sumsOf(figures)) add(expected, sum);
    await checkSample(session, rows.slice(0, SAMPLE), findings);
    after = rows.at(-1)?.order_id ?? after;
    if (rows.length < PAGE_ORDERS) break;
  }
  await compareTotals(session, expected, findings);
}

function add(totals: Map<string, Total>, { measure, slot, channelId, nodeId, part, amount }: Sum): void {
  const key = keyOf(measure, channelId, nodeId, part);
  const total = totals.get(key) ?? { amount: 0n, placed: 0n };
  const exact = BigInt(Math.round(amount));
  total.amount += exact;
  total.placed += exact * BigInt((slot / SLOT_MS) % SLOTS);
  totals.set(key, total);
}

async function checkSample(session: Session, rows: readonly { readonly order_id: string; readonly figures: OrderFigures }[], findings: Findings): Promise<void> {
  if (rows.length === 0) return;
  const seen = (await session.rows<{ id: string }>(SEEN, [rows.map(({ order_id: id }) => id), REPORT_CONSUMER])).map(({ id }) => id);
  const now = new Map((await readFigures(session, seen)).map(({ id, figures }) => [id, signed(sumsOf(figures))]));
  const named = rows.flatMap(({ order_id: id, figures }): Difference[] => {
    const [stored, recomputed] = [signed(sumsOf(figures)), now.get(id)];
    return recomputed === undefined || recomputed === stored ? [] : [{ what: 'report_order.figures', key: `ord_${id.replaceAll('-', '')}`, stored: onlyIn(stored, recomputed), recomputed: onlyIn(recomputed, stored) }];
  });
  findings.add('report_sums', seen.length, named.length, named);
}

const onlyIn = (one: string, other: string): string => one.split('\n').filter((line) => !other.split('\n').includes(line)).join('; ').slice(0, 200);

async function compareTotals(session: Session, expected: ReadonlyMap<string, Total>, findings: Findings): Promise<void> {
  const codes = new Map((await session.rows<{ id: string; code: string }>(CODES, [])).map(({ id, code }) => [id, code]));
  const stored = new Map((await session.rows<{ measure: string; channel_id: string; node_id: string; part: string; amount: string; placed: string }>(TOTALS, []))
    .map(({ measure, channel_id: channelId, node_id: nodeId, part, amount, placed }) => [keyOf(measure, channelId, nodeId, part), { amount, placed }]));
  const keys = new Set([...expected.keys(), ...stored.keys()]);
  const named = [...keys].flatMap((key): Difference[] => {
    const [is, should] = [stored.get(key), expected.get(key)];
    const [amount, placed] = [String(should?.amount ?? 0n), String(should?.placed ?? 0n)];
    const [measure = '', channelId = '', nodeId = '', part = ''] = key.split(' ');
    const what = `${measure} of ${codes.get(channelId) ?? channelId}${/^[0-]*$/.test(nodeId) ? '' : ` at ${nodeId}`}${part === '' ? '' : ` (${part})`}`;
    if (wholeOf(is?.amount) !== amount) return [{ what: 'report_sum.amount', key: what, stored: wholeOf(is?.amount), recomputed: amount }];
    return wholeOf(is?.placed) === placed ? [] : [{ what: 'report_sum.slot', key: what, stored: 'in another quarter of an hour', recomputed: amount }];
  });
  findings.add('report_sums', keys.size, named.length, named);
}

/** Numerics are told with the digits that they were added up with. */
const wholeOf = (text = '0'): string => text.replace(/\.0+$/, '');
