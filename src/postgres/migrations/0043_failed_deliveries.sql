-- What failed since a time is found by its subscription and age. Whoever counts what is given up reads the same index by its first column.
drop index ordo.webhook_delivery_dead;
create index webhook_delivery_dead on ordo.webhook_delivery (tenant_id, subscription_id, created_at) where state = 'dead';
