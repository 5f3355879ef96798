import type { AvailabilityFacts, ItemFacts } from "../../flows/availability.ts";
import { instant } from "../columns.ts";
import { statement } from "../database.ts";
import type { Reader } from "./reader.ts";

/**
 * Every figure of the items in one statement, so of one moment. Each branch stands alone instead of being joined, so that no
 * estimate can go wrong, and packs an item's figures into arrays written as text, because reading a thousand rows costs the
 * driver more than the database. Components of kits come with them. Kinds: item (sku, base unit, scale, safety stock, safety percent, kit), stock (nodes, on hand,
 * reserved, soft), demand (units, but for those that count on goods which are still to come), inbound (nodes, what is still to
 * come times confidence, rounded down, less what is claimed of it), lapsed (nodes, units of soft
 * claims that have run out but are not swept yet). The nil node stands for the network.
 */
const FIGURES = statement("availability_figures", `
  with named as materialized (
    select id, sku, base_unit, quantity_scale, safety_stock, safety_percent, components, ship_together from item
    where tenant_id = (select current_tenant()) and sku = any($1::text[]) and valid_from <= $2 and $2 < valid_to),
  wanted as materialized (
    select id, sku, base_unit, quantity_scale, safety_stock, safety_percent, components::text as components, ship_together from named
    union
    select i.id, i.sku, i.base_unit, i.quantity_scale, i.safety_stock, i.safety_percent, i.components::text, i.ship_together from named n
      cross join lateral json_array_elements(n.components) c
      cross join lateral (select * from item i where i.tenant_id = (select current_tenant()) and i.sku = c ->> 'sku' and i.valid_from <= $2 and $2 < i.valid_to offset 0) i)
  select 'item', id, sku, base_unit, quantity_scale::text, safety_stock::text, safety_percent::text,
    case when components is not null then json_build_object('together', ship_together, 'components', components::json)::text end from wanted
  union all
  select 'stock', s.item_id, array_agg(s.node_id)::text, array_agg(s.on_hand)::text, array_agg(s.reserved)::text, array_agg(s.soft)::text, null, null from stock s
  where s.tenant_id = (select current_tenant()) and s.item_id = any(array(select id from wanted)) and s.owner = '' and s.condition = 'A' group by s.item_id
  union all
  select 'demand', d.item_id, (d.pending + d.waiting + d.soft - coalesce((select sum(least(u.claimed, greatest(0, u.quantity - u.received) * u.confidence / 100)) from supply u
    where u.tenant_id = d.tenant_id and u.item_id = d.item_id and u.closed_at is null and u.claimed > 0), 0))::text, null, null, null, null, null from unassigned_demand d
  where d.tenant_id = (select current_tenant()) and d.item_id = any(array(select id from wanted)) and d.segment = ''
  union all
  select 'inbound', u.item_id, array_agg(u.node_id)::text, array_agg(greatest(0, greatest(0, u.quantity - u.received) * u.confidence / 100 - u.claimed))::text, null, null, null, null from supply u
  where u.tenant_id = (select current_tenant()) and u.item_id = any(array(select id from wanted)) and u.closed_at is null and u.due_at <= $3 group by u.item_id
  union all
  select 'lapsed', l.item_id, array_agg(l.node_id)::text, array_agg(l.quantity)::text, null, null, null, null
  from soft_claim c join soft_claim_line l on l.tenant_id = c.tenant_id and l.claim_id = c.id
  where c.tenant_id = (select current_tenant()) and c.status = 'open' and c.expires_at <= $2 and l.item_id = any(array(select id from wanted)) group by l.item_id`);

/** What comes of the items, and of the components of those that are kits, in a time after the one asked about: only where a horizon is given. */
const LATER = statement("availability_later", `
  with named as materialized (
    select id, components from item where tenant_id = (select current_tenant()) and sku = any($1::text[]) and valid_from <= $2 and $2 < valid_to),
  wanted as materialized (
    select id from named union select i.id from named n cross join lateral json_array_elements(n.components) c
      cross join lateral (select * from item i where i.tenant_id = (select current_tenant()) and i.sku = c ->> 'sku' and i.valid_from <= $2 and $2 < i.valid_to offset 0) i)
  select u.item_id, u.node_id, u.due_at, greatest(0, greatest(0, u.quantity - u.received) * u.confidence / 100 - u.claimed) as units from supply u
  where u.tenant_id = (select current_tenant()) and u.item_id = any(array(select id from wanted)) and u.closed_at is null and u.due_at > $3 and u.due_at <= $4`);

/** All nodes, and whether they count for the channel; one row even where there is no node. */
const NODES = statement("availability_nodes", `
  select n.id, n.code, n.status = 'online' and n.kind <> 'virtual' and (c.node_pool is null or n.code = any(c.node_pool)) as eligible, c.buffer
  from (values (1)) as always left join channel c on c.tenant_id = (select current_tenant()) and c.code = $2::text and c.valid_from <= $1 and $1 < c.valid_to
  left join node n on n.tenant_id = (select current_tenant()) and n.valid_from <= $1 and $1 < n.valid_to order by n.code`);

const NETWORK = "00000000-0000-0000-0000-000000000000";

type FigureRow = [kind: string, itemId: string, first: string, second: string | null, third: string | null, fourth: string | null, fifth: string | null, sixth: string | null];
type LaterRow = [itemId: string, nodeId: string, dueAt: Date, units: number];
type NodeRow = [id: string | null, code: string, eligible: boolean, buffer: number | null];
interface Place { onHand: number; inbound: number; reserved: number; soft: number }

export async function availabilityFacts(
  reader: Reader, tenantId: number,
  { skus, at, now, channel, until = at }: { readonly skus: readonly string[]; readonly at: number; readonly now: number; readonly channel: string | null; readonly until?: number },
): Promise<AvailabilityFacts> {
  const [nodes, figures, later] = await Promise.all([
    reader.arrays<NodeRow>(tenantId, NODES, [instant(now), channel]), reader.arrays<FigureRow>(tenantId, FIGURES, [skus, instant(now), instant(at)]),
    until > at ? reader.arrays<LaterRow>(tenantId, LATER, [skus, instant(now), instant(at), instant(until)]) : [],
  ]);
  const codes = new Map<string, string>();
  const eligible = new Set<string>();
  for (const [id, code, counts] of nodes) {
    if (id === null) continue;
    codes.set(id, code);
    if (counts) eligible.add(code);
  }
  return { items: gather(figures, later, codes), eligible, nodeCodes: new Set(codes.values()), buffer: nodes[0]?.[3] ?? null };
}

type Gathered = Omit<ItemFacts, "places" | "demand" | "later"> & { demand: number; places: Map<string, Place>; later: ItemFacts["later"][number][] };

/** Rows of items first, then everything else under its item. */
function gather(figures: readonly FigureRow[], later: readonly LaterRow[], codes: ReadonlyMap<string, string>): Map<string, ItemFacts> {
  const byId = new Map<string, Gathered>();
  for (const [kind, itemId, sku, baseUnit, scale, safetyStock, safetyPercent, kit] of figures) {
    if (kind !== "item") continue;
    byId.set(itemId, {
      sku, baseUnit: baseUnit ?? "", quantityScale: Number(scale), safetyStock: Number(safetyStock), safetyPercent: Number(safetyPercent), demand: 0, places: new Map(), later: [],
      kit: kit === null ? null : JSON.parse(kit),
    });
  }
  for (const row of figures) {
    const item = byId.get(row[1]);
    if (item && row[0] !== "item") addFigures(item, row, codes);
  }
  for (const [itemId, nodeId, dueAt, units] of later) {
    const node = codes.get(nodeId);
    if (node !== undefined && units > 0) byId.get(itemId)?.later.push({ node, at: dueAt.getTime(), units });
  }
  return new Map([...byId.values()].map((item) => [item.sku, item]));
}

function addFigures(item: Gathered, [kind, , first, second, third, fourth]: FigureRow, codes: ReadonlyMap<string, string>): void {
  if (kind === "demand") {
    item.demand += Number(first);
    return;
  }
  const [amounts, reserved, soft] = [elements(second), elements(third), elements(fourth)];
  elements(first).forEach((nodeId, index) => {
    const amount = Number(amounts[index]);
    const code = codes.get(nodeId);
    if (nodeId === NETWORK) item.demand -= amount;
    else if (code !== undefined) addAt(placeAt(item.places, code), kind, amount, Number(reserved[index]), Number(soft[index]));
  });
}

function addAt(place: Place, kind: string, amount: number, reserved: number, soft: number): void {
  if (kind === "inbound") place.inbound += amount;
  else if (kind === "lapsed") place.soft -= amount;
  else {
    place.onHand += amount;
    place.reserved += reserved;
    place.soft += soft;
  }
}

function placeAt(places: Map<string, Place>, code: string): Place {
  let place = places.get(code);
  if (!place) places.set(code, (place = { onHand: 0, inbound: 0, reserved: 0, soft: 0 }));
  return place;
}

/** An array of ids or integers as PostgreSQL writes it: {1,2,3}. */
const elements = (text: string | null): string[] => (text === null ? [] : text.slice(1, -1).split(","));
