-- Orders of which no node was told yet are looked at again where their strategy says so.
create index shipment_planned on ordo.shipment (tenant_id, order_id) where status = 'PLANNED';
