-- Who has an order open at the moment: somebody's row holds for seconds unless it is renewed. Without a key into orders, so that looking
-- at one never waits for whoever works on it.
create table ordo.presence (
  tenant_id int not null,
  order_id uuid not null,
  user_id uuid not null,
  editing boolean not null,
  since timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, order_id, user_id),
  foreign key (tenant_id, user_id) references ordo.app_user on delete cascade
);
create index presence_user on ordo.presence (tenant_id, user_id, expires_at);

select ordo.protect_tenant_tables();
