-- Erasing a customer and wiping a demonstration beside live work.

-- Where the log ended when a customer was erased. Clocks of processes differ: an order that stands before it was there before the erasure, whatever its time says.
alter table ordo.customer add column erased_position bigint;

-- As before, and after whoever has begun.
create or replace function ordo.wipe_demonstration(tenant int) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
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
  -- Whoever has read facts, events or a lease goes first, and whoever comes later begins anew and finds nothing: otherwise an order that was
  -- decided before would be written afterwards, of goods and nodes that are gone.
  lock table ordo.fact_version in access exclusive mode;
  perform from ordo.consumer c where c.tenant_id = tenant order by c.name for update;
  perform from ordo.lease l where l.tenant_id = tenant order by l.name for update;
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
