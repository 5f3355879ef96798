-- A tenant that was filled with a demonstration: how far its clock was moved on, and when it was emptied, so that nothing fills it again.
create table ordo.sandbox (
  tenant_id int primary key references ordo.tenant,
  clock_offset_ms bigint not null default 0 check (clock_offset_ms between 0 and 31622400000),
  began_at timestamptz not null,
  wiped_at timestamptz
);

-- What a wipe leaves: people and how they sign in, keys, what they keep for themselves, and what tells one state from the next.
create function ordo.kept_by_a_wipe() returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array['tenant', 'sandbox', 'app_user', 'user_password', 'user_totp', 'user_recovery_code', 'user_passkey', 'user_identity', 'sign_in_challenge', 'browser_token', 'sign_in_try', 'api_key', 'saved_view',
    'event_counter', 'fact_version', 'consumer', 'lease', 'order_search_state', 'report_state']
$$;

-- Empties the tenant of a demonstration; of any other it is refused. The runtime role may not call it: ledgers are append-only to it.
create function ordo.wipe_demonstration(tenant int) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  t text;
  before int;
  emptied text[];
begin
  perform set_config('ordo.tenant_id', tenant::text, true);
  set local lock_timeout = '15s';
  select array_agg(c.relname::text order by c.relname) into emptied from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'ordo'
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all(ordo.kept_by_a_wipe());
  -- Whoever writes waits until it is over, and finds nothing then.
  foreach t in array emptied loop execute format('lock table ordo.%I in exclusive mode', t); end loop;
  if not exists (select from ordo.sandbox s where s.tenant_id = tenant and s.wiped_at is null for update) then raise exception 'tenant % is no demonstration', tenant; end if;
  alter table ordo.routing_strategy_version disable trigger keep_published_strategy;
  -- What others refer to goes after them, whatever the order of their names.
  while cardinality(emptied) > 0 loop
    before := cardinality(emptied);
    foreach t in array emptied loop
      begin
        execute format('delete from ordo.%I where tenant_id = $1', t) using tenant;
        emptied := array_remove(emptied, t);
      exception when foreign_key_violation then null;
      end;
    end loop;
    if cardinality(emptied) = before then raise exception 'tables that refer to each other: %', emptied; end if;
  end loop;
  alter table ordo.routing_strategy_version enable trigger keep_published_strategy;
  -- The log begins anew, and so do its readers; whoever is in the middle of something loses the lease that it is done under.
  update ordo.event_counter c set position = 0 where c.tenant_id = tenant;
  update ordo.consumer c set position = 0, begun_until = 0, fence = fence + 1 where c.tenant_id = tenant;
  update ordo.lease l set expires_at = clock_timestamp(), fence = fence + 1 where l.tenant_id = tenant;
  update ordo.fact_version set version = version + 1 where tenant_id = tenant;
  update ordo.sandbox s set wiped_at = clock_timestamp(), clock_offset_ms = 0 where s.tenant_id = tenant;
end $$;
revoke execute on function ordo.wipe_demonstration(int), ordo.kept_by_a_wipe() from public;

select ordo.protect_tenant_tables();
