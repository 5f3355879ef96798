-- Which of the orders that wait at a gate still get a time by it, and which time the next of them gets: orders that come after
-- the gate was set take theirs from next_at, behind all of these.
alter table ordo.channel_gate add column redate_through uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff';
alter table ordo.channel_gate add column redate_at timestamptz not null default now();

-- Orders that are to be looked at before their next look, because facts changed: after those whose time has come, the nearest first.
alter table ordo.order_deadline add column look_again boolean not null default false;
drop index ordo.order_deadline_look;
create index order_deadline_look on ordo.order_deadline (tenant_id, look_again, next_look_at) where next_look_at is not null;
