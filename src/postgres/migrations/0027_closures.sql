-- What an announced version of a node said before a closure closed it too: its status, and until when it was paused. Null where none did.
alter table ordo.node add column before_closing jsonb;

-- What goes to stores for its customers and has not left yet: few, of all stores together, because policies keep the store itself from being a key.
create index shipment_to_store on ordo.shipment (tenant_id, status)
  where (document ->> 'to_store') is not null and status in ('PLANNED', 'RELEASED', 'ACCEPTED', 'PICKED', 'PACKED');
