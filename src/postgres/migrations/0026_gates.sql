-- Which of the orders that wait at a gate still get a time by it, and which time the next of them gets: orders that come after
-- the gate was set take theirs from next_at, behind all of these.
alter table ordo.channel_gate add column redate_through uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff';
alter table ordo.channel_gate add column redate_at timestamptz not null default now();
