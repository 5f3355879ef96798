-- Channels that are told that an order was taken in, and work of each kind claimed by itself.

-- Whether the channel is told that an order was taken in.
alter table ordo.connection add column acknowledge boolean not null default false;

alter table ordo.channel_call drop constraint channel_call_kind_check;
alter table ordo.channel_call add constraint channel_call_kind_check check (kind in ('acknowledge', 'fulfil', 'cancel', 'stock'));

-- A large change of stock keeps no fulfilment from being found.
drop index ordo.channel_call_due;
create index channel_call_due on ordo.channel_call (tenant_id, connection_id, kind, next_attempt_at) where state = 'pending';
create index channel_call_order on ordo.channel_call (tenant_id, order_id, id) where order_id is not null;
