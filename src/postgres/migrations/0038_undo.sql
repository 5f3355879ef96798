-- How a change came about, beside who made it: the request that it was asked with, and what it came through where the actor does not say,
-- which is 'cli' as the client claimed, or the public id of the job that made it.
alter table ordo.event add column request text, add column via text;

-- The same in one word. A key's or person's id names itself; parts of the program have names of their own.
create function ordo.way_of(actor text, via text) returns text language sql immutable parallel safe as $$
  select case when via = 'cli' then 'cli' when via is not null then 'job' when actor like 'key\_%' then 'api_key' when actor like 'usr\_%' then 'person'
    when actor in ('journey', 'sweeper', 'promise-watch') then 'worker' when actor in ('channel', 'inbox') then 'channel' else 'program' end
$$;

-- The request that asked for an action over many orders, and the action that took it back.
alter table ordo.order_action add column request_id text, add column undone_by uuid;

-- The change that left an entry as it is, and how the entry was before it: what takes the change back finds by it only what nobody has changed since.
alter table ordo.desk_item add column change uuid, add column owner_before text, add column snoozed_before timestamptz;
