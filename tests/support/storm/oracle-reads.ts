import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** What the database holds of one run, read by hand: nothing here goes through the program's own queries. */

export interface StoredLine {
  readonly line: number;
  readonly sku: string;
  readonly ordered: number;
  /** Units that entered the order, by its ledger. */
  readonly entered: number;
  readonly claiming: number;
  readonly gone: number;
  readonly cancelled: number;
}
export interface StoredOrder {
  readonly id: string;
  readonly external_id: string;
  readonly number: number;
  readonly contacts: number;
  readonly captures: number;
  readonly decisions: number;
  readonly cancellations: number;
  readonly lines: readonly StoredLine[];
}
export interface StoredItem {
  readonly sku: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly short: number;
  readonly claiming: number;
  readonly gone: number;
  /** Written off by nodes that did not find it; not above zero. */
  readonly missed: number;
  readonly sent: number;
  readonly received_events: number;
  readonly adjusted_events: number;
}
export interface StoredFact {
  readonly type: string;
  readonly shipment: string;
  readonly count: number;
}
export interface StoredClaim { readonly id: string; readonly status: string; readonly created: number; readonly extended: number }
export interface StoredAnswer { readonly key: string; readonly answer: string }
export interface Positions { readonly first: number; readonly last: number; readonly events: number; readonly counter: number }
export interface Stored {
  readonly orders: readonly StoredOrder[];
  readonly items: readonly StoredItem[];
  readonly facts: readonly StoredFact[];
  readonly claims: readonly StoredClaim[];
  readonly answers: readonly StoredAnswer[];
  readonly positions: Positions;
  readonly stranded: readonly string[];
}

const ORDERS = `
  select 'ord_' || replace(o.id::text, '-', '') as id, o.external_id, o.number::float8 as number,
    (select count(*)::int from ordo.order_contact c where c.tenant_id = o.tenant_id and c.order_id = o.id) as contacts,
    (select count(*)::int from ordo.event e where e.tenant_id = o.tenant_id and e.order_id = o.id and e.type = 'OrderCaptured') as captures,
    (select count(*)::int from ordo.routing_decision d where d.tenant_id = o.tenant_id and d.order_id = o.id) as decisions,
    (select count(*)::int from ordo.event e where e.tenant_id = o.tenant_id and e.order_id = o.id and e.type = 'LinesCancelled') as cancellations,
    (select coalesce(json_agg(json_build_object('line', l.line_no, 'sku', l.document ->> 'sku', 'ordered', l.ordered, 'cancelled', l.cancelled,
        'claiming', l.reserved + l.released + l.picked + l.packed, 'gone', l.shipped + l.handed_over,
        'entered', (select coalesce(sum(m.quantity), 0) from ordo.line_movement m
          where m.tenant_id = l.tenant_id and m.order_id = l.order_id and m.line_no = l.line_no and m.from_bucket is null)) order by l.line_no), '[]')
      from ordo.order_line l where l.tenant_id = o.tenant_id and l.order_id = o.id) as lines
  from ordo.sales_order o where o.tenant_id = $1 and starts_with(o.external_id, $2)`;

const ITEMS = `
  with items as (select tenant_id, id, sku, 'itm_' || replace(id::text, '-', '') as public_id from ordo.item where tenant_id = $1 and valid_to = 'infinity' and starts_with(sku, $2)),
  stock as (select item_id, sum(on_hand) as on_hand, sum(reserved) as reserved, sum(short) as short from ordo.stock where tenant_id = $1 group by 1),
  lines as (select item_id, sum(reserved + released + picked + packed) as claiming, sum(shipped + handed_over) as gone from ordo.order_line where tenant_id = $1 group by 1),
  moved as (select item_id, sum(on_hand) filter (where kind in ('short_pick', 'reject')) as missed, sum(on_hand) filter (where kind in ('ship', 'hand_over')) as sent
    from ordo.stock_movement where tenant_id = $1 group by 1),
  told as (select data ->> 'item' as public_id, count(*) filter (where type = 'StockReceived') as received, count(*) filter (where type = 'StockAdjusted') as adjusted
    from ordo.event where tenant_id = $1 and type in ('StockReceived', 'StockAdjusted') group by 1)
  select i.sku, coalesce(s.on_hand, 0)::float8 as on_hand, coalesce(s.reserved, 0)::float8 as reserved, coalesce(s.short, 0)::float8 as short, coalesce(l.claiming, 0)::float8 as claiming,
    coalesce(l.gone, 0)::float8 as gone, coalesce(m.missed, 0)::float8 as missed, coalesce(-m.sent, 0)::float8 as sent, coalesce(t.received, 0)::int as received_events,
    coalesce(t.adjusted, 0)::int as adjusted_events
  from items i left join stock s on s.item_id = i.id left join lines l on l.item_id = i.id left join moved m on m.item_id = i.id left join told t on t.public_id = i.public_id`;

/** Facts that callers report, by shipment; what the program does by itself on the way is left out. */
const FACTS = `
  select e.type, 'shp_' || replace(e.order_id::text, '-', '') || '_' || (e.data ->> 'shipment_no') as shipment, count(*)::int as count
  from ordo.event e join ordo.sales_order o on o.tenant_id = e.tenant_id and o.id = e.order_id
  where e.tenant_id = $1 and starts_with(o.external_id, $2) and e.data ->> 'shipment_no' is not null and e.actor not in ('journey', 'sweeper', 'system')
    and e.reason is distinct from 'opened again for a cancellation' and (e.reason is null or e.reason not in ('the node gave the units up', 'the goods have left')) and e.type <> 'CancelRequested'
  group by 1, 2`;

const CLAIMS = `
  select 'clm_' || replace(c.id::text, '-', '') as id, c.status,
    (select count(*)::int from ordo.event e where e.tenant_id = c.tenant_id and e.type = 'ClaimCreated' and e.data ->> 'claim' = 'clm_' || replace(c.id::text, '-', '')) as created,
    (select count(*)::int from ordo.event e where e.tenant_id = c.tenant_id and e.type = 'ClaimExtended' and e.data ->> 'claim' = 'clm_' || replace(c.id::text, '-', '')) as extended
  from ordo.soft_claim c where c.tenant_id = $1 and exists (select from ordo.soft_claim_line l join ordo.item i on i.tenant_id = l.tenant_id and i.id = l.item_id
    where l.tenant_id = c.tenant_id and l.claim_id = c.id and starts_with(i.sku, $2))`;

const ANSWERS = `select key, answer::text as answer from ordo.idempotency where tenant_id = $1 and starts_with(key, $2) and not starts_with(key, 'journey/')`;

const POSITIONS = `
  select coalesce(min(e.position), 0)::float8 as first, coalesce(max(e.position), 0)::float8 as last, count(*)::float8 as events,
    (select position::float8 from ordo.event_counter where tenant_id = $1) as counter
  from ordo.event e where e.tenant_id = $1`;

/** Work that should have been done by itself and was not. */
const STRANDED = `
  select 'consumer ' || c.name || ' is at ' || c.position || ' of ' || k.position as what from ordo.consumer c join ordo.event_counter k using (tenant_id)
    where c.tenant_id = $1 and c.position < k.position
  union all select 'delivery of event ' || position || ' is ' || state from ordo.webhook_delivery where tenant_id = $1 and state <> 'delivered'
  union all select 'failed work at event ' || position || ': ' || error from ordo.failed_work where tenant_id = $1
  union all select 'claim ' || id || ' ran out and is still open' from ordo.soft_claim where tenant_id = $1 and status = 'open' and expires_at < now()
  union all select 'shipment ' || s.shipment_no || ' of order ' || s.order_id || ' is not released' from ordo.shipment s join ordo.sales_order o on o.tenant_id = s.tenant_id and o.id = s.order_id
    join ordo.channel c on c.tenant_id = o.tenant_id and c.id = o.channel_id and c.valid_to = 'infinity'
    where s.tenant_id = $1 and s.status = 'PLANNED' and c.auto_release and not exists (select from ordo.hold h where h.tenant_id = s.tenant_id and h.order_id = s.order_id and h.released_at is null)
  union all select 'line ' || l.line_no || ' of order ' || l.order_id || ' waits although node ' || s.node_id || ' has the item' from ordo.order_line l
    join ordo.stock s on s.tenant_id = l.tenant_id and s.item_id = l.item_id and s.short = 0 and s.on_hand > s.reserved + s.soft
    join ordo.sales_order o on o.tenant_id = l.tenant_id and o.id = l.order_id
    join ordo.channel c on c.tenant_id = o.tenant_id and c.id = o.channel_id and c.valid_to = 'infinity'
    where l.tenant_id = $1 and l.pending + l.backordered > 0 and l.attempts < (c.routing ->> 'attemptLimit')::int
      and (select sum(r.on_hand - r.reserved - r.soft) from ordo.stock r where r.tenant_id = l.tenant_id and r.item_id = l.item_id and r.short = 0)
        > (select u.soft + case when l.pending > 0 then 0 else u.pending end from ordo.unassigned_demand u where u.tenant_id = l.tenant_id and u.item_id = l.item_id)
      and not exists (select from ordo.excluded_node x where x.tenant_id = l.tenant_id and x.order_id = l.order_id and x.line_no = l.line_no and x.node_id = s.node_id and x.until > now())
  limit 20`;

const JOURNEY = `select l.holder, c.position::float8 as position from ordo.lease l join ordo.consumer c on c.tenant_id = l.tenant_id and c.name = l.name where l.tenant_id = $1 and l.name = 'journey'`;

const TOLD = `select 'evt_' || replace(id::text, '-', '') as id from ordo.event where tenant_id = $1 and type = $2`;

const TENANT = `select tenant_id from ordo.tenant where code = 'main'`;
const SET_TENANT = `select set_config('ordo.tenant_id', $1, false)`;

const AWAY_MS = 30_000;

/** A connection of the owner's that sees the one tenant's rows, and comes back when the server does. */
export class Records {
  readonly #ownerUrl: string;
  #client: pg.Client | null = null;
  #tenantId = 0;

  private constructor(ownerUrl: string) {
    this.#ownerUrl = ownerUrl;
  }

  static async open(ownerUrl: string): Promise<Records> {
    const records = new Records(ownerUrl);
    await records.#connect();
    return records;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#ownerUrl });
    client.on("error", () => undefined);
    await client.connect();
    this.#tenantId = (await client.query<{ tenant_id: number }>(TENANT)).rows[0]?.tenant_id ?? 0;
    await client.query(SET_TENANT, [String(this.#tenantId)]);
    this.#client = client;
    return client;
  }

  /** A server that was killed is met again; what the server itself refuses is thrown. */
  async #patiently<T>(ask: (client: pg.Client) => Promise<T>): Promise<T> {
    for (const deadline = Date.now() + AWAY_MS; ; await sleep(50)) {
      try {
        return await ask(this.#client ?? (await this.#connect()));
      } catch (error) {
        const refused = error instanceof pg.DatabaseError && !error.code?.startsWith("57P");
        if (refused || Date.now() > deadline) throw error;
        await this.close();
      }
    }
  }

  #rows<T extends pg.QueryResultRow>(text: string, ...values: readonly unknown[]): Promise<T[]> {
    return this.#patiently(async (client) => (await client.query<T>(text, [this.#tenantId, ...values])).rows);
  }

  /** Everything whose name begins so, in one snapshot; '' for all there is. */
  async read(prefix: string): Promise<Stored> {
    await this.run("begin isolation level repeatable read read only");
    try {
      const [positions] = await this.#rows<Positions>(POSITIONS);
      if (positions === undefined) throw new Error("the event log cannot be read");
      return {
        positions, orders: await this.#rows(ORDERS, prefix), items: await this.#rows(ITEMS, prefix), facts: await this.#rows(FACTS, prefix), claims: await this.#rows(CLAIMS, prefix),
        answers: await this.#rows(ANSWERS, prefix), stranded: await this.stranded(),
      };
    } finally {
      await this.run("rollback");
    }
  }

  async stranded(): Promise<string[]> {
    return (await this.#rows<{ what: string }>(STRANDED)).map(({ what }) => what);
  }

  async events(): Promise<number> {
    return (await this.#rows<Positions>(POSITIONS))[0]?.counter ?? 0;
  }

  /** Who does the journey's work, and how far it is. */
  async journey(): Promise<{ readonly holder: string; readonly position: number }> {
    const [row] = await this.#rows<{ holder: string; position: number }>(JOURNEY);
    return row ?? { holder: "", position: 0 };
  }

  /** Events of a type, by the id that messages about them carry. */
  async told(type: string): Promise<string[]> {
    return (await this.#rows<{ id: string }>(TOLD, type)).map(({ id }) => id);
  }

  /** Server processes that work for the program. */
  async backends(): Promise<number[]> {
    return (await this.run("select pid from pg_stat_activity where application_name like 'ordo %' and datname = current_database()")).map((row) => Number(row["pid"]));
  }

  /** Plants a fault, or looks at something the oracle does not. */
  run(text: string): Promise<pg.QueryResultRow[]> {
    return this.#patiently(async (client) => (await client.query<pg.QueryResultRow>(text)).rows);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }
}
