-- Price lists: what goods should cost, for whom, and since when.

-- How a channel's prices are compared with them; null where they are not.
alter table ordo.channel add column price_check json;

create table ordo.price_list (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  code text not null,
  name text not null,
  currency text not null,
  tax_included boolean not null,
  -- Codes of the channels it serves; null for all.
  channels text[],
  -- Empty for every customer.
  customer_class text not null,
  primary key (tenant_id, id)
);
create unique index price_list_code on ordo.price_list (tenant_id, code);
create index price_list_class on ordo.price_list (tenant_id, customer_class, currency, tax_included);

-- Prices of one name and different beginnings may overlap: the one that began last counts.
create table ordo.price_list_entry (
  tenant_id int not null,
  price_list_id uuid not null,
  item_id uuid not null,
  -- Empty for the base unit.
  unit text not null,
  -- In counted units.
  minimum_quantity bigint not null check (minimum_quantity >= 0),
  valid_from timestamptz not null,
  -- Where it equals valid_from, the price was withdrawn.
  valid_to timestamptz not null default 'infinity',
  unit_price numeric(18, 6) not null check (unit_price >= 0),
  primary key (tenant_id, price_list_id, item_id, unit, minimum_quantity, valid_from),
  foreign key (tenant_id, price_list_id) references ordo.price_list,
  check (valid_from <= valid_to)
);

select ordo.protect_tenant_tables();
