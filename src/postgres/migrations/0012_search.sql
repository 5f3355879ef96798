-- Searching orders by anything: one row of words an order, fed from the log after the commit. Words are made by the program
-- (src/domain/order/search): letters and digits only, behind the tenant's number, an s, the number of the order's segment and
-- one letter for the kind of word (f and r; p and q are words of a person).

create table ordo.order_search (
  tenant_id int not null,
  order_id uuid not null,
  -- Set by the erasure of the order's contact, in the same commit: words of a person are not kept any more.
  erased boolean not null default false,
  words tsvector not null,
  primary key (tenant_id, order_id)
);
-- Without a list of pending words, which every look-up in every segment would have to read.
create index order_search_words on ordo.order_search using gin (words) with (fastupdate = off);

-- Orders in spans of some thousands, by id and so by time: segment n holds the ids from its own start to that of segment n + 1.
-- The newest matches are found segment by segment, so neither a word of every order nor the beginning of every word costs more
-- than one span, and new orders are written close together.
create table ordo.order_search_segment (
  tenant_id int not null,
  segment int not null,
  from_order_id uuid not null,
  primary key (tenant_id, segment)
);

-- One row for each tenant, held by whoever writes words.
create table ordo.order_search_state (
  tenant_id int primary key,
  -- Orders that were fed since the latest segment began.
  fed int not null default 0,
  -- How far a rebuild has come; null where none is under way.
  rebuilt_orders bigint,
  rebuilt_until uuid
);

create function ordo.words_without_person(words tsvector) returns tsvector language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp
  as $$ select ts_delete(words, array(select w from unnest(tsvector_to_array(words)) w where w ~ '^[0-9]+s[0-9]+[pq]')) $$;

-- Whoever erases a contact erases what it was found by. The row stands in for one that is about to be fed from what was
-- read before the erasure.
create function ordo.forget_searched_person() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  insert into ordo.order_search as s (tenant_id, order_id, erased, words) values (new.tenant_id, new.order_id, true, '')
  on conflict (tenant_id, order_id) do update set erased = true, words = ordo.words_without_person(s.words);
  return null;
end $$;
create trigger forget_searched_person after update on ordo.order_contact for each row
  when (new.data is null or new.erased_hash is not null) execute function ordo.forget_searched_person();

-- A match of words is not leakproof, so under a policy no index serves it: the tables' owner looks, for the session's tenant
-- only, and puts the tenant into every word (@ stands for tenant and segment). Always by the index of words: a walk from the
-- newest order on would read everything for a word that is rare.
create function ordo.search_orders(query text, before uuid, most int) returns setof uuid
  language plpgsql stable security definer rows 100
  set search_path = pg_catalog, pg_temp set enable_indexscan = off set enable_seqscan = off as $$
declare
  tenant int := ordo.current_tenant();
  part int;
  missing int := most;
  got int;
begin
  for part in select g.segment from ordo.order_search_segment g
    where g.tenant_id = tenant and (before is null or g.from_order_id < before) order by g.segment desc loop
    return query select s.order_id from ordo.order_search s
      where s.tenant_id = tenant and s.words @@ replace(query, '@', tenant || 's' || part)::tsquery and (before is null or s.order_id < before)
      order by s.order_id desc limit missing;
    get diagnostics got = row_count;
    missing := missing - got;
    exit when missing <= 0;
  end loop;
end $$;

revoke execute on all functions in schema ordo from public;

select ordo.protect_tenant_tables();
create policy owner_search on ordo.order_search for select to current_user using (true);
