-- Mails to customers: what those of a channel are like, which are due, and the mails themselves, which can be erased.

-- A channel without a row has what the program decides: every kind of mail, or none where a connection brings its orders.
create table ordo.channel_mail (
  tenant_id int not null references ordo.tenant,
  channel_id uuid not null,
  kinds text[] not null check (kinds <@ array['confirmation', 'shipped', 'delayed', 'cancelled']),
  confirm_when text not null check (confirm_when in ('captured', 'unheld')),
  -- Sender, shop, language, look: only read whole.
  document json not null,
  primary key (tenant_id, channel_id)
);

create table ordo.mail_template (
  tenant_id int not null references ordo.tenant,
  channel_id uuid not null,
  kind text not null check (kind in ('confirmation', 'shipped', 'delayed', 'cancelled')),
  language text not null,
  subject text not null,
  text_part text not null,
  html_part text not null,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, channel_id, kind, language)
);

-- One mail about one cause. Nothing personal stands here; the mail as it was written is beside.
create table ordo.mail (
  tenant_id int not null references ordo.tenant,
  id uuid not null default gen_random_uuid(),
  order_id uuid not null,
  kind text not null check (kind in ('confirmation', 'shipped', 'delayed', 'cancelled')),
  -- What makes it one mail: nothing, the shipment, the day, or the event's position.
  cause text not null,
  -- The event that made it due.
  position bigint not null,
  state text not null default 'waiting' check (state in ('waiting', 'ready', 'sending', 'sent', 'kept', 'joined', 'dropped', 'refused', 'dead')),
  -- When something is to be done about it: written, sent, or taken over from a sender that died.
  due_at timestamptz not null,
  fence bigint not null default 0,
  attempts smallint not null default 0,
  note text,
  -- The mail that tells this one's cause as well.
  joined_to uuid,
  created_at timestamptz not null default now(),
  -- Failures are repeated for a while from here on.
  ready_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id)
);
create unique index mail_cause on ordo.mail (tenant_id, order_id, kind, cause);
create index mail_due on ordo.mail (tenant_id, state, due_at) where state in ('waiting', 'ready', 'sending');
create index mail_state on ordo.mail (tenant_id, state, position, id);
create index mail_list on ordo.mail (tenant_id, position, id);
create index mail_joined on ordo.mail (tenant_id, joined_to) where joined_to is not null;
create index mail_age on ordo.mail (tenant_id, created_at);

create table ordo.mail_body (
  tenant_id int not null,
  mail_id uuid not null,
  order_id uuid not null,
  message json not null,
  primary key (tenant_id, mail_id),
  foreign key (tenant_id, mail_id) references ordo.mail on delete cascade
);
create index mail_body_order on ordo.mail_body (tenant_id, order_id);

-- Whoever erases an order's contact erases its mails, and none of them is sent any more.
create function ordo.erase_mails() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from ordo.mail_body b where b.tenant_id = old.tenant_id and b.order_id = old.order_id;
  update ordo.mail m set state = 'refused', note = 'The contact of the order was erased.', finished_at = now(), fence = m.fence + 1
    where m.tenant_id = old.tenant_id and m.order_id = old.order_id and m.state in ('waiting', 'ready', 'sending');
  return null;
end $$;
create trigger contact_erased after update of data on ordo.order_contact for each row when (new.data is null) execute function ordo.erase_mails();
create trigger contact_deleted after delete on ordo.order_contact for each row execute function ordo.erase_mails();

revoke execute on function ordo.erase_mails() from public;

select ordo.protect_tenant_tables();
