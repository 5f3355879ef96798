-- What a shipment has claimed of its node's capacity: one order and these units, on a day and, where the node has limits by the
-- hour, in an hour of it. -1 is the day as a whole.
alter table ordo.shipment
  add column capacity_date date,
  add column capacity_hour smallint check (capacity_hour between -1 and 23),
  add column capacity_units bigint check (capacity_units > 0),
  add constraint shipment_capacity_is_whole check (num_nulls(capacity_date, capacity_hour, capacity_units) in (0, 3));

-- The sums of these claims, by day (hour -1) and by hour.
create table ordo.node_capacity (
  tenant_id int not null references ordo.tenant,
  node_id uuid not null,
  ship_date date not null,
  hour smallint not null check (hour between -1 and 23),
  orders bigint not null default 0 check (orders >= 0),
  units bigint not null default 0 check (units >= 0),
  primary key (tenant_id, node_id, ship_date, hour)
) with (fillfactor = 70);

select ordo.protect_tenant_tables();
