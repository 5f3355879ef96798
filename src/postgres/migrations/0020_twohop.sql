-- What customs ask of goods, and what customs territories take of them or forbid.

alter table ordo.item
  add column hs_code text check (hs_code ~ '^\d{6,12}$'),
  add column country_of_origin text;

alter table ordo.shipping_fact drop constraint shipping_fact_kind_check;
alter table ordo.shipping_fact add constraint shipping_fact_kind_check check (
  kind in ('calendar', 'carrier_service', 'rate_card', 'package_type', 'exchange_rates', 'customs_territory', 'duty_rates', 'export_restriction'));
