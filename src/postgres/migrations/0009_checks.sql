-- How orders are checked when they come in: rules per channel, and by what the customers of screened orders are known again.

-- Rules for payment states, addresses, duplicates, velocity and risk; what is left out has its default.
alter table ordo.channel add column checks json not null default '{}';

-- Keeps the hashes below from being guessed by hashing every phone number.
alter table ordo.tenant add column trace_secret bytea not null
  default sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

-- One row for each thing by which the customer of a screened order is known again (e-mail, phone, address, network
-- address), as a keyed hash. Only channels with such rules write any; rows are forgotten after 90 days.
create table ordo.order_trace (
  tenant_id int not null,
  hash bytea not null,
  placed_at timestamptz not null,
  order_id uuid not null,
  -- A fingerprint of what was ordered.
  goods bigint not null,
  primary key (tenant_id, hash, placed_at, order_id),
  -- Whoever deletes a contact deletes its traces.
  foreign key (tenant_id, order_id) references ordo.order_contact on delete cascade
);
create index order_trace_order on ordo.order_trace (tenant_id, order_id);
create index order_trace_age on ordo.order_trace (tenant_id, placed_at);

-- And so does whoever erases one.
create function ordo.erase_traces() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from ordo.order_trace where tenant_id = new.tenant_id and order_id = new.order_id;
  return new;
end $$;
create trigger erase_traces after update of erased_hash on ordo.order_contact
  for each row when (new.erased_hash is not null) execute function ordo.erase_traces();
revoke execute on function ordo.erase_traces() from public;

select ordo.protect_tenant_tables();
