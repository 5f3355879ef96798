-- Dates that orders have to keep: what a channel asks for, who is looked at when, and what was found.

-- Ship-by and deliver-by times, warning time, what saving a date may cost, and limits of rates; what is left out has its default.
alter table ordo.channel add column deadlines json not null default '{}';

-- Orders that have a date to keep, or whose channel watches a rate. Kept beside the order by whoever changes it, under its lock.
create table ordo.order_deadline (
  tenant_id int not null,
  order_id uuid not null,
  channel_id uuid not null,
  placed_at timestamptz not null,
  ship_by timestamptz,
  -- Whether units of it are still to leave, and when the last of those that left did.
  open boolean not null,
  left_at timestamptz,
  -- When the seller first cancelled something of it.
  cancelled_at timestamptz,
  -- Null where nobody has to look again.
  next_look_at timestamptz,
  -- What the last look found; level is null where every date is safe.
  level text check (level in ('at_risk', 'late')),
  deadline text check (deadline in ('promise', 'deliver_by', 'ship_by')),
  due_at timestamptz,
  predicted_at timestamptz,
  cause text,
  shipment_no smallint,
  looked_at timestamptz,
  -- What was tried last to save the date.
  tried text,
  tried_at timestamptz,
  missed boolean not null default false,
  primary key (tenant_id, order_id),
  constraint order_deadline_level_is_whole check (level is null or num_nulls(deadline, due_at, cause, looked_at) = 0)
) with (fillfactor = 80);
create index order_deadline_look on ordo.order_deadline (tenant_id, next_look_at) where next_look_at is not null;
-- Rates are counted from these alone.
create index order_deadline_ship on ordo.order_deadline (tenant_id, channel_id, ship_by) include (open, left_at) where ship_by is not null;
create index order_deadline_placed on ordo.order_deadline (tenant_id, channel_id, placed_at) include (cancelled_at);
create index order_deadline_risk on ordo.order_deadline (tenant_id, due_at, order_id) where level is not null;

-- How a channel's rate stood against its limit when it was last counted: who crosses a line is told once.
create table ordo.channel_rate (
  tenant_id int not null references ordo.tenant,
  channel_id uuid not null,
  rate text not null check (rate in ('late_shipments', 'cancellations')),
  state text not null default 'ok' check (state in ('ok', 'near', 'over')),
  primary key (tenant_id, channel_id, rate)
);

select ordo.protect_tenant_tables();
