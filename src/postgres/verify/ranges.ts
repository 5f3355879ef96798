import { type Session, type Statement, statement } from '../database.ts';

/** A range of a key: after the first, up to and with the second. */
export type Range = readonly [after: string, upTo: string];

const NIL = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const ORDER_BOUNDS = statement('verify_order_bounds', `
  select id as bound from (select id, row_number() over (order by id) as n from sales_order where tenant_id = current_tenant()) o where n % $1 = 0 order by id`);

/** Ranges of about `size` orders that together cover every id there can be, so that no row without an order escapes. */
export async function orderRanges(session: Session, size: number): Promise<Range[]> {
  const bounds = (await session.rows<{ bound: string }>(ORDER_BOUNDS, [size])).map((row) => row.bound);
  const all = [NIL, ...bounds, LAST];
  return all.slice(1).map((upTo, index) => [all[index] ?? NIL, upTo]);
}

const STOCK_MOVEMENT_BLOCKS = statement('verify_stock_movement_blocks', `select (pg_relation_size('stock_movement') / current_setting('block_size')::int)::int as blocks`);
const ANSWER_BLOCKS = statement('verify_answer_blocks', `select (pg_relation_size('idempotency') / current_setting('block_size')::int)::int as blocks`);

/** Ranges of `size` blocks of a table: keys that are random would read its blocks again and again. In a snapshot no row moves. */
export const movementRanges = (session: Session, size: number): Promise<Range[]> => blockRanges(session, STOCK_MOVEMENT_BLOCKS, size);
export const answerRanges = (session: Session, size: number): Promise<Range[]> => blockRanges(session, ANSWER_BLOCKS, size);

async function blockRanges(session: Session, what: Statement, size: number): Promise<Range[]> {
  const blocks = (await session.rows<{ blocks: number }>(what, []))[0]?.blocks ?? 0;
  const ranges: Range[] = [];
  for (let block = 0; block < blocks; block += size) ranges.push([`(${block},0)`, `(${block + size},0)`]);
  return ranges;
}
