-- An announced version of a routing strategy can be withdrawn before it takes effect. It stays to be read, with who withdrew it, when, and why.
alter table ordo.routing_strategy_version
  add column withdrawn_at timestamptz,
  add column withdrawn_by text,
  add column withdrawn_reason text,
  add constraint routing_strategy_version_withdrawn_check check (
    (withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawn_reason is null)
    and (withdrawn_at is null or (published_at is not null and withdrawn_at < valid_from and valid_to = valid_from)));

-- As before, and what was withdrawn stays withdrawn.
create or replace function ordo.keep_published_strategy() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.published_at is null then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if old.withdrawn_at is not null then
    raise exception 'version % of strategy % was withdrawn and stays as it is', old.version, old.code;
  end if;
  if tg_op = 'DELETE' or (new.version, new.revision, new.groups::text, new.author, new.created_at, new.published_at, new.published_by, new.valid_from) is distinct from
    (old.version, old.revision, old.groups::text, old.author, old.created_at, old.published_at, old.published_by, old.valid_from) or new.note is distinct from old.note then
    raise exception 'version % of strategy % was published and stays as it is', old.version, old.code;
  end if;
  return new;
end $$;
