import { randomInt } from 'node:crypto';
import { type Session, statement } from '../database.ts';
import type { Range } from './ranges.ts';

/**
 * A first look at the counters of a range of orders, in one reading of its ledger. Naming a difference takes a sum per
 * bucket, thirteen for every line; whether there is one at all takes a single weighted sum, a third of the work.
 *
 * Every bucket gets a weight, drawn anew for each verification. A line agrees with its ledger where
 *   sum of bucket x weight of the bucket  =  sum of quantity x (weight of `to` - weight of `from`).
 * A wrong number in one bucket, or units in another bucket than the ledger says, always shows. Differences in three or
 * more buckets of one line can cancel out with a chance of about one in a million, and not twice with the same weights.
 * Quantities stay below 2^40 and weights below 2^21, so that no product leaves a bigint; anything else is a reason to look closely.
 */
const SCREEN = statement('verify_screen', `
  with movement as (
    select order_id, line_no, shipment_no, node_id, case when quantity between 1 and 1000000000000 then quantity end as quantity,
      case to_bucket when 'pending' then ($3::bigint[])[1] when 'backordered' then ($3::bigint[])[2] when 'preordered' then ($3::bigint[])[3] when 'cancelled' then ($3::bigint[])[4]
        when 'reserved' then ($3::bigint[])[5] when 'released' then ($3::bigint[])[6] when 'picked' then ($3::bigint[])[7] when 'packed' then ($3::bigint[])[8]
        when 'shipped' then ($3::bigint[])[9] when 'handed_over' then ($3::bigint[])[10] when 'delivered' then ($3::bigint[])[11] when 'lost' then ($3::bigint[])[12]
        when 'returned_to_sender' then ($3::bigint[])[13] end as gained,
      case when from_bucket is null or to_bucket in ('delivered', 'lost', 'returned_to_sender') then 0 else
        case from_bucket when 'pending' then ($3::bigint[])[1] when 'backordered' then ($3::bigint[])[2] when 'preordered' then ($3::bigint[])[3] when 'cancelled' then ($3::bigint[])[4]
        when 'reserved' then ($3::bigint[])[5] when 'released' then ($3::bigint[])[6] when 'picked' then ($3::bigint[])[7] when 'packed' then ($3::bigint[])[8]
        when 'shipped' then ($3::bigint[])[9] when 'handed_over' then ($3::bigint[])[10] end end as given
    from line_movement where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 offset 0),
  moved as materialized (
    select order_id, line_no, shipment_no, node_id, sum(quantity * (gained - given)) as line_figure,
      sum(quantity * (case when gained < 1048576 then gained else 0 end - case when given < 1048576 then given else 0 end)) as shipment_figure,
      bool_or(quantity is null or gained is null or given is null) as odd, count(*) as movements
    from movement group by order_id, line_no, shipment_no, node_id),
  line as (
    select order_id, line_no, case when ordered <= 1000000000000
        and least(pending, backordered, preordered, cancelled, reserved, released, picked, packed, shipped, handed_over, delivered, lost, returned_to_sender) >= 0 and delivered + lost + returned_to_sender <= shipped
        and ordered = cancelled + pending + backordered + preordered + reserved + released + picked + packed + shipped + handed_over
      then (pending * ($3::bigint[])[1] + backordered * ($3::bigint[])[2] + preordered * ($3::bigint[])[3] + cancelled * ($3::bigint[])[4] + reserved * ($3::bigint[])[5]
        + released * ($3::bigint[])[6] + picked * ($3::bigint[])[7] + packed * ($3::bigint[])[8] + shipped * ($3::bigint[])[9] + handed_over * ($3::bigint[])[10]
        + delivered * ($3::bigint[])[11] + lost * ($3::bigint[])[12] + returned_to_sender * ($3::bigint[])[13])::numeric end as figure
    from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2),
  shipment_part as (
    select l.order_id, l.line_no, l.shipment_no, s.node_id,
      case when least(reserved, released, picked, packed, shipped, handed_over, delivered, lost, returned_to_sender) >= 0
        and greatest(reserved, released, picked, packed, shipped, handed_over, delivered, lost, returned_to_sender) <= 1000000000000
      then reserved::numeric * ($3::bigint[])[5] + released * ($3::bigint[])[6] + picked * ($3::bigint[])[7] + packed * ($3::bigint[])[8] + shipped * ($3::bigint[])[9]
        + handed_over * ($3::bigint[])[10] + delivered * ($3::bigint[])[11] + lost * ($3::bigint[])[12] + returned_to_sender * ($3::bigint[])[13] end as figure
    from shipment_line l left join (select order_id, shipment_no, node_id from shipment where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) s using (order_id, shipment_no)
    where l.tenant_id = current_tenant() and l.order_id > $1 and l.order_id <= $2)
  select lines.examined as lines, shipments.examined as shipment_lines, movements.examined as movements, lines.agree and shipments.agree and movements.agree as agree
  from (
    select count(*)::int as examined, coalesce(bool_and(l.figure is not null and l.figure is not distinct from coalesce(m.figure, 0)), true) as agree
    from line l full join (select order_id, line_no, sum(line_figure) as figure from moved group by order_id, line_no) m using (order_id, line_no)
  ) lines, (
    select count(*)::int as examined, coalesce(bool_and(p.figure is not null and p.figure is not distinct from m.shipment_figure), true) as agree
    from shipment_part p full join (select * from moved where shipment_no is not null) m using (order_id, shipment_no, line_no, node_id)
  ) shipments, (select coalesce(sum(movements), 0)::int as examined, coalesce(bool_and(not odd), true) as agree from moved) movements`);

/** Buckets of a line that no shipment has; their weights are the larger ones. */
const OF_LINES_ALONE = 4;
const BUCKETS = 13;
const SMALLEST = 2 ** 19;
const BOUNDARY = 2 ** 20;

export type Weights = readonly number[];

/** One weight for each bucket, all different. */
export function drawWeights(): Weights {
  const drawn = new Set<number>();
  while (drawn.size < OF_LINES_ALONE) drawn.add(randomInt(BOUNDARY, 2 * BOUNDARY));
  while (drawn.size < BUCKETS) drawn.add(randomInt(SMALLEST, BOUNDARY));
  return [...drawn];
}

export interface Screened {
  readonly lines: number;
  readonly shipment_lines: number;
  readonly movements: number;
  /** False where something differs, is negative or is odd: then the exact checks name it. */
  readonly agree: boolean;
}

export async function screenCounters(session: Session, range: Range, weights: Weights): Promise<Screened> {
  const [screened] = await session.rows<Screened>(SCREEN, [...range, weights]);
  if (!screened) throw new Error('a screening answers one row');
  return screened;
}
