-- What people who work on orders keep beside them. None of it is written when an order is captured.

-- A list as somebody wants to see it again. The query is the search string of the screen's address, kept as it is: one that names what is gone can be mended.
create table ordo.saved_view (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  owner text not null,
  screen text not null,
  name text not null,
  query text not null,
  columns text[],
  shared boolean not null,
  position int not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index saved_view_screen on ordo.saved_view (tenant_id, screen, position, id);

-- One row for each order that somebody tagged or assigned: it is locked while its tags change.
create table ordo.order_desk (
  tenant_id int not null,
  order_id uuid not null,
  assignee text,
  version int not null default 1,
  primary key (tenant_id, order_id),
  foreign key (tenant_id, order_id) references ordo.sales_order on delete cascade
);
create index order_desk_assignee on ordo.order_desk (tenant_id, assignee, order_id) where assignee is not null;

create table ordo.order_tag (
  tenant_id int not null,
  tag text not null,
  order_id uuid not null,
  primary key (tenant_id, tag, order_id),
  foreign key (tenant_id, order_id) references ordo.order_desk on delete cascade
);
create index order_tag_order on ordo.order_tag (tenant_id, order_id, tag);

create table ordo.order_note (
  tenant_id int not null,
  id uuid not null,
  order_id uuid not null,
  author text not null,
  mentions text[] not null,
  written_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, order_id) references ordo.sales_order on delete cascade
);
create index order_note_order on ordo.order_note (tenant_id, order_id, id);
-- What a note says may be about a person, so it can be erased without the note.
create table ordo.order_note_body (
  tenant_id int not null,
  note_id uuid not null,
  order_id uuid not null,
  text text not null,
  primary key (tenant_id, note_id),
  foreign key (tenant_id, note_id) references ordo.order_note on delete cascade
);
create index order_note_body_order on ordo.order_note_body (tenant_id, order_id);
create table ordo.note_mention (
  tenant_id int not null,
  person text not null,
  note_id uuid not null,
  unread boolean not null default true,
  primary key (tenant_id, person, unread, note_id),
  foreign key (tenant_id, note_id) references ordo.order_note on delete cascade
);
create index note_mention_note on ordo.note_mention (tenant_id, note_id);

create function ordo.erase_notes() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from ordo.order_note_body b where b.tenant_id = old.tenant_id and b.order_id = old.order_id;
  return null;
end $$;
create trigger contact_erased_notes after update of data on ordo.order_contact for each row when (new.data is null) execute function ordo.erase_notes();
create trigger contact_deleted_notes after delete on ordo.order_contact for each row execute function ordo.erase_notes();
revoke execute on function ordo.erase_notes() from public;

-- Orders with a date to keep, the next due first. Only orders that have one are in it. (Under a policy no index serves coalesce.)
create index order_deadline_due on ordo.order_deadline (tenant_id, (case when due_at is null then ship_by else due_at end), order_id) where open and case when due_at is null then ship_by else due_at end is not null;

-- One action over many orders. The filter says which until they are found, and is forgotten then: it may name a person.
create table ordo.order_action (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  request json not null,
  filter json,
  dry_run boolean not null,
  actor text not null,
  state text not null check (state in ('finding', 'running', 'done', 'failed', 'cancelled')),
  total int not null default 0,
  changed int not null default 0,
  skipped int not null default 0,
  failed int not null default 0,
  -- By code: how many, and some of them.
  reasons json not null default '{}',
  created_at timestamptz not null,
  started_at timestamptz,
  progressed_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id)
);
create index order_action_open on ordo.order_action (tenant_id, id) where state in ('finding', 'running');
create table ordo.order_action_order (
  tenant_id int not null,
  action_id uuid not null,
  order_id uuid not null,
  result text check (result in ('changed', 'skipped', 'failed')),
  code text,
  detail text,
  primary key (tenant_id, action_id, order_id),
  foreign key (tenant_id, action_id) references ordo.order_action on delete cascade
);
create index order_action_order_left on ordo.order_action_order (tenant_id, action_id, order_id) where result is null;
create index order_action_order_not on ordo.order_action_order (tenant_id, action_id, order_id) where result in ('skipped', 'failed');

select ordo.protect_tenant_tables();
