-- What channels are told: goods that left, orders that were cancelled here, and what can be sold.

alter table ordo.connection
  -- Where the channel is called; without it nothing is told.
  add column base_url text,
  -- What signs calls in, by name. Shown to nobody.
  add column credentials json not null default '{}',
  add column push_stock boolean not null default false,
  -- Which node is which place of the channel: {"node code": "place"}.
  add column places json not null default '{}';

-- One piece of work at a channel. Stock of a variant has one row for ever, which every change makes due again; what is told
-- is read when it is told.
create table ordo.channel_call (
  tenant_id int not null,
  id uuid not null default gen_random_uuid(),
  connection_id uuid not null,
  kind text not null check (kind in ('fulfil', 'cancel', 'stock')),
  -- order/shipment number, order, or variant.
  subject text not null,
  order_id uuid,
  state text not null default 'pending' check (state in ('pending', 'done', 'dead')),
  -- Grows with every wish: work that ended before the latest one is due again.
  wanted int not null default 1,
  due_since timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  claimed_until timestamptz,
  fence bigint not null default 0,
  attempts smallint not null default 0,
  note text,
  -- Of stock: what the channel was told last.
  told json,
  finished_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, connection_id, kind, subject),
  foreign key (tenant_id, connection_id) references ordo.connection on delete cascade
);
create index channel_call_due on ordo.channel_call (tenant_id, connection_id, next_attempt_at) where state = 'pending';
create index channel_call_state on ordo.channel_call (tenant_id, state, id);
create index listing_item on ordo.listing (tenant_id, item_id) where item_id is not null;

select ordo.protect_tenant_tables();
