import type { AvailabilityFacts, ItemFacts } from "../../flows/availability.ts";
import { instant } from "../columns.ts";
import { statement } from "../database.ts";
import type { Reader } from "./reader.ts";

/**
 * Every figure of the items in one statement, so of one moment: the items, their stock, their unassigned demand (at the nil
 * node, which stands for the network), announced goods (each supply times its confidence, rounded down), and claims that
 * have run out but are not swept yet as negative claims. Independent branches instead of joins: no estimate can go wrong.
 */
const FIGURES = statement("availability_figures", `
  with wanted as materialized (
    select id, sku, base_unit, quantity_scale, safety_stock, safety_percent from item
    where tenant_id = (select current_tenant()) and sku = any($1::text[]) and valid_from <= $2 and $2 < valid_to)
  select id, null::uuid, sku, base_unit, quantity_scale, safety_stock, safety_percent, 0::bigint, 0::bigint, 0::bigint, 0::bigint from wanted
  union all
  select s.item_id, s.node_id, null, null, null, null, null, s.on_hand, 0, s.reserved, s.soft from stock s
  where s.tenant_id = (select current_tenant()) and s.item_id = any(array(select id from wanted)) and s.owner = '' and s.condition = 'A'
  union all
  select d.item_id, '00000000-0000-0000-0000-000000000000', null, null, null, null, null, 0, 0, 0, d.pending + d.waiting + d.soft from unassigned_demand d
  where d.tenant_id = (select current_tenant()) and d.item_id = any(array(select id from wanted)) and d.segment = ''
  union all
  select u.item_id, u.node_id, null, null, null, null, null, 0, greatest(0, u.quantity - u.received) * u.confidence / 100, 0, 0 from supply u
  where u.tenant_id = (select current_tenant()) and u.item_id = any(array(select id from wanted)) and u.closed_at is null and u.due_at <= $3
  union all
  select l.item_id, l.node_id, null, null, null, null, null, 0, 0, 0, -l.quantity from soft_claim c join soft_claim_line l on l.tenant_id = c.tenant_id and l.claim_id = c.id
  where c.tenant_id = (select current_tenant()) and c.status = 'open' and c.expires_at <= $2 and l.item_id = any(array(select id from wanted))`);

/** All nodes, and whether they count for the channel; one row even where there is no node. */
const NODES = statement("availability_nodes", `
  select n.id, n.code, n.status = 'online' and n.kind <> 'virtual' and (c.node_pool is null or n.code = any(c.node_pool)) as eligible, c.buffer
  from (values (1)) as always left join channel c on c.tenant_id = (select current_tenant()) and c.code = $2::text and c.valid_from <= $1 and $1 < c.valid_to
  left join node n on n.tenant_id = (select current_tenant()) and n.valid_from <= $1 and $1 < n.valid_to order by n.code`);

const NETWORK = "00000000-0000-0000-0000-000000000000";

type FigureRow = [
  itemId: string, nodeId: string | null, sku: string, baseUnit: string, quantityScale: number, safetyStock: number, safetyPercent: number,
  onHand: number, inbound: number, reserved: number, soft: number,
];
type NodeRow = [id: string | null, code: string, eligible: boolean, buffer: number | null];
interface Place { onHand: number; inbound: number; reserved: number; soft: number }

export async function availabilityFacts(
  reader: Reader, tenantId: number, { skus, at, now, channel }: { readonly skus: readonly string[]; readonly at: number; readonly now: number; readonly channel: string | null },
): Promise<AvailabilityFacts> {
  const [nodes, figures] = await Promise.all([
    reader.arrays<NodeRow>(tenantId, NODES, [instant(now), channel]), reader.arrays<FigureRow>(tenantId, FIGURES, [skus, instant(now), instant(at)]),
  ]);
  const codes = new Map<string, string>();
  const eligible = new Set<string>();
  for (const [id, code, counts] of nodes) {
    if (id === null) continue;
    codes.set(id, code);
    if (counts) eligible.add(code);
  }
  return { items: gather(figures, codes), eligible, nodeCodes: new Set(codes.values()), buffer: nodes[0]?.[3] ?? null };
}

type Gathered = Omit<ItemFacts, "places" | "demand"> & { demand: number; places: Map<string, Place> };

/** Rows of items have no node; all others are added up under their item. */
function gather(figures: readonly FigureRow[], codes: ReadonlyMap<string, string>): Map<string, ItemFacts> {
  const byId = new Map<string, Gathered>();
  for (const [itemId, nodeId, sku, baseUnit, quantityScale, safetyStock, safetyPercent] of figures) {
    if (nodeId === null) byId.set(itemId, { sku, baseUnit, quantityScale, safetyStock, safetyPercent, demand: 0, places: new Map() });
  }
  for (const [itemId, nodeId, , , , , , onHand, inbound, reserved, soft] of figures) {
    const item = byId.get(itemId);
    if (!item || nodeId === null) continue;
    const code = codes.get(nodeId);
    if (nodeId === NETWORK) item.demand += soft;
    else if (code !== undefined) add(item.places, code, { onHand, inbound, reserved, soft });
  }
  return new Map([...byId.values()].map((item) => [item.sku, item]));
}

function add(places: Map<string, Place>, code: string, more: Place): void {
  const place = places.get(code);
  if (!place) {
    places.set(code, more);
    return;
  }
  place.onHand += more.onHand;
  place.inbound += more.inbound;
  place.reserved += more.reserved;
  place.soft += more.soft;
}
