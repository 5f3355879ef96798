-- Messages about what a person did and can take back wait a while, and with them those that follow about the same order. Where it is taken
-- back before a sender claimed the message, neither the deed nor its taking back is sent.
alter table ordo.webhook_delivery
  add column order_id uuid,
  add column waits_until timestamptz,
  -- Position of the event that this one was taken back by, or took back.
  add column withdrawn_with bigint,
  drop constraint webhook_delivery_state_check,
  add constraint webhook_delivery_state_check check (state in ('pending', 'delivered', 'dead', 'withdrawn')),
  add constraint webhook_delivery_withdrawn_check check ((state = 'withdrawn') = (withdrawn_with is not null));

-- What waits: nearly always nothing. Whether it is claimed is no part of it, or each claim of any delivery would have to write every index anew.
create index webhook_delivery_waits on ordo.webhook_delivery (tenant_id, order_id) where state = 'pending' and waits_until is not null;
