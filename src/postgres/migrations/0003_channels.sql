-- Channels that send messages: connections, the inbox, what a channel calls our goods, and orders that were cancelled
-- before they were known.

-- One outside system that sends us messages for one channel.
create table ordo.connection (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  code text not null,
  connector text not null,
  channel_id uuid not null,
  status text not null default 'active' check (status in ('active', 'paused')),
  -- The secret that signs what comes in, and for a while after a change the one before it.
  secret text not null,
  previous_secret text,
  previous_secret_until timestamptz,
  match_by_sku boolean not null default true,
  capture_test_orders boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, code)
);

-- What came in. One row for each delivery; the body is kept beside, because it is personal data and can be erased.
create table ordo.inbox (
  tenant_id int not null,
  id uuid not null,
  connection_id uuid not null,
  delivery_id text not null,
  topic text not null,
  body_hash bytea not null,
  received_at timestamptz not null default now(),
  state text not null default 'waiting' check (state in ('waiting', 'done', 'ignored', 'kept', 'quarantined', 'dropped')),
  external_id text,
  source_version bigint,
  order_id uuid,
  -- A sentence: what came of it, or what is wrong with it.
  reason text,
  -- Every bad field of a message in quarantine: pointer, code, detail.
  errors json,
  translation_version smallint,
  attempts smallint not null default 0,
  next_attempt_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references ordo.connection on delete cascade
);
create unique index inbox_delivery on ordo.inbox (tenant_id, connection_id, delivery_id);
create index inbox_waiting on ordo.inbox (tenant_id, next_attempt_at, id) where state = 'waiting';
create index inbox_state on ordo.inbox (tenant_id, state, id);
create index inbox_external on ordo.inbox (tenant_id, external_id, id) where external_id is not null;
create index inbox_connection on ordo.inbox (connection_id, tenant_id, state, received_at);
create index inbox_order on ordo.inbox (tenant_id, order_id, id) where order_id is not null;

create table ordo.inbox_body (
  tenant_id int not null,
  message_id uuid not null,
  body bytea,
  primary key (tenant_id, message_id),
  foreign key (tenant_id, message_id) references ordo.inbox on delete cascade
);

-- What a channel calls our goods. Without an item it is a variant that orders named and nobody has mapped yet.
create table ordo.listing (
  tenant_id int not null,
  channel_id uuid not null,
  variant_id text not null,
  item_id uuid,
  unit text,
  sku text,
  title text not null default '',
  -- By whom: a person's key, or "sku" where the same SKU identified it.
  mapped_by text,
  first_seen_at timestamptz not null default now(),
  primary key (tenant_id, channel_id, variant_id),
  check ((item_id is null) = (mapped_by is null))
);
create index listing_unmapped on ordo.listing (tenant_id, channel_id, first_seen_at, variant_id) where item_id is null;

-- A channel cancelled an order before we knew it: its late creation captures nothing.
create table ordo.order_tombstone (
  tenant_id int not null,
  channel_id uuid not null,
  external_id text not null,
  source_version bigint not null,
  reason text not null,
  recorded_at timestamptz not null default now(),
  primary key (tenant_id, channel_id, external_id)
);

-- Version of the channel's state that an order shows; null for orders that no channel message brought.
alter table ordo.sales_order add column source_version bigint;

-- A message names its connection before the tenant is known; everything else about it is read as that tenant.
create function ordo.connection_tenant(wanted uuid) returns int
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select c.tenant_id from ordo.connection c where c.id = wanted $$;
revoke execute on function ordo.connection_tenant(uuid) from public;
create unique index connection_id on ordo.connection (id);

select ordo.protect_tenant_tables();
create policy owner_lookup on ordo.connection for select to current_user using (true);
