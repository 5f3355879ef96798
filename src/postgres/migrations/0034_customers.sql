-- Customers, as the orders say who they are, and orders that are taken down on the phone. Nothing of it is written when an order is captured:
-- a reader of the log says whose each order is.

-- Whom nobody can be told of any more (merged or erased) has no name. The id stays, because events and orders name it.
create table ordo.customer (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  name text,
  email text,
  phone text,
  class text,
  locale text,
  created_at timestamptz not null,
  -- When the latest order was placed; of whom has none, when the row was made.
  seen_at timestamptz not null,
  merged_into uuid,
  erased_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, merged_into) references ordo.customer,
  check (merged_into is null or merged_into <> id),
  check (merged_into is null and erased_at is null or name is null and email is null and phone is null)
);
create index customer_seen on ordo.customer (tenant_id, seen_at, id);
create index customer_erased on ordo.customer (tenant_id, erased_at);
create index customer_merged on ordo.customer (tenant_id, merged_into);

-- By what a customer is known again, as keyed hashes (tenant.trace_secret). Those of an erased customer stay until every order that was
-- captured before the erasure has been looked at, and are forgotten then.
create table ordo.customer_identity (
  tenant_id int not null,
  hash bytea not null,
  customer_id uuid not null,
  primary key (tenant_id, hash),
  foreign key (tenant_id, customer_id) references ordo.customer
);
create index customer_identity_customer on ordo.customer_identity (tenant_id, customer_id);

create table ordo.customer_order (
  tenant_id int not null,
  order_id uuid not null,
  customer_id uuid not null,
  primary key (tenant_id, order_id),
  foreign key (tenant_id, order_id) references ordo.sales_order on delete cascade,
  foreign key (tenant_id, customer_id) references ordo.customer
);
create index customer_order_customer on ordo.customer_order (tenant_id, customer_id, order_id);

-- Words by which a customer is found (src/domain/order/search).
create table ordo.customer_word (
  tenant_id int not null,
  word text collate "C" not null,
  customer_id uuid not null,
  primary key (tenant_id, word, customer_id),
  foreign key (tenant_id, customer_id) references ordo.customer
);
create index customer_word_customer on ordo.customer_word (tenant_id, customer_id);

create table ordo.customer_note (
  tenant_id int not null,
  id uuid not null,
  customer_id uuid not null,
  author text not null,
  written_at timestamptz not null,
  text text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references ordo.customer
);
create index customer_note_customer on ordo.customer_note (tenant_id, customer_id, id);

-- What somebody agreed to or took back, each time a row: the latest of a kind counts, and the earlier ones prove it.
create table ordo.customer_consent (
  tenant_id int not null,
  id uuid not null,
  customer_id uuid not null,
  kind text not null,
  given boolean not null,
  at timestamptz not null,
  source text not null,
  actor text not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references ordo.customer
);
create index customer_consent_customer on ordo.customer_consent (tenant_id, customer_id, kind, at);

-- An order that somebody is taking down. Once it is placed the order knows all of it, and the document is gone.
create table ordo.order_draft (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  owner text not null,
  customer_id uuid,
  document json,
  version int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  order_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references ordo.customer,
  check ((document is null) = (order_id is not null))
);
create index order_draft_updated on ordo.order_draft (tenant_id, updated_at, id);
create index order_draft_customer on ordo.order_draft (tenant_id, customer_id) where customer_id is not null;

select ordo.protect_tenant_tables();
