-- What routing reads about getting goods from nodes to customers: calendars, carriers' services with their lanes, rate cards,
-- package types and exchange rates. Few, read whole and kept in memory, so each version is one document.

create table ordo.shipping_fact (
  tenant_id int not null references ordo.tenant,
  kind text not null check (kind in ('calendar', 'carrier_service', 'rate_card', 'package_type', 'exchange_rates')),
  -- A service is named "carrier/service".
  code text not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  document json not null,
  primary key (tenant_id, kind, code, valid_from),
  check (valid_from < valid_to)
);

select ordo.protect_tenant_tables();
