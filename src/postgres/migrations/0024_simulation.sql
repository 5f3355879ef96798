-- Questions about the past: what other rules would have made of the orders of a time, and what came of asking. Deleted 30 days after
-- they ended.
create table ordo.routing_simulation (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  -- What was asked, with the groups of the strategy as they were then.
  question json not null,
  actor text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  orders_total bigint,
  orders_done bigint not null default 0,
  -- Runs begun: one that is interrupted begins again.
  attempts smallint not null default 0,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  report json,
  problem json,
  primary key (tenant_id, id)
);
create index routing_simulation_open on ordo.routing_simulation (tenant_id, id) where state in ('waiting', 'running');

-- Orders that went elsewhere, in the order in which they came in.
create table ordo.routing_simulation_order (
  tenant_id int not null,
  simulation_id uuid not null,
  row_no int not null,
  document json not null,
  primary key (tenant_id, simulation_id, row_no),
  foreign key (tenant_id, simulation_id) references ordo.routing_simulation on delete cascade
);

select ordo.protect_tenant_tables();
