-- People who sign in. The name and the address are personal and can be erased; the id stays, because events name who did what by it.
create table ordo.app_user (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  -- Lower case, so that one person has one account however they write it.
  email text not null,
  name text not null,
  roles text[] not null,
  -- Ids of the nodes that the person works at; null is everywhere.
  nodes uuid[],
  created_at timestamptz not null,
  disabled_at timestamptz,
  last_sign_in_at timestamptz,
  primary key (tenant_id, id)
);
create unique index app_user_email on ordo.app_user (tenant_id, email);

-- What a browser holds belongs to a person; a session that outlived its person would be nobody's.
alter table ordo.browser_token add column user_id uuid;
alter table ordo.browser_token add foreign key (tenant_id, user_id) references ordo.app_user on delete cascade;

select ordo.protect_tenant_tables();
