-- People who sign in. The name and the address are personal and can be erased; the id stays, because events name who did what by it.
create table ordo.app_user (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  -- Lower case, so that one person has one account however they write it.
  email text,
  name text,
  roles text[] not null,
  -- Ids of the nodes that the person works at; null is everywhere.
  nodes uuid[],
  language text not null default 'en' check (language in ('en', 'de')),
  time_zone text,
  preferences json not null default '{}',
  created_at timestamptz not null,
  disabled_at timestamptz,
  erased_at timestamptz,
  last_sign_in_at timestamptz,
  primary key (tenant_id, id),
  check ((erased_at is null) = (email is not null) and (erased_at is null) = (name is not null)),
  check (erased_at is null or disabled_at is not null)
);
create unique index app_user_email on ordo.app_user (tenant_id, email);

-- What a browser holds belongs to a person, whose roles say what it may do; what was handed out before belongs to nobody and ends here.
alter table ordo.browser_token add column user_id uuid, add column id uuid, add column method text, add column user_agent text, add column last_seen_at timestamptz;
alter table ordo.browser_token add foreign key (tenant_id, user_id) references ordo.app_user on delete cascade;
alter table ordo.browser_token drop constraint browser_token_kind_check, add check (kind in ('sign_in_link', 'session', 'invitation', 'recovery', 'second_factor'));
-- How often a code was tried with a ticket that asks for a second factor.
alter table ordo.browser_token add column tries int not null default 0;
create index browser_token_user on ordo.browser_token (tenant_id, user_id, kind);
drop function ordo.find_browser_token(bytea);
alter table ordo.browser_token drop column scopes;
create function ordo.find_browser_token(wanted bytea) returns table (tenant_id int)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select t.tenant_id from ordo.browser_token t where t.hash = wanted $$;
revoke execute on function ordo.find_browser_token(bytea) from public;

-- What is sent to a store, for who is limited to it.
create index shipment_of_store on ordo.shipment (tenant_id, (document ->> 'to_store'), order_id) where (document ->> 'to_store') is not null;

-- Passwords, as argon2id hashes that name their parameters.
create table ordo.user_password (
  tenant_id int not null,
  user_id uuid not null,
  hash text not null,
  changed_at timestamptz not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references ordo.app_user on delete cascade
);

-- Authenticator apps, and the codes that help who lost one. A code of a time step counts once.
create table ordo.user_totp (
  tenant_id int not null,
  user_id uuid not null,
  secret text not null,
  confirmed_at timestamptz,
  last_step bigint not null default 0,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references ordo.app_user on delete cascade
);
create table ordo.user_recovery_code (
  tenant_id int not null,
  user_id uuid not null,
  hash bytea not null,
  primary key (tenant_id, user_id, hash),
  foreign key (tenant_id, user_id) references ordo.app_user on delete cascade
);

-- Tries to sign in, by account and by address, both as hashes: whoever tries to be somebody need not be anybody.
create table ordo.sign_in_try (
  tenant_id int not null references ordo.tenant,
  subject bytea not null,
  tries int not null,
  since timestamptz not null,
  -- How often it was blocked in a row: each block is longer.
  blocks int not null,
  blocked_until timestamptz,
  primary key (tenant_id, subject)
);

select ordo.protect_tenant_tables();
