-- Drafts of strategies beside which live decisions are looked at again: what they would have made of orders that came in since, in sums.
-- One of each strategy; deleted 30 days after it ended, or when the next one begins.
create table ordo.routing_shadow (
  tenant_id int not null,
  code text not null,
  id uuid not null,
  -- The draft as it was then: what becomes of it later changes nothing here.
  version int not null,
  revision int not null,
  groups json not null,
  -- The channel that is to go by it, whatever it goes by; null for those that go by the strategy.
  channel_id uuid,
  channel_code text,
  actor text not null,
  -- Base currency of the costs.
  currency text,
  started_at timestamptz not null,
  -- Events after this one count.
  start_position bigint not null,
  ended_at timestamptz,
  compared bigint not null default 0,
  left_out bigint not null default 0,
  moved bigint not null default 0,
  live_split bigint not null default 0,
  draft_split bigint not null default 0,
  live_late bigint not null default 0,
  draft_late bigint not null default 0,
  live_unplaced bigint not null default 0,
  draft_unplaced bigint not null default 0,
  -- Orders that both sides place whole and weigh the cost of, and these costs in micro-units.
  costed bigint not null default 0,
  live_cost_micros bigint not null default 0,
  draft_cost_micros bigint not null default 0,
  primary key (tenant_id, code),
  foreign key (tenant_id, code) references ordo.routing_strategy
);

-- Orders that would have gone elsewhere: the newest of them, numbered in the order in which they were looked at.
create table ordo.routing_shadow_order (
  tenant_id int not null,
  code text not null,
  row_no bigint not null,
  document json not null,
  primary key (tenant_id, code, row_no),
  foreign key (tenant_id, code) references ordo.routing_shadow on delete cascade
);

select ordo.protect_tenant_tables();
