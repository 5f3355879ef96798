-- One order of locks for what is personal: the contact, then its order's mails, then their bodies and traces.

-- Mails come before their bodies, as whoever forgets old mails has them.
create or replace function ordo.erase_mails() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform from ordo.mail m where m.tenant_id = old.tenant_id and m.order_id = old.order_id order by m.id for no key update;
  delete from ordo.mail_body b where b.tenant_id = old.tenant_id and b.order_id = old.order_id;
  update ordo.mail m set state = 'refused', note = 'The contact of the order was erased.', finished_at = now(), fence = m.fence + 1
    where m.tenant_id = old.tenant_id and m.order_id = old.order_id and m.state in ('waiting', 'ready', 'sending');
  return null;
end $$;

-- Slots in which customers collect are counted beside days and hours: from 24 on, by the minutes from the day's beginning to theirs.
alter table ordo.node_capacity drop constraint node_capacity_hour_check, add constraint node_capacity_hour_check check (hour between -1 and 1600);

-- Of orders that wait at a gate, the channel whose gate it is, so that who is due there is found among nobody else. Rows of all tenants are filled in once.
alter table ordo.hold add column channel_id uuid;
alter table ordo.hold no force row level security;
alter table ordo.sales_order no force row level security;
update ordo.hold h set channel_id = o.channel_id from ordo.sales_order o
  where h.kind = 'CHANNEL_PAUSED' and h.released_at is null and o.tenant_id = h.tenant_id and o.id = h.order_id;
alter table ordo.hold force row level security;
alter table ordo.sales_order force row level security;
create index hold_gate on ordo.hold (tenant_id, channel_id, due_at, order_id) where released_at is null and channel_id is not null;
