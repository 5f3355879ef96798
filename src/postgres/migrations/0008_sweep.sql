-- Reconciliation with channels: sweeps, what they saw, and the differences they found; and messages that wait for their order.

-- One look through the orders that a channel changed since an instant. The start of the latest one that ended well is where the
-- next one begins, less an overlap.
create table ordo.channel_sweep (
  tenant_id int not null,
  id uuid not null,
  connection_id uuid not null,
  since timestamptz not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  state text not null default 'reading' check (state in ('reading', 'comparing', 'done', 'failed')),
  -- Where the channel's next page begins, in the connector's words; null for the first one.
  cursor text,
  -- Failed tries of the page in hand.
  attempts smallint not null default 0,
  next_attempt_at timestamptz not null,
  -- Why it waits or failed.
  note text,
  pages int not null default 0,
  seen int not null default 0,
  unreadable int not null default 0,
  fetched_missing int not null default 0,
  fetched_newer int not null default 0,
  missing_here int not null default 0,
  unknown_there int not null default 0,
  differing int not null default 0,
  -- Per currency: orders, minor units and units of the goods, there and here.
  figures json not null default '[]',
  primary key (tenant_id, id),
  foreign key (tenant_id, connection_id) references ordo.connection on delete cascade,
  check ((state in ('done', 'failed')) = (ended_at is not null))
);
create unique index channel_sweep_open on ordo.channel_sweep (tenant_id, connection_id) where ended_at is null;
create index channel_sweep_list on ordo.channel_sweep (tenant_id, connection_id, started_at, id);
create index channel_sweep_done on ordo.channel_sweep (tenant_id, connection_id, started_at) where state = 'done';

-- What a sweep that is under way saw of each order; gone when it ends. Without figures where the channel's state could not be read.
create table ordo.channel_sweep_order (
  tenant_id int not null,
  sweep_id uuid not null,
  external_id text not null,
  currency text,
  total_minor bigint,
  units float8,
  unreadable boolean not null,
  -- Whether the order should be here: not a test, not cancelled, and with something to send.
  expected boolean not null,
  -- Under which it was put into the inbox; null where it was not.
  delivery_id text,
  primary key (tenant_id, sweep_id, external_id),
  foreign key (tenant_id, sweep_id) references ordo.channel_sweep on delete cascade
);

-- Where a channel and Ordo disagree. Closed when a later sweep finds that they agree again.
create table ordo.channel_difference (
  tenant_id int not null,
  connection_id uuid not null,
  external_id text not null,
  kind text not null check (kind in ('missing_here', 'unknown_there', 'total', 'units')),
  order_id uuid,
  there_currency text,
  there_minor bigint,
  there_units float8,
  here_currency text,
  here_minor bigint,
  here_units float8,
  note text,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  closed_at timestamptz,
  primary key (tenant_id, connection_id, external_id, kind),
  foreign key (tenant_id, connection_id) references ordo.connection on delete cascade
);
create index channel_difference_open on ordo.channel_difference (tenant_id, connection_id, external_id, kind) where closed_at is null;

-- Our side of a sweep: orders whose state the channel wrote since an instant.
create index sales_order_source on ordo.sales_order (tenant_id, channel_id, source_version, id) where source_version is not null;

-- Kept until the order it is about is here, then taken in.
alter table ordo.inbox add column waits_for_order boolean not null default false;
create index inbox_waits on ordo.inbox (tenant_id, connection_id, external_id) where waits_for_order;

-- A message that does not say which order it is about makes a question to the channel.
alter table ordo.channel_call drop constraint channel_call_kind_check;
alter table ordo.channel_call add constraint channel_call_kind_check check (kind in ('acknowledge', 'fulfil', 'cancel', 'stock', 'look_up'));

select ordo.protect_tenant_tables();
