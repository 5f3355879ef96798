-- Ways to sign in beside a password: passkeys, and accounts at an identity provider.

-- Public keys only: what signs never leaves the device that made it.
create table ordo.user_passkey (
  tenant_id int not null,
  id uuid not null,
  user_id uuid not null,
  -- What the device calls it, and browsers answer with.
  credential_id bytea not null,
  public_key bytea not null,
  -- How often the device used it, where the device counts; it never goes back.
  counter bigint not null check (counter >= 0),
  transports text[] not null,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, credential_id),
  foreign key (tenant_id, user_id) references ordo.app_user on delete cascade
);
create index user_passkey_user on ordo.user_passkey (tenant_id, user_id, id);

-- Who an account at an identity provider is. One account is one person, and a person has one account at a provider.
create table ordo.user_identity (
  tenant_id int not null,
  issuer text not null,
  subject text not null,
  user_id uuid not null,
  linked_at timestamptz not null,
  primary key (tenant_id, issuer, subject),
  unique (tenant_id, user_id, issuer),
  foreign key (tenant_id, user_id) references ordo.app_user on delete cascade
);

-- What was asked of a browser and waits for its one answer, under the hash of what the browser brings back.
create table ordo.sign_in_challenge (
  tenant_id int not null references ordo.tenant,
  hash bytea not null,
  kind text not null check (kind in ('passkey', 'new_passkey', 'provider')),
  -- Whose answer it has to be, where that is known.
  user_id uuid,
  kept json not null,
  expires_at timestamptz not null,
  primary key (tenant_id, hash),
  foreign key (tenant_id, user_id) references ordo.app_user on delete cascade
);

select ordo.protect_tenant_tables();
