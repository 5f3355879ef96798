-- Four ways to search orders by words, side by side: a table of tokens (btree), one tsvector an order (GIN), the same with
-- words that carry the number of a segment of 20,000 orders, one text an order (GIN of trigrams). Run on a scratch database: psql -v orders=1000000 -f bench/search-designs.sql URL
\set ON_ERROR_STOP on
\timing on
set synchronous_commit = off;
set jit = off;
set max_parallel_workers_per_gather = 0;
create schema designs;
set search_path = designs, public;
create extension if not exists pg_trgm;

-- What an order can be found by, as the domain makes it: about thirty words. One SKU is in a tenth of all orders.
create unlogged table doc as
select n, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
  array['f' || n, 'r' || reverse(n::text), 'f' || ext, 'r' || reverse(ext), 'p' || first, 'p' || last, 'p' || first || last || n % 50000 || 'mail' || n % 300 || 'com', 'p' || last || n % 50000 || 'mail' || n % 300 || 'com',
    'pmail' || n % 300 || 'com', 'p' || phone, 'q' || reverse(phone), 'f' || a, 'f' || b, 'f' || c, 'f' || track, 'r' || reverse(track), 'p' || 10000 + n::bigint * 7919 % 90000, 'ptown' || n * 31 % 1000,
    'f' || t1, 'f' || t2, 'f' || t3, 'f' || t4, 'f' || t5, 'f' || t6] as words,
  concat_ws(E'\n', n, ext, first || ' ' || last, first || '.' || last || n % 50000 || '@mail' || n % 300 || '.com', '+' || phone, a, b, c, track, 10000 + n::bigint * 7919 % 90000, 'town' || n * 31 % 1000, t1 || ' ' || t2, t3 || ' ' || t4, t5 || ' ' || t6) as body
from (select n, left(md5(n::text), 12) as ext, 'first' || floor(500 * power(random(), 2))::int as first, 'last' || floor(5000 * power(random(), 2))::int as last,
    '49' || (100000000 + n::bigint * 7919 % 899999999) as phone, case when n % 10 = 0 then 'sku00077' else 'sku' || lpad((n * 31 % 10000)::text, 5, '0') end as a,
    'sku' || lpad((n::bigint * 7919 % 10000)::text, 5, '0') as b, 'sku' || lpad((n::bigint * 104729 % 10000)::text, 5, '0') as c, '1z' || upper(left(md5('t' || n), 14)) as track,
    'title' || n % 500 as t1, 'title' || n * 3 % 700 as t2, 'title' || n * 7 % 900 as t3, 'title' || n % 300 as t4, 'title' || n * 11 % 200 as t5, 'title' || n % 1000 as t6
  from generate_series(1, :orders) n) as made;
create index on doc (n);
analyze doc;

\echo == tokens: filled in batches of 500 orders
create table token (tenant_id int, word text collate "C", order_id uuid, primary key (tenant_id, word, order_id));
create index token_order on token (tenant_id, order_id);
do $$ declare top int := (select max(n) from doc); begin
  for i in 0..top / 500 loop insert into token select distinct 1, w, id from doc cross join unnest(words) w where n > i * 500 and n <= i * 500 + 500; commit; end loop; end $$;
\echo == vectors: filled in batches of 500 orders
create table vector (tenant_id int, order_id uuid, words tsvector, primary key (tenant_id, order_id)) with (toast_tuple_target = 128);
alter table vector alter words set storage external;
create index vector_words on vector using gin (words) with (fastupdate = :fastupdate);
do $$ declare top int := (select max(n) from doc); begin
  for i in 0..top / 500 loop insert into vector select 1, id, array_to_tsvector(array(select '1' || w from unnest(words) w)) from doc where n > i * 500 and n <= i * 500 + 500; commit; end loop; end $$;
\echo == segments: filled in batches of 500 orders
create table segment (tenant_id int, order_id uuid, words tsvector, primary key (tenant_id, order_id));
create index segment_words on segment using gin (words) with (fastupdate = :fastupdate);
do $$ declare top int := (select max(n) from doc); begin
  for i in 0..top / 500 loop insert into segment select 1, id, array_to_tsvector(array(select '1s' || n / 20000 || w from unnest(words) w)) from doc where n > i * 500 and n <= i * 500 + 500; commit; end loop; end $$;
\echo == trigrams: filled in batches of 500 orders
create table body (tenant_id int, order_id uuid, body text, primary key (tenant_id, order_id));
create index body_trigrams on body using gin (body gin_trgm_ops);
do $$ declare top int := (select max(n) from doc); begin
  for i in 0..top / 500 loop insert into body select 1, id, body from doc where n > i * 500 and n <= i * 500 + 500; commit; end loop; end $$;
vacuum analyze token;
vacuum analyze vector;
vacuum analyze segment;
vacuum analyze body;
select c as design, pg_size_pretty(pg_total_relation_size(c)) as total, pg_total_relation_size(c) / :orders as bytes_per_order, pg_indexes_size(c) / :orders as index_bytes_per_order
  from unnest(array['token', 'vector', 'segment', 'body']::regclass[]) c;

-- The newest fifty of: a number, an e-mail address, the end of a phone number, a common name, a rare name, the SKU of a tenth
-- of all orders, two common words, a short beginning, nothing. Each runs twice; the second time counts.
set enable_seqscan = off;
create function tokens(variadic words text[]) returns setof uuid language plpgsql stable as $$ declare q text; begin
  -- The first word leads: where it is whole, in the order of the index; else all of its range is read and sorted.
  q := format('select order_id from token t where tenant_id = 1 and %s', case when words[1] like '%*' then format('word >= %L and word < %L', rtrim(words[1], '*'), rtrim(words[1], '*') || U&'\FFFF') else format('word = %L', words[1]) end);
  for i in 2..cardinality(words) loop q := q || format(' and exists (select from token o where o.tenant_id = 1 and o.word = %L and o.order_id = t.order_id)', words[i]); end loop;
  return query execute q || ' order by order_id desc limit 50';
end $$;
create function vectors(query tsquery) returns setof uuid language sql stable set enable_indexscan = off
  as $$ select order_id from vector where tenant_id = 1 and words @@ query order by order_id desc limit 50 $$;
create table parts as select max(n) / 20000 as latest from doc;
create function segments(query text) returns setof uuid language plpgsql stable set enable_indexscan = off as $$ declare missing int := 50; n int; begin
  for part in reverse (select latest from parts)..0 loop
    return query select order_id from segment where tenant_id = 1 and words @@ replace(query, '@', '1s' || part)::tsquery order by order_id desc limit missing;
    get diagnostics n = row_count;
    missing := missing - n;
    exit when missing <= 0;
  end loop;
end $$;
create function bodies(one text, two text) returns setof uuid language plpgsql stable set enable_indexscan = off
  as $$ begin return query execute 'select order_id from body where tenant_id = 1 and body ilike $1 and body ilike $2 order by order_id desc limit 50' using '%' || one || '%', '%' || two || '%'; end $$;
\echo == number
select count(*) from tokens('f777777'); select count(*) from tokens('f777777');
select count(*) from vectors('1f777777:*'); select count(*) from vectors('1f777777:*');
select count(*) from segments('@f777777:*'); select count(*) from segments('@f777777:*');
select count(*) from bodies('777777', ''); select count(*) from bodies('777777', '');
\echo == end of a phone number
select count(*) from tokens('q' || reverse('0077919') || '*'); select count(*) from tokens('q' || reverse('0077919') || '*');
select count(*) from vectors(('1q' || reverse('0077919') || ':*')::tsquery); select count(*) from vectors(('1q' || reverse('0077919') || ':*')::tsquery);
select count(*) from segments('@q' || reverse('0077919') || ':*'); select count(*) from segments('@q' || reverse('0077919') || ':*');
select count(*) from bodies('0077919', ''); select count(*) from bodies('0077919', '');
\echo == common name
select count(*) from tokens('pfirst0'); select count(*) from tokens('pfirst0');
select count(*) from vectors('1pfirst0'); select count(*) from vectors('1pfirst0');
select count(*) from segments('@pfirst0'); select count(*) from segments('@pfirst0');
select count(*) from bodies('first0', ''); select count(*) from bodies('first0', '');
\echo == rare name
select count(*) from tokens('plast4990'); select count(*) from tokens('plast4990');
select count(*) from vectors('1plast4990'); select count(*) from vectors('1plast4990');
select count(*) from segments('@plast4990'); select count(*) from segments('@plast4990');
select count(*) from bodies('last4990', ''); select count(*) from bodies('last4990', '');
\echo == SKU in a tenth of all orders
select count(*) from tokens('fsku00077'); select count(*) from tokens('fsku00077');
select count(*) from vectors('1fsku00077:*'); select count(*) from vectors('1fsku00077:*');
select count(*) from segments('@fsku00077:*'); select count(*) from segments('@fsku00077:*');
select count(*) from bodies('sku00077', ''); select count(*) from bodies('sku00077', '');
\echo == SKU in a tenth of all orders and a common name
select count(*) from tokens('fsku00077', 'pfirst0'); select count(*) from tokens('fsku00077', 'pfirst0');
select count(*) from vectors('1fsku00077 & 1pfirst0'); select count(*) from vectors('1fsku00077 & 1pfirst0');
select count(*) from segments('@fsku00077 & @pfirst0'); select count(*) from segments('@fsku00077 & @pfirst0');
select count(*) from bodies('sku00077', 'first0'); select count(*) from bodies('sku00077', 'first0');
\echo == beginning of every first name
select count(*) from tokens('pfir*'); select count(*) from tokens('pfir*');
select count(*) from vectors('1pfir:*'); select count(*) from vectors('1pfir:*');
select count(*) from segments('@pfir:*'); select count(*) from segments('@pfir:*');
select count(*) from bodies('fir', ''); select count(*) from bodies('fir', '');
\echo == nothing
select count(*) from tokens('fnobody'); select count(*) from tokens('fnobody');
select count(*) from vectors('1fnobody:*'); select count(*) from vectors('1fnobody:*');
select count(*) from segments('@fnobody:*'); select count(*) from segments('@fnobody:*');
select count(*) from bodies('nobody', ''); select count(*) from bodies('nobody', '');
