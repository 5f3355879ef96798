-- Inbound goods that orders count on: documents they come under, who claims what of them, and what arrives otherwise than announced.

-- What inbound goods come under. Its lines are rows of supply.
create table ordo.supply_order (
  tenant_id int not null,
  id uuid not null,
  kind text not null check (kind in ('purchase_order', 'transfer', 'production', 'return')),
  reference text not null,
  -- Where the goods go, and where those of a transfer come from.
  node_id uuid not null,
  from_node_id uuid,
  supplier text,
  created_at timestamptz not null,
  -- When the goods of a transfer left their source; until then nobody may count on them.
  shipped_at timestamptz,
  primary key (tenant_id, id),
  constraint supply_order_transfer_comes_from_somewhere check ((kind = 'transfer') = (from_node_id is not null) and from_node_id is distinct from node_id)
);
create unique index supply_order_reference on ordo.supply_order (tenant_id, kind, reference);

alter table ordo.supply
  add column damaged bigint not null default 0 check (damaged >= 0),
  -- Units that waiting order lines have claimed: the sum of supply_claim.
  add column claimed bigint not null default 0 check (claimed >= 0),
  add column supply_order_id uuid,
  add constraint supply_claimed_within_quantity check (claimed <= quantity),
  add constraint supply_damaged_within_received check (damaged <= received);
create index supply_claimable on ordo.supply (tenant_id, item_id) where closed_at is null or claimed > 0;
create index supply_of_order on ordo.supply (tenant_id, supply_order_id) where supply_order_id is not null;

-- How much of which supply a waiting order line counts on. Guarded by the item's row of unassigned_demand.
create table ordo.supply_claim (
  tenant_id int not null,
  supply_id uuid not null,
  order_id uuid not null,
  line_no smallint not null,
  item_id uuid not null,
  quantity bigint not null check (quantity > 0),
  primary key (tenant_id, supply_id, order_id, line_no)
) with (fillfactor = 80);
create index supply_claim_line on ordo.supply_claim (tenant_id, order_id, line_no);
create index supply_claim_item on ordo.supply_claim (tenant_id, item_id);

-- Lines that wait for their launch day count as waiting too.
drop index ordo.order_line_waiting;
create index order_line_waiting on ordo.order_line (tenant_id, item_id, order_id)
  where pending > 0 or backordered > 0 or preordered > 0;

create index order_line_preordered on ordo.order_line (tenant_id, order_id) where preordered > 0;

-- How many may wait for an item, and from when on it is sent; what is left out has its default.
alter table ordo.item add column waiting json not null default '{}';

-- Who of a channel's waiting orders is served first, and how long they wait at most; what is left out has its default.
alter table ordo.channel add column backorders json not null default '{}';

alter table ordo.stock_movement drop constraint stock_movement_kind_check;
alter table ordo.stock_movement add constraint stock_movement_kind_check
  check (kind in ('receipt', 'adjustment', 'count', 'ship', 'hand_over', 'short_pick', 'reject', 'return_to_sender', 'transfer_out'));

select ordo.protect_tenant_tables();
