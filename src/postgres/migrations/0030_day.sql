-- What people decided about entries of the desk's queues: who looks after one, and until when it rests. A row goes when the cause does.
create table ordo.desk_item (
  tenant_id int not null references ordo.tenant,
  queue text not null,
  -- Public id of the entry: an exception, a hold, a call, a message, parked work or an order.
  subject text not null,
  owner text,
  snoozed_until timestamptz,
  actor text not null,
  changed_at timestamptz not null,
  primary key (tenant_id, queue, subject),
  check (owner is not null or snoozed_until is not null)
);

-- Who settled an exception by hand; null where its cause cleared.
alter table ordo.exception add column resolved_by text;
create index exception_opened on ordo.exception (tenant_id, opened_at);
create index exception_resolved on ordo.exception (tenant_id, resolved_at) where resolved_at is not null;

-- What reports say of an order, as it was last counted: the difference to what it is now is what changes in the sums.
create table ordo.report_order (
  tenant_id int not null references ordo.tenant,
  order_id uuid not null,
  figures json not null,
  primary key (tenant_id, order_id)
);

-- Sums for a quarter of an hour of UTC, of which every day of every zone is made. An order's own sums have no node (the zero id).
-- Part is the currency of money, and the number of a class of durations; empty for everything else.
create table ordo.report_sum (
  tenant_id int not null references ordo.tenant,
  measure text not null,
  slot timestamptz not null,
  channel_id uuid not null,
  node_id uuid not null,
  part text not null,
  amount numeric not null,
  primary key (tenant_id, measure, slot, channel_id, node_id, part)
) with (fillfactor = 80);

-- Held by whoever changes sums. Orders up to rebuilt_until were counted anew by a rebuild that goes on.
create table ordo.report_state (
  tenant_id int primary key references ordo.tenant,
  rebuilt_orders bigint,
  rebuilt_until uuid
);

select ordo.protect_tenant_tables();
