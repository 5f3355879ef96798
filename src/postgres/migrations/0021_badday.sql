-- Nodes that are closed together, what that was expected to do to each order, and what it did.

create table ordo.node_closure (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  state text not null check (state in ('previewed', 'moving', 'done')),
  -- Ids and codes of the nodes.
  nodes json not null,
  -- Null: until somebody opens them.
  until timestamptz,
  reason text not null,
  include_accepted boolean not null,
  actor text not null,
  created_at timestamptz not null,
  applied_at timestamptz,
  finished_at timestamptz,
  -- Orders that came, and that went, between the preview and the closing.
  added int not null default 0,
  gone int not null default 0,
  primary key (tenant_id, id)
);
create index node_closure_moving on ordo.node_closure (tenant_id, applied_at) where state <> 'previewed';

create table ordo.node_closure_order (
  tenant_id int not null,
  closure_id uuid not null,
  order_id uuid not null,
  -- What the preview said, and what came; the figures are those of the outcome that is known.
  expected jsonb,
  result jsonb,
  primary key (tenant_id, closure_id, order_id),
  foreign key (tenant_id, closure_id) references ordo.node_closure on delete cascade
);
create index node_closure_order_left on ordo.node_closure_order (tenant_id, closure_id, order_id) where result is null;

-- What no node was told of, by node and day: what leaves a node that closes, and what tonight's collections miss.
create index shipment_planned on ordo.shipment (tenant_id, node_id, planned_ship_date) where status = 'PLANNED';

-- What is on its way to a node, for when it comes online.
create index supply_to_node on ordo.supply (tenant_id, node_id);

-- How a channel's new orders go through to release, beside its facts: it outlives their versions, and is not theirs.
create table ordo.channel_gate (
  tenant_id int not null references ordo.tenant,
  channel_id uuid not null,
  state text not null check (state in ('paused', 'throttled', 'open')),
  until timestamptz,
  orders int check (orders > 0),
  per_seconds int check (per_seconds > 0),
  reason text not null,
  set_at timestamptz not null,
  set_by text not null,
  -- When the next order of a throttled channel goes through, and when the last that waited did.
  next_at timestamptz not null,
  let_through_at timestamptz not null,
  -- The order after which those that wait still get a time by this gate; null where all have theirs.
  redate_after uuid,
  primary key (tenant_id, channel_id),
  constraint channel_gate_throttle_has_a_pace check ((state = 'throttled') = (orders is not null and per_seconds is not null))
) with (fillfactor = 50);

alter table ordo.hold drop constraint hold_kind_check;
alter table ordo.hold add constraint hold_kind_check check (kind in
  ('ITEM', 'ADDRESS', 'PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL', 'PRICING', 'TAX', 'CHANNEL_CHANGE', 'CHANNEL_PAUSED', 'CUSTOMER', 'MANUAL'));

select ordo.protect_tenant_tables();
