-- What follows a commit: leases, outbox consumers, work that failed, webhooks.

-- The right to do one kind of work of one tenant. The fence grows with every new holder, and every write that
-- the work protects names it: a holder that slept through its time changes nothing when it wakes.
create table ordo.lease (
  tenant_id int not null references ordo.tenant,
  name text not null,
  holder text not null,
  fence bigint not null check (fence > 0),
  expires_at timestamptz not null,
  primary key (tenant_id, name)
) with (fillfactor = 50);

-- How far a reader of the event log has come. begun_until is the end of the batch in hand; a new holder that finds
-- it ahead of position knows that the one before it died at work, and counts that in crashes.
create table ordo.consumer (
  tenant_id int not null references ordo.tenant,
  name text not null,
  position bigint not null default 0 check (position >= 0),
  fence bigint not null,
  begun_until bigint not null default 0,
  crashes smallint not null default 0,
  primary key (tenant_id, name)
) with (fillfactor = 50);

-- Events whose next work failed: tried again with growing pauses, then parked for a person.
create table ordo.failed_work (
  tenant_id int not null references ordo.tenant,
  id uuid not null default gen_random_uuid(),
  consumer text not null,
  position bigint not null,
  attempts smallint not null check (attempts >= 0),
  state text not null check (state in ('retrying', 'parked')),
  error text not null,
  next_attempt_at timestamptz,
  failed_at timestamptz not null default now(),
  primary key (tenant_id, id),
  check ((state = 'retrying') = (next_attempt_at is not null))
);
create unique index failed_work_event on ordo.failed_work (tenant_id, consumer, position);

-- The secret is kept readable because every message is signed with it; no answer and no log shows it again.
create table ordo.webhook_subscription (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  url text not null,
  description text not null,
  types text[],
  status text not null default 'active' check (status in ('active', 'paused', 'disabled')),
  status_reason text,
  secret text not null,
  previous_secret text,
  previous_secret_until timestamptz,
  -- Events up to here were there before the subscription; a replay brings them.
  start_position bigint not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);

-- One message to one subscription. A test message tells of no event; its position only places it in the list.
create table ordo.webhook_delivery (
  tenant_id int not null,
  id uuid not null default gen_random_uuid(),
  subscription_id uuid not null,
  kind text not null default 'event' check (kind in ('event', 'test')),
  position bigint not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  attempts smallint not null default 0,
  next_attempt_at timestamptz default now(),
  -- Failures are repeated until then; counted from the first attempt, so a paused subscription loses nothing.
  retry_until timestamptz,
  fence bigint not null default 0,
  claimed_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references ordo.webhook_subscription on delete cascade,
  check ((state = 'pending') = (next_attempt_at is not null))
) with (fillfactor = 80);
create unique index webhook_delivery_event on ordo.webhook_delivery (tenant_id, subscription_id, position) where kind = 'event';
create index webhook_delivery_due on ordo.webhook_delivery (tenant_id, subscription_id, next_attempt_at, position) where state = 'pending';
create index webhook_delivery_list on ordo.webhook_delivery (tenant_id, subscription_id, position, id);
create index webhook_delivery_dead on ordo.webhook_delivery (tenant_id) where state = 'dead';
create index webhook_delivery_age on ordo.webhook_delivery (tenant_id, created_at);

create table ordo.webhook_attempt (
  tenant_id int not null,
  delivery_id uuid not null,
  attempt_no smallint not null check (attempt_no > 0),
  at timestamptz not null default now(),
  duration_ms int not null check (duration_ms >= 0),
  status smallint,
  excerpt text check (octet_length(excerpt) <= 1024),
  error text,
  primary key (tenant_id, delivery_id, attempt_no),
  foreign key (tenant_id, delivery_id) references ordo.webhook_delivery on delete cascade
);

-- Workers serve every tenant, so they need the list before a tenant is set; a number is all they learn.
create function ordo.list_tenants() returns setof int language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$ select tenant_id from ordo.tenant order by tenant_id $$;
create policy owner_manages on ordo.tenant to current_user using (true) with check (true);

-- Decisions written before their month had a partition lie in the default one and keep that month's partition from
-- being made: they stay there, and the other months go on.
create or replace function ordo.prepare_decision_partitions() returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare
  month date;
  old record;
begin
  foreach month in array array[date_trunc('month', now())::date, (date_trunc('month', now()) + interval '1 month')::date] loop
    if to_regclass(format('ordo.routing_decision_%s', to_char(month, 'YYYYMM'))) is null then
      begin
        execute format('create table ordo.routing_decision_%s partition of ordo.routing_decision for values from (%L) to (%L)',
          to_char(month, 'YYYYMM'), month::timestamptz, (month + interval '1 month')::timestamptz);
      exception when check_violation then null;
      end;
    end if;
  end loop;
  perform ordo.protect_tenant_tables();
  for old in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'ordo.routing_decision'::regclass and c.relname ~ '_[0-9]{6}$'
      and to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' < now() - interval '180 days' loop
    execute format('drop table ordo.%I', old.relname);
  end loop;
end $$;

revoke execute on all functions in schema ordo from public;

select ordo.protect_tenant_tables();
