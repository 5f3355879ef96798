-- Orders whose release waits for others of the same customer, until when at the latest.
create table ordo.merge_wait (
  tenant_id int not null,
  order_id uuid not null,
  until timestamptz not null,
  primary key (tenant_id, order_id),
  foreign key (tenant_id, order_id) references ordo.sales_order on delete cascade
);
create index merge_wait_until on ordo.merge_wait (tenant_id, until, order_id);

select ordo.protect_tenant_tables();
