import type pg from "pg";

/**
 * A million orders cost minutes through the front door, and searching reads a part of them only, so they are written where
 * it looks: header, contact, three lines, a parcel for every second order, and the event that says they were captured. One
 * SKU is in a tenth of all orders; first names, last names and towns are as uneven as real ones. Most orders are long
 * completed; of a hundred, four are on their way, one is cancelled and one held, so nobody who works on orders finds any to work on.
 */
const ORDERS = `
  with made as materialized (
    select n, at, case when n % 100 < 94 then 'COMPLETED' when n % 100 < 98 then 'SHIPPED' when n % 100 < 99 then 'CANCELLED' else 'ON_HOLD' end as status, (substr(t, 1, 8) || '-' || substr(t, 9, 4) || '-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
      (array['anna','maria','jan','peter','sofia','lukas','emma','paul','lea','max','ines','omar','yuki','zoe','karl','olga','ivan','mia','noah','ada'])[1 + floor(20 * power(random(), 2))::int] || coalesce((array['', 'lena', 'bella', 'rose', 'mar'])[floor(9 * random())::int], '') as first,
      (array['berg','stein','wald','bach','feld','holz','schmidt','klein','gross','neu'])[1 + floor(10 * power(random(), 2))::int] || (array['er','mann','hof','dorf','au','thal','ow','ski','sen','lund'])[1 + floor(10 * power(random(), 2))::int] || coalesce((array['a', 'e', 'ke'])[floor(6 * random())::int], '') as last,
      (array['Berlin','Hamburg','Paris','Lyon','Madrid','Roma','Wien','Praha','Oslo','Gent'])[1 + floor(10 * power(random(), 3))::int] as city
    from (select n, to_timestamp(1700000000 + n) as at, lpad(to_hex(1700000000000 + n * 1000), 12, '0') as t from generate_series($2::bigint, $3::bigint) n) s),
  items as materialized (select id, sku, name, row_number() over (order by sku) - 1 as at, count(*) over () as many from ordo.item where tenant_id = $1),
  nodes as materialized (select id, row_number() over (order by code) - 1 as at, count(*) over () as many from ordo.node where tenant_id = $1),
  channel as (select id from ordo.channel where tenant_id = $1 limit 1),
  headers as (
    insert into ordo.sales_order (tenant_id, id, number, channel_id, external_id, source_hash, currency, total_minor, placed_at, captured_at, status, document)
    select $1, made.id, 5000000 + n, channel.id, 'WEB-' || upper(left(md5(n::text), 14)), '', 'EUR', 5970, at, at, status, json_build_object('payment_state', 'paid', 'attributes', json_build_object('name', '#' || n)) from made, channel),
  contacts as (
    insert into ordo.order_contact (tenant_id, order_id, data)
    select $1, id, json_build_object('customer', json_build_object('name', initcap(first) || ' ' || initcap(last), 'email', first || '.' || last || n || '@mail' || n % 300 || '.example', 'phone', '+49 ' || 30 + n % 60 || ' ' || 1000000 + n * 7919 % 8999999),
      'ship_to', json_build_object('name', initcap(first) || ' ' || initcap(last), 'street', 'Street 1', 'city', city, 'postcode', lpad((n * 31 % 100000)::text, 5, '0'), 'country', 'DE')) from made),
  lines as (
    insert into ordo.order_line (tenant_id, order_id, line_no, item_id, ordered, reserved, cancelled, shipped, delivered, document)
    select $1, made.id, line_no, item.id, 1, (made.status = 'ON_HOLD')::int, (made.status = 'CANCELLED')::int, (made.status in ('SHIPPED', 'COMPLETED'))::int, (made.status = 'COMPLETED')::int, json_build_object('sku', item.sku, 'quantity', '1', 'unit', null, 'unit_factor', 1, 'unit_price', '19.90', 'title', item.name || ' in ' || (array['black','white','oak','steel'])[1 + n % 4])
    from made cross join generate_series(1, 3) line_no
      join items item on item.at = case when line_no = 1 and n % 10 = 0 then 77 else (n * 7919 + line_no * 104729) % item.many end),
  parcels as (
    insert into ordo.shipment (tenant_id, order_id, shipment_no, node_id, status, state_since, time_zone, document)
    select $1, made.id, 1, node.id, case made.status when 'COMPLETED' then 'DELIVERED' else 'SHIPPED' end, made.at, 'UTC', json_build_object('cancel_lines', json_build_array(), 'packages', json_build_array(json_build_object('package_no', 1, 'lines', json_build_array(), 'tracking_number', '1Z' || upper(left(md5('t' || n), 16)))))
    from made join nodes node on node.at = (n / 2) % node.many where n % 2 = 0 and made.status in ('COMPLETED', 'SHIPPED')),
  holds as (
    insert into ordo.hold (tenant_id, order_id, hold_no, kind, scope, reason, placed_at)
    select $1, id, 1, (array['FRAUD','ADDRESS','MANUAL'])[1 + n % 3], 'order', 'Looked at by a person.', at from made where status = 'ON_HOLD')
  insert into ordo.event (tenant_id, position, id, type, order_id, actor, occurred_at, data)
  select $1, $4 + n, gen_random_uuid(), 'OrderCaptured', id, 'bench', at, '{}' from made`;

const AT_ONCE = 20_000;

/** Orders 1 to `count`; `each` hears how many there are. */
export async function writeOrders(owner: pg.Client, tenantId: number, count: number, each: (orders: number) => void): Promise<void> {
  const { rows: [counter] } = await owner.query<{ position: string }>("select position from ordo.event_counter where tenant_id = $1", [tenantId]);
  await owner.query("set synchronous_commit = off");
  for (let from = 1; from <= count; from += AT_ONCE) {
    const until = Math.min(count, from + AT_ONCE - 1);
    await owner.query(ORDERS, [tenantId, from, until, counter?.position ?? 0]);
    each(until);
  }
  await owner.query("update ordo.event_counter set position = position + $2 where tenant_id = $1", [tenantId, count]);
}

interface Person { readonly number: number; readonly external_id: string; readonly email: string; readonly name: string; readonly phone: string; readonly tracking: string }

/** Some of them, from all over the table, for what people would ask. */
async function someOrders(owner: pg.Client, tenantId: number, count: number): Promise<readonly Person[]> {
  const { rows } = await owner.query<Person>(`
    select o.number::int as number, o.external_id, c.data -> 'customer' ->> 'email' as email, c.data -> 'customer' ->> 'name' as name, c.data -> 'customer' ->> 'phone' as phone,
      coalesce((select s.document -> 'packages' -> 0 ->> 'tracking_number' from ordo.shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id), 'none') as tracking
    from ordo.sales_order o join ordo.order_contact c on c.tenant_id = o.tenant_id and c.order_id = o.id
    where o.tenant_id = $1 and o.number = any(array(select 5000000 + (1 + floor(random() * ($2::int)))::bigint from generate_series(1, 200)))`, [tenantId, count]);
  return rows;
}

/** What people type, each from the orders that are there. */
export async function questions(owner: pg.Client, tenantId: number, count: number): Promise<Readonly<Record<string, (round: number) => string>>> {
  const people = await someOrders(owner, tenantId, count);
  const { rows: [popular] } = await owner.query<{ sku: string }>("select sku from ordo.item where tenant_id = $1 order by sku offset 77 limit 1", [tenantId]);
  const sku = popular?.sku ?? "";
  const one = (round: number): (typeof people)[number] => people[round % people.length] ?? { number: 0, external_id: "", email: "", name: "", phone: "", tracking: "" };
  const parcels = people.filter(({ tracking }) => tracking !== "none");
  return {
    common_name: (round) => ["anna", "maria", "berger", "bergmann"][round % 4] ?? "", full_name: (round) => one(round).name, rare: (round) => `${one(round).name.split(" ")[1]} ${one(round).phone.slice(-4)}`,
    beginning: (round) => ["an", "mar", "ber", "sku", "web", "mai"][round % 6] ?? "", number: (round) => `#${one(round).number}`, number_end: (round) => String(one(round).number).slice(-5),
    external_id: (round) => one(round).external_id, email: (round) => one(round).email, email_beginning: (round) => one(round).email.slice(0, 9), phone_end: (round) => one(round).phone.slice(-6),
    sku_in_a_tenth: () => sku, sku_and_name: (round) => `${sku} ${["anna", "bergmann", "oslo"][round % 3]}`, tracking_end: (round) => parcels[round % parcels.length]?.tracking.slice(-7) ?? "",
    nothing: (round) => `nobody${round}`,
  };
}
