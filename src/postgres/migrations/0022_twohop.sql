-- What customs ask of goods, and what customs territories take of them or forbid.

alter table ordo.item
  add column hs_code text check (hs_code ~ '^\d{6,12}$'),
  add column country_of_origin text;

alter table ordo.shipping_fact drop constraint shipping_fact_kind_check;
alter table ordo.shipping_fact add constraint shipping_fact_kind_check check (
  kind in ('calendar', 'carrier_service', 'rate_card', 'package_type', 'exchange_rates', 'customs_territory', 'duty_rates', 'export_restriction'));

-- What is sent to a store waits there for its customer.
alter table ordo.shipment drop constraint shipment_status_check;
alter table ordo.shipment add constraint shipment_status_check check (
  status in ('PLANNED', 'RELEASED', 'ACCEPTED', 'PICKED', 'PACKED', 'SHIPPED', 'AT_STORE', 'HANDED_OVER', 'DELIVERED', 'LOST', 'RETURNED_TO_SENDER', 'CANCELLED'));
create index shipment_at_store on ordo.shipment (tenant_id, (document ->> 'to_store'), state_since) where status = 'AT_STORE';
