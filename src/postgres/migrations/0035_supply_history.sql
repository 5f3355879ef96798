-- What became of announced goods is found by the document, or the supply, that the event names.
create index event_supply on ordo.event (tenant_id, (coalesce(data ->> 'supply_order', data ->> 'supply')), "position")
  where type in ('SupplyOrderCreated', 'SupplyCreated', 'SupplyShipped', 'SupplyChanged', 'SupplyDiscrepancy', 'StockReceived');

-- Places that owe units: few among all stock.
create index stock_owing on ordo.stock (tenant_id, item_id, node_id) where short > 0;
