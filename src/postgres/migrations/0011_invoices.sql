-- Invoices: one for each shipment that left, with numbers that have no gaps. They are ledgers: what is written stays.
-- Whom they are for is read from order_contact when one is shown, so that it can be erased.

-- Who sells, as invoices name them: effective-dated, so that an invoice shows for ever who sold then. The nil UUID stands for
-- every channel that has no seller of its own.
create table ordo.invoice_seller (
  tenant_id int not null references ordo.tenant,
  channel_id uuid not null,
  valid_from timestamptz not null,
  name text not null,
  address text[] not null,
  tax_id text,
  footer text,
  -- Begins the numbers of its invoices; each series counts from 1.
  series text not null,
  primary key (tenant_id, channel_id, valid_from)
);

-- The last number of each series. Taken in the transaction that writes the invoices, so no number is ever lost.
create table ordo.invoice_counter (
  tenant_id int not null references ordo.tenant,
  series text not null,
  last bigint not null check (last > 0),
  primary key (tenant_id, series)
) with (fillfactor = 50);

create table ordo.invoice (
  tenant_id int not null,
  order_id uuid not null,
  shipment_no smallint not null,
  id uuid not null,
  series text not null,
  number bigint not null check (number > 0),
  channel_id uuid not null,
  currency text not null,
  tax_included boolean not null,
  goods_minor bigint not null,
  discount_minor bigint not null,
  shipping_minor bigint not null,
  shipping_discount_minor bigint not null,
  shipping_tax_minor bigint not null,
  other_minor bigint not null,
  adjustment_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  issued_at timestamptz not null,
  -- When the goods left.
  supplied_at timestamptz not null,
  primary key (tenant_id, order_id, shipment_no),
  constraint invoice_total_is_its_parts check (total_minor =
    goods_minor - discount_minor + shipping_minor + other_minor + adjustment_minor + case when tax_included then 0 else tax_minor end)
);
create unique index invoice_id on ordo.invoice (tenant_id, id);
create unique index invoice_number on ordo.invoice (tenant_id, series, number);
create index invoice_issued on ordo.invoice (tenant_id, issued_at, id);

create table ordo.invoice_line (
  tenant_id int not null,
  order_id uuid not null,
  shipment_no smallint not null,
  line_no smallint not null,
  quantity bigint not null check (quantity > 0),
  total_minor bigint not null,
  discount_minor bigint not null,
  order_discount_minor bigint not null,
  tax_minor bigint not null,
  primary key (tenant_id, order_id, shipment_no, line_no)
);

-- Units on invoices: the sum of their lines.
alter table ordo.order_line
  add column invoiced bigint not null default 0 check (invoiced >= 0),
  add constraint order_line_invoiced_within_left check (invoiced <= shipped + handed_over);
-- The wider row would have the planner think that an empty table holds fewer than 300, and then look all of a tenant's
-- lines through rather than look some up.
alter table ordo.order_line set (fillfactor = 85);

-- Invoices are append-only for the runtime role, like the other ledgers.
create or replace function ordo.grant_runtime(role_name text) returns void language plpgsql as $$
declare
  t record;
  rights text;
begin
  execute format('grant usage on schema ordo to %I', role_name);
  for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'ordo' and c.relkind in ('r', 'p', 'v') loop
    rights := case
      when t.relname in ('stock_movement', 'line_movement', 'event', 'invoice', 'invoice_line') or t.relname like 'routing_decision%' then 'select, insert'
      when t.relname in ('tenant', 'migration') then 'select'
      when t.relname = 'event_counter' then 'select, update'
      else 'select, insert, update, delete' end;
    execute format('revoke all on ordo.%I from %I', t.relname, role_name);
    execute format('grant %s on ordo.%I to %I', rights, t.relname, role_name);
  end loop;
  execute format('grant usage, select on all sequences in schema ordo to %I', role_name);
  execute format('grant execute on all functions in schema ordo to %I', role_name);
  execute format('revoke execute on function ordo.grant_runtime(text), ordo.protect_tenant_tables() from %I', role_name);
end $$;

select ordo.protect_tenant_tables();
