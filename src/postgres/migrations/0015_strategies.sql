-- Routing strategies: what people write, publish from a time on, and go back to.

-- Code of the strategy that routes a channel's orders; null for the channel's own policy.
alter table ordo.channel add column strategy text;

create table ordo.routing_strategy (
  tenant_id int not null references ordo.tenant,
  code text not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, code)
);

-- At any time at most one version of a strategy holds: from valid_from until valid_to.
create table ordo.routing_strategy_version (
  tenant_id int not null,
  code text not null,
  version int not null check (version > 0),
  -- Counts the changes of a draft: who publishes it says which of them they saw.
  revision int not null check (revision > 0),
  groups json not null,
  note text,
  author text not null,
  created_at timestamptz not null,
  -- Null, like valid_from, while it is a draft.
  published_at timestamptz,
  published_by text,
  valid_from timestamptz,
  -- Where it equals valid_from, another version took its place before it held.
  valid_to timestamptz not null default 'infinity',
  primary key (tenant_id, code, version),
  foreign key (tenant_id, code) references ordo.routing_strategy,
  check ((published_at is null) = (valid_from is null) and (published_at is null) = (published_by is null)),
  check (valid_from <= valid_to)
);
create unique index routing_strategy_version_draft on ordo.routing_strategy_version (tenant_id, code) where published_at is null;
create index routing_strategy_version_valid on ordo.routing_strategy_version (tenant_id, code, valid_from) where published_at is not null;

-- What was published is what orders were routed by: only its end may still be told.
create function ordo.keep_published_strategy() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.published_at is null then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or (new.version, new.revision, new.groups::text, new.author, new.created_at, new.published_at, new.published_by, new.valid_from) is distinct from
    (old.version, old.revision, old.groups::text, old.author, old.created_at, old.published_at, old.published_by, old.valid_from) or new.note is distinct from old.note then
    raise exception 'version % of strategy % was published and stays as it is', old.version, old.code;
  end if;
  return new;
end $$;
create trigger keep_published_strategy before update or delete on ordo.routing_strategy_version
  for each row execute function ordo.keep_published_strategy();
revoke execute on function ordo.keep_published_strategy() from public;

select ordo.protect_tenant_tables();
