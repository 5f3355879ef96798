-- What all migrations together result in. Written by npm run generate; read it, do not run it.
-- Partitions by date are left out, because they come and go; a default partition is shown.

-- roles
role runtime

-- schemas
schema ordo
grant usage on schema ordo to runtime
schema public
grant usage on schema public to public

-- sequences
sequence ordo.order_number bigint start 1001 increment 1
grant select, usage on ordo.order_number to runtime
sequence ordo.tenant_tenant_id_seq integer start 1 increment 1
grant select, usage on ordo.tenant_tenant_id_seq to runtime

-- functions
function ordo.audit_matches(ordo.event,text,text,timestamp with time zone,timestamp with time zone,text,uuid,text,text,text,text) returns boolean sql stable parallel safe body 685f1df39f343c92e2d7e07cc61611da
grant execute on ordo.audit_matches(ordo.event,text,text,timestamp with time zone,timestamp with time zone,text,uuid,text,text,text,text) to runtime
grant execute on ordo.audit_matches(ordo.event,text,text,timestamp with time zone,timestamp with time zone,text,uuid,text,text,text,text) to public
function ordo.connection_tenant(uuid) returns integer sql stable security definer set search_path=pg_catalog, pg_temp body c0924283ae96f2a46214a243d9fa3ad0
grant execute on ordo.connection_tenant(uuid) to runtime
function ordo.current_tenant() returns integer sql stable parallel safe body 78fd1419b4166870f94db18193e73c1b
grant execute on ordo.current_tenant() to runtime
function ordo.erase_mails() returns trigger plpgsql volatile set search_path=pg_catalog, pg_temp body 93fc83f7aafefcc67dabc28c01b788e7
grant execute on ordo.erase_mails() to runtime
function ordo.erase_notes() returns trigger plpgsql volatile set search_path=pg_catalog, pg_temp body 5fb54e4cd969edaafe86b28872926c53
grant execute on ordo.erase_notes() to runtime
function ordo.erase_traces() returns trigger plpgsql volatile set search_path=pg_catalog, pg_temp body 9aa26e1c7e3d835c434853e17eeeecd5
grant execute on ordo.erase_traces() to runtime
function ordo.find_api_key(bytea) returns TABLE(tenant_id integer, id uuid, name text, hash bytea, scopes text[], expires_at timestamp with time zone, revoked_at timestamp with time zone) sql stable security definer set search_path=pg_catalog, pg_temp body f4318123c1c9658c8817f0bb8c3f88a5
grant execute on ordo.find_api_key(bytea) to runtime
function ordo.find_browser_token(bytea) returns TABLE(tenant_id integer) sql stable security definer set search_path=pg_catalog, pg_temp body 10b846d6dce82048230eb412c50e4c80
grant execute on ordo.find_browser_token(bytea) to runtime
function ordo.forget_searched_person() returns trigger plpgsql volatile set search_path=pg_catalog, pg_temp body 9aeb7d288837055dc2ff6c984d2014bc
grant execute on ordo.forget_searched_person() to runtime
function ordo.grant_runtime(text) returns void plpgsql volatile body 2d5a7103f2852ef820fec511bf4cdd05
function ordo.keep_published_strategy() returns trigger plpgsql volatile set search_path=pg_catalog, pg_temp body 37533296c8e4c3c7be8dabde170ba3d9
grant execute on ordo.keep_published_strategy() to runtime
function ordo.kept_by_a_wipe() returns text[] sql immutable set search_path=pg_catalog, pg_temp body 1a312c93cee58f4d92a5370a9020b0f3
grant execute on ordo.kept_by_a_wipe() to runtime
function ordo.list_tenants() returns SETOF integer sql stable security definer set search_path=pg_catalog, pg_temp body 121d86a1a5ee3faeb57111d34f2c1ab7
grant execute on ordo.list_tenants() to runtime
function ordo.prepare_decision_partitions() returns void plpgsql volatile security definer set search_path=pg_catalog, pg_temp body 4df32750bccf509b41dab4ef6c65d4f1
grant execute on ordo.prepare_decision_partitions() to runtime
function ordo.protect_tenant_tables() returns void plpgsql volatile body 5ded1d45b00ab96338515eb376496e50
function ordo.search_orders(text,uuid,integer) returns SETOF uuid plpgsql stable security definer set search_path=pg_catalog, pg_temp set enable_indexscan=off set enable_seqscan=off body 99ffcba100d5c7118e5ee06d9ebed6f6
grant execute on ordo.search_orders(text,uuid,integer) to runtime
function ordo.way_of(text,text) returns text sql immutable parallel safe body 6059464706f3f3e8ea6c122c0f4ad2cc
grant execute on ordo.way_of(text,text) to runtime
grant execute on ordo.way_of(text,text) to public
function ordo.wipe_demonstration(integer) returns void plpgsql volatile set search_path=pg_catalog, pg_temp body 3735fda70f3794c8c6a35c535ccc5bf0
grant execute on ordo.wipe_demonstration(integer) to runtime
function ordo.words_without_person(tsvector) returns tsvector sql immutable parallel safe set search_path=pg_catalog, pg_temp body 7b48e6f3660c1a44497d79a8fa160802
grant execute on ordo.words_without_person(tsvector) to runtime

table ordo.api_key
  tenant_id integer not null
  id uuid not null
  name text not null
  lookup bytea not null
  hash bytea not null
  hint text not null
  scopes text[] not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone
  revoked_at timestamp with time zone
  last_used_at timestamp with time zone
  rotated_from uuid
  constraint api_key_pkey PRIMARY KEY (tenant_id, id)
  constraint api_key_lookup_key UNIQUE (lookup)
  constraint api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy owner_lookup for select to owner using (true)
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.app_user
  tenant_id integer not null
  id uuid not null
  email text
  name text
  roles text[] not null
  nodes uuid[]
  language text not null default 'en'::text
  time_zone text
  preferences json not null default '{}'::json
  created_at timestamp with time zone not null
  disabled_at timestamp with time zone
  erased_at timestamp with time zone
  last_sign_in_at timestamp with time zone
  constraint app_user_pkey PRIMARY KEY (tenant_id, id)
  constraint app_user_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint app_user_check CHECK ((((erased_at IS NULL) = (email IS NOT NULL)) AND ((erased_at IS NULL) = (name IS NOT NULL))))
  constraint app_user_check1 CHECK (((erased_at IS NULL) OR (disabled_at IS NOT NULL)))
  constraint app_user_language_check CHECK ((language = ANY (ARRAY['en'::text, 'de'::text])))
  CREATE UNIQUE INDEX app_user_email ON ordo.app_user USING btree (tenant_id, email)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.browser_token
  tenant_id integer not null
  hash bytea not null
  kind text not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  user_id uuid
  id uuid
  method text
  user_agent text
  last_seen_at timestamp with time zone
  tries integer not null default 0
  constraint browser_token_pkey PRIMARY KEY (tenant_id, hash)
  constraint browser_token_hash_key UNIQUE (hash)
  constraint browser_token_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint browser_token_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES ordo.app_user(tenant_id, id) ON DELETE CASCADE
  constraint browser_token_kind_check CHECK ((kind = ANY (ARRAY['sign_in_link'::text, 'session'::text, 'invitation'::text, 'recovery'::text, 'second_factor'::text])))
  CREATE INDEX browser_token_user ON ordo.browser_token USING btree (tenant_id, user_id, kind)
  row level security forced
  policy owner_lookup for select to owner using (true)
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.channel
  tenant_id integer not null
  id uuid not null
  valid_from timestamp with time zone not null
  valid_to timestamp with time zone not null default 'infinity'::timestamp with time zone
  code text not null
  name text not null
  kind text not null
  currency text not null
  node_pool text[]
  buffer bigint not null
  when_unavailable text not null
  auto_release boolean not null
  routing json not null
  price_check json
  checks json not null default '{}'::json
  strategy text
  backorders json not null default '{}'::json
  deadlines json not null default '{}'::json
  constraint channel_pkey PRIMARY KEY (tenant_id, id, valid_from)
  constraint channel_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint channel_buffer_check CHECK ((buffer >= 0))
  constraint channel_check CHECK ((valid_from < valid_to))
  constraint channel_when_unavailable_check CHECK ((when_unavailable = ANY (ARRAY['backorder'::text, 'exception'::text, 'refuse'::text])))
  CREATE UNIQUE INDEX channel_code ON ordo.channel USING btree (tenant_id, code, valid_from)
  CREATE UNIQUE INDEX channel_code_latest ON ordo.channel USING btree (tenant_id, code) WHERE (valid_to = 'infinity'::timestamp with time zone)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.channel_call
  tenant_id integer not null
  id uuid not null default gen_random_uuid()
  connection_id uuid not null
  kind text not null
  subject text not null
  order_id uuid
  state text not null default 'pending'::text
  wanted integer not null default 1
  due_since timestamp with time zone not null default now()
  next_attempt_at timestamp with time zone not null default now()
  claimed_until timestamp with time zone
  fence bigint not null default 0
  attempts smallint not null default 0
  note text
  told json
  finished_at timestamp with time zone
  constraint channel_call_pkey PRIMARY KEY (tenant_id, id)
  constraint channel_call_tenant_id_connection_id_kind_subject_key UNIQUE (tenant_id, connection_id, kind, subject)
  constraint channel_call_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES ordo.connection(tenant_id, id) ON DELETE CASCADE
  constraint channel_call_kind_check CHECK ((kind = ANY (ARRAY['acknowledge'::text, 'fulfil'::text, 'cancel'::text, 'stock'::text, 'look_up'::text])))
  constraint channel_call_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'done'::text, 'dead'::text])))
  CREATE INDEX channel_call_due ON ordo.channel_call USING btree (tenant_id, connection_id, kind, next_attempt_at) WHERE (state = 'pending'::text)
  CREATE INDEX channel_call_order ON ordo.channel_call USING btree (tenant_id, order_id, id) WHERE (order_id IS NOT NULL)
  CREATE INDEX channel_call_state ON ordo.channel_call USING btree (tenant_id, state, id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.channel_difference
  tenant_id integer not null
  connection_id uuid not null
  external_id text not null
  kind text not null
  order_id uuid
  there_currency text
  there_minor bigint
  there_units double precision
  here_currency text
  here_minor bigint
  here_units double precision
  note text
  first_seen_at timestamp with time zone not null
  last_seen_at timestamp with time zone not null
  closed_at timestamp with time zone
  constraint channel_difference_pkey PRIMARY KEY (tenant_id, connection_id, external_id, kind)
  constraint channel_difference_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES ordo.connection(tenant_id, id) ON DELETE CASCADE
  constraint channel_difference_kind_check CHECK ((kind = ANY (ARRAY['missing_here'::text, 'unknown_there'::text, 'total'::text, 'units'::text])))
  CREATE INDEX channel_difference_open ON ordo.channel_difference USING btree (tenant_id, connection_id, external_id, kind) WHERE (closed_at IS NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.channel_gate with (fillfactor=50)
  tenant_id integer not null
  channel_id uuid not null
  state text not null
  until timestamp with time zone
  orders integer
  per_seconds integer
  reason text not null
  set_at timestamp with time zone not null
  set_by text not null
  next_at timestamp with time zone not null
  let_through_at timestamp with time zone not null
  redate_after uuid
  redate_through uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
  redate_at timestamp with time zone not null default now()
  constraint channel_gate_pkey PRIMARY KEY (tenant_id, channel_id)
  constraint channel_gate_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint channel_gate_orders_check CHECK ((orders > 0))
  constraint channel_gate_per_seconds_check CHECK ((per_seconds > 0))
  constraint channel_gate_state_check CHECK ((state = ANY (ARRAY['paused'::text, 'throttled'::text, 'open'::text])))
  constraint channel_gate_throttle_has_a_pace CHECK (((state = 'throttled'::text) = ((orders IS NOT NULL) AND (per_seconds IS NOT NULL))))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.channel_mail
  tenant_id integer not null
  channel_id uuid not null
  kinds text[] not null
  confirm_when text not null
  document json not null
  constraint channel_mail_pkey PRIMARY KEY (tenant_id, channel_id)
  constraint channel_mail_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint channel_mail_confirm_when_check CHECK ((confirm_when = ANY (ARRAY['captured'::text, 'unheld'::text])))
  constraint channel_mail_kinds_check CHECK ((kinds <@ ARRAY['confirmation'::text, 'shipped'::text, 'delayed'::text, 'cancelled'::text]))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.channel_rate
  tenant_id integer not null
  channel_id uuid not null
  rate text not null
  state text not null default 'ok'::text
  constraint channel_rate_pkey PRIMARY KEY (tenant_id, channel_id, rate)
  constraint channel_rate_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint channel_rate_rate_check CHECK ((rate = ANY (ARRAY['late_shipments'::text, 'cancellations'::text])))
  constraint channel_rate_state_check CHECK ((state = ANY (ARRAY['ok'::text, 'near'::text, 'over'::text])))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.channel_sweep
  tenant_id integer not null
  id uuid not null
  connection_id uuid not null
  since timestamp with time zone not null
  started_at timestamp with time zone not null
  ended_at timestamp with time zone
  state text not null default 'reading'::text
  cursor text
  attempts smallint not null default 0
  next_attempt_at timestamp with time zone not null
  note text
  pages integer not null default 0
  seen integer not null default 0
  unreadable integer not null default 0
  fetched_missing integer not null default 0
  fetched_newer integer not null default 0
  missing_here integer not null default 0
  unknown_there integer not null default 0
  differing integer not null default 0
  figures json not null default '[]'::json
  constraint channel_sweep_pkey PRIMARY KEY (tenant_id, id)
  constraint channel_sweep_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES ordo.connection(tenant_id, id) ON DELETE CASCADE
  constraint channel_sweep_check CHECK (((state = ANY (ARRAY['done'::text, 'failed'::text])) = (ended_at IS NOT NULL)))
  constraint channel_sweep_state_check CHECK ((state = ANY (ARRAY['reading'::text, 'comparing'::text, 'done'::text, 'failed'::text])))
  CREATE INDEX channel_sweep_done ON ordo.channel_sweep USING btree (tenant_id, connection_id, started_at) WHERE (state = 'done'::text)
  CREATE INDEX channel_sweep_list ON ordo.channel_sweep USING btree (tenant_id, connection_id, started_at, id)
  CREATE UNIQUE INDEX channel_sweep_open ON ordo.channel_sweep USING btree (tenant_id, connection_id) WHERE (ended_at IS NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.channel_sweep_order
  tenant_id integer not null
  sweep_id uuid not null
  external_id text not null
  currency text
  total_minor bigint
  units double precision
  unreadable boolean not null
  expected boolean not null
  delivery_id text
  constraint channel_sweep_order_pkey PRIMARY KEY (tenant_id, sweep_id, external_id)
  constraint channel_sweep_order_tenant_id_sweep_id_fkey FOREIGN KEY (tenant_id, sweep_id) REFERENCES ordo.channel_sweep(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.connection
  tenant_id integer not null
  id uuid not null
  code text not null
  connector text not null
  channel_id uuid not null
  status text not null default 'active'::text
  secret text not null
  previous_secret text
  previous_secret_until timestamp with time zone
  match_by_sku boolean not null default true
  capture_test_orders boolean not null default false
  created_at timestamp with time zone not null default now()
  base_url text
  credentials json not null default '{}'::json
  push_stock boolean not null default false
  places json not null default '{}'::json
  acknowledge boolean not null default false
  constraint connection_pkey PRIMARY KEY (tenant_id, id)
  constraint connection_tenant_id_code_key UNIQUE (tenant_id, code)
  constraint connection_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint connection_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text])))
  CREATE UNIQUE INDEX connection_id ON ordo.connection USING btree (id)
  row level security forced
  policy owner_lookup for select to owner using (true)
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.consumer with (fillfactor=50)
  tenant_id integer not null
  name text not null
  "position" bigint not null default 0
  fence bigint not null
  begun_until bigint not null default 0
  crashes smallint not null default 0
  constraint consumer_pkey PRIMARY KEY (tenant_id, name)
  constraint consumer_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint consumer_position_check CHECK (("position" >= 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.customer
  tenant_id integer not null
  id uuid not null
  name text
  email text
  phone text
  class text
  locale text
  created_at timestamp with time zone not null
  seen_at timestamp with time zone not null
  merged_into uuid
  erased_at timestamp with time zone
  erased_position bigint
  constraint customer_pkey PRIMARY KEY (tenant_id, id)
  constraint customer_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint customer_tenant_id_merged_into_fkey FOREIGN KEY (tenant_id, merged_into) REFERENCES ordo.customer(tenant_id, id)
  constraint customer_check CHECK (((merged_into IS NULL) OR (merged_into <> id)))
  constraint customer_check1 CHECK ((((merged_into IS NULL) AND (erased_at IS NULL)) OR ((name IS NULL) AND (email IS NULL) AND (phone IS NULL))))
  CREATE INDEX customer_erased ON ordo.customer USING btree (tenant_id, erased_at)
  CREATE INDEX customer_merged ON ordo.customer USING btree (tenant_id, merged_into)
  CREATE INDEX customer_seen ON ordo.customer USING btree (tenant_id, seen_at, id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.customer_consent
  tenant_id integer not null
  id uuid not null
  customer_id uuid not null
  kind text not null
  given boolean not null
  at timestamp with time zone not null
  source text not null
  actor text not null
  recorded_at timestamp with time zone not null
  constraint customer_consent_pkey PRIMARY KEY (tenant_id, id)
  constraint customer_consent_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES ordo.customer(tenant_id, id)
  CREATE INDEX customer_consent_customer ON ordo.customer_consent USING btree (tenant_id, customer_id, kind, at)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.customer_identity
  tenant_id integer not null
  hash bytea not null
  customer_id uuid not null
  constraint customer_identity_pkey PRIMARY KEY (tenant_id, hash)
  constraint customer_identity_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES ordo.customer(tenant_id, id)
  CREATE INDEX customer_identity_customer ON ordo.customer_identity USING btree (tenant_id, customer_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.customer_note
  tenant_id integer not null
  id uuid not null
  customer_id uuid not null
  author text not null
  written_at timestamp with time zone not null
  text text not null
  constraint customer_note_pkey PRIMARY KEY (tenant_id, id)
  constraint customer_note_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES ordo.customer(tenant_id, id)
  CREATE INDEX customer_note_customer ON ordo.customer_note USING btree (tenant_id, customer_id, id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.customer_order
  tenant_id integer not null
  order_id uuid not null
  customer_id uuid not null
  constraint customer_order_pkey PRIMARY KEY (tenant_id, order_id)
  constraint customer_order_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES ordo.customer(tenant_id, id)
  constraint customer_order_tenant_id_order_id_fkey FOREIGN KEY (tenant_id, order_id) REFERENCES ordo.sales_order(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX customer_order_customer ON ordo.customer_order USING btree (tenant_id, customer_id, order_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.customer_word
  tenant_id integer not null
  word text collate "C" not null
  customer_id uuid not null
  constraint customer_word_pkey PRIMARY KEY (tenant_id, word, customer_id)
  constraint customer_word_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES ordo.customer(tenant_id, id)
  CREATE INDEX customer_word_customer ON ordo.customer_word USING btree (tenant_id, customer_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.desk_item
  tenant_id integer not null
  queue text not null
  subject text not null
  owner text
  snoozed_until timestamp with time zone
  actor text not null
  changed_at timestamp with time zone not null
  change uuid
  owner_before text
  snoozed_before timestamp with time zone
  constraint desk_item_pkey PRIMARY KEY (tenant_id, queue, subject)
  constraint desk_item_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint desk_item_check CHECK (((owner IS NOT NULL) OR (snoozed_until IS NOT NULL)))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.event
  tenant_id integer not null
  "position" bigint not null
  id uuid not null
  type text not null
  order_id uuid
  actor text not null
  reason text
  occurred_at timestamp with time zone not null
  recorded_at timestamp with time zone not null default now()
  data json not null
  request text
  via text
  constraint event_pkey PRIMARY KEY (tenant_id, "position")
  CREATE INDEX event_order ON ordo.event USING btree (tenant_id, order_id, "position") WHERE (order_id IS NOT NULL)
  CREATE INDEX event_supply ON ordo.event USING btree (tenant_id, COALESCE((data ->> 'supply_order'::text), (data ->> 'supply'::text)), "position") WHERE (type = ANY (ARRAY['SupplyOrderCreated'::text, 'SupplyCreated'::text, 'SupplyShipped'::text, 'SupplyChanged'::text, 'SupplyDiscrepancy'::text, 'StockReceived'::text]))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant insert, select on table to runtime

table ordo.event_counter with (fillfactor=50)
  tenant_id integer not null
  "position" bigint not null default 0
  constraint event_counter_pkey PRIMARY KEY (tenant_id)
  constraint event_counter_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint event_counter_position_check CHECK (("position" >= 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant select, update on table to runtime

table ordo.exception
  tenant_id integer not null
  id uuid not null
  kind text not null
  order_id uuid
  line_no smallint
  shipment_no smallint
  item_id uuid
  node_id uuid
  reason text not null
  opened_at timestamp with time zone not null
  resolved_at timestamp with time zone
  resolved_by text
  constraint exception_pkey PRIMARY KEY (tenant_id, id)
  CREATE INDEX exception_open ON ordo.exception USING btree (tenant_id, kind, opened_at) WHERE (resolved_at IS NULL)
  CREATE INDEX exception_opened ON ordo.exception USING btree (tenant_id, opened_at)
  CREATE INDEX exception_order ON ordo.exception USING btree (tenant_id, order_id)
  CREATE INDEX exception_resolved ON ordo.exception USING btree (tenant_id, resolved_at) WHERE (resolved_at IS NOT NULL)
  CREATE UNIQUE INDEX exception_open_line ON ordo.exception USING btree (tenant_id, order_id, line_no, kind) WHERE (resolved_at IS NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.excluded_node
  tenant_id integer not null
  order_id uuid not null
  line_no smallint not null
  node_id uuid not null
  until timestamp with time zone not null
  reason text not null
  constraint excluded_node_pkey PRIMARY KEY (tenant_id, order_id, line_no, node_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.fact_change
  tenant_id integer not null
  at timestamp with time zone not null
  constraint fact_change_pkey PRIMARY KEY (tenant_id, at)
  constraint fact_change_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.fact_version
  tenant_id integer not null
  version bigint not null default 1
  constraint fact_version_pkey PRIMARY KEY (tenant_id)
  constraint fact_version_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.failed_work
  tenant_id integer not null
  id uuid not null default gen_random_uuid()
  consumer text not null
  "position" bigint not null
  attempts smallint not null
  state text not null
  error text not null
  next_attempt_at timestamp with time zone
  failed_at timestamp with time zone not null default now()
  constraint failed_work_pkey PRIMARY KEY (tenant_id, id)
  constraint failed_work_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint failed_work_attempts_check CHECK ((attempts >= 0))
  constraint failed_work_check CHECK (((state = 'retrying'::text) = (next_attempt_at IS NOT NULL)))
  constraint failed_work_state_check CHECK ((state = ANY (ARRAY['retrying'::text, 'parked'::text])))
  CREATE UNIQUE INDEX failed_work_event ON ordo.failed_work USING btree (tenant_id, consumer, "position")
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.hold
  tenant_id integer not null
  order_id uuid not null
  hold_no smallint not null
  kind text not null
  scope text not null
  line_no smallint
  shipment_no smallint
  reason text not null
  owner text
  placed_at timestamp with time zone not null
  due_at timestamp with time zone
  released_at timestamp with time zone
  released_by text
  release_reason text
  channel_id uuid
  constraint hold_pkey PRIMARY KEY (tenant_id, order_id, hold_no)
  constraint hold_kind_check CHECK ((kind = ANY (ARRAY['ITEM'::text, 'ADDRESS'::text, 'PAYMENT'::text, 'FRAUD'::text, 'CREDIT'::text, 'APPROVAL'::text, 'PRICING'::text, 'TAX'::text, 'CHANNEL_CHANGE'::text, 'CHANNEL_PAUSED'::text, 'CUSTOMER'::text, 'MANUAL'::text])))
  constraint hold_scope_check CHECK ((scope = ANY (ARRAY['order'::text, 'line'::text, 'shipment'::text])))
  CREATE INDEX hold_due ON ordo.hold USING btree (tenant_id, due_at) WHERE ((released_at IS NULL) AND (due_at IS NOT NULL))
  CREATE INDEX hold_gate ON ordo.hold USING btree (tenant_id, channel_id, due_at, order_id) WHERE ((released_at IS NULL) AND (channel_id IS NOT NULL))
  CREATE INDEX hold_open ON ordo.hold USING btree (tenant_id, kind, order_id) WHERE (released_at IS NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.idempotency
  tenant_id integer not null
  key text not null
  body_hash bytea not null
  status smallint not null
  answer json not null
  created_at timestamp with time zone not null default now()
  constraint idempotency_pkey PRIMARY KEY (tenant_id, key)
  CREATE INDEX idempotency_age ON ordo.idempotency USING brin (created_at)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.inbox
  tenant_id integer not null
  id uuid not null
  connection_id uuid not null
  delivery_id text not null
  topic text not null
  body_hash bytea not null
  received_at timestamp with time zone not null default now()
  state text not null default 'waiting'::text
  external_id text
  source_version bigint
  order_id uuid
  reason text
  errors json
  translation_version smallint
  attempts smallint not null default 0
  next_attempt_at timestamp with time zone not null default now()
  settled_at timestamp with time zone
  waits_for_order boolean not null default false
  constraint inbox_pkey PRIMARY KEY (tenant_id, id)
  constraint inbox_tenant_id_connection_id_fkey FOREIGN KEY (tenant_id, connection_id) REFERENCES ordo.connection(tenant_id, id) ON DELETE CASCADE
  constraint inbox_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'ignored'::text, 'kept'::text, 'quarantined'::text, 'dropped'::text])))
  CREATE INDEX inbox_connection ON ordo.inbox USING btree (connection_id, tenant_id, state, received_at)
  CREATE INDEX inbox_external ON ordo.inbox USING btree (tenant_id, external_id, id) WHERE (external_id IS NOT NULL)
  CREATE INDEX inbox_order ON ordo.inbox USING btree (tenant_id, order_id, id) WHERE (order_id IS NOT NULL)
  CREATE INDEX inbox_state ON ordo.inbox USING btree (tenant_id, state, id)
  CREATE INDEX inbox_waiting ON ordo.inbox USING btree (tenant_id, next_attempt_at, id) WHERE (state = 'waiting'::text)
  CREATE INDEX inbox_waits ON ordo.inbox USING btree (tenant_id, connection_id, external_id) WHERE waits_for_order
  CREATE UNIQUE INDEX inbox_delivery ON ordo.inbox USING btree (tenant_id, connection_id, delivery_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.inbox_body
  tenant_id integer not null
  message_id uuid not null
  body bytea
  constraint inbox_body_pkey PRIMARY KEY (tenant_id, message_id)
  constraint inbox_body_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES ordo.inbox(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.invoice
  tenant_id integer not null
  order_id uuid not null
  shipment_no smallint not null
  id uuid not null
  series text not null
  number bigint not null
  channel_id uuid not null
  currency text not null
  tax_included boolean not null
  goods_minor bigint not null
  discount_minor bigint not null
  shipping_minor bigint not null
  shipping_discount_minor bigint not null
  shipping_tax_minor bigint not null
  other_minor bigint not null
  adjustment_minor bigint not null
  tax_minor bigint not null
  total_minor bigint not null
  issued_at timestamp with time zone not null
  supplied_at timestamp with time zone not null
  constraint invoice_pkey PRIMARY KEY (tenant_id, order_id, shipment_no)
  constraint invoice_number_check CHECK ((number > 0))
  constraint invoice_total_is_its_parts CHECK ((total_minor = (((((goods_minor - discount_minor) + shipping_minor) + other_minor) + adjustment_minor) + CASE WHEN tax_included THEN (0)::bigint ELSE tax_minor END)))
  CREATE INDEX invoice_issued ON ordo.invoice USING btree (tenant_id, issued_at, id)
  CREATE UNIQUE INDEX invoice_id ON ordo.invoice USING btree (tenant_id, id)
  CREATE UNIQUE INDEX invoice_number ON ordo.invoice USING btree (tenant_id, series, number)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant insert, select on table to runtime

table ordo.invoice_counter with (fillfactor=50)
  tenant_id integer not null
  series text not null
  last bigint not null
  constraint invoice_counter_pkey PRIMARY KEY (tenant_id, series)
  constraint invoice_counter_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint invoice_counter_last_check CHECK ((last > 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.invoice_line
  tenant_id integer not null
  order_id uuid not null
  shipment_no smallint not null
  line_no smallint not null
  quantity bigint not null
  total_minor bigint not null
  discount_minor bigint not null
  order_discount_minor bigint not null
  tax_minor bigint not null
  constraint invoice_line_pkey PRIMARY KEY (tenant_id, order_id, shipment_no, line_no)
  constraint invoice_line_quantity_check CHECK ((quantity > 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant insert, select on table to runtime

table ordo.invoice_seller
  tenant_id integer not null
  channel_id uuid not null
  valid_from timestamp with time zone not null
  name text not null
  address text[] not null
  tax_id text
  footer text
  series text not null
  constraint invoice_seller_pkey PRIMARY KEY (tenant_id, channel_id, valid_from)
  constraint invoice_seller_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.item
  tenant_id integer not null
  id uuid not null
  valid_from timestamp with time zone not null
  valid_to timestamp with time zone not null default 'infinity'::timestamp with time zone
  sku text not null
  gtin text
  name text not null
  status text not null
  quantity_scale smallint not null
  base_unit text not null
  units json not null
  handling_class text not null
  weight_grams bigint
  dimensions_mm integer[]
  backorder boolean not null
  safety_stock bigint not null
  safety_percent smallint not null
  components json
  attributes json not null
  ship_together boolean not null default false
  waiting json not null default '{}'::json
  hs_code text
  country_of_origin text
  constraint item_pkey PRIMARY KEY (tenant_id, id, valid_from)
  constraint item_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint item_check CHECK ((valid_from < valid_to))
  constraint item_hs_code_check CHECK ((hs_code ~ '^\d{6,12}$'::text))
  constraint item_quantity_scale_check CHECK (((quantity_scale >= 0) AND (quantity_scale <= 6)))
  constraint item_safety_percent_check CHECK (((safety_percent >= 0) AND (safety_percent <= 100)))
  constraint item_safety_stock_check CHECK ((safety_stock >= 0))
  constraint item_status_check CHECK ((status = ANY (ARRAY['active'::text, 'blocked'::text])))
  constraint item_weight_grams_check CHECK ((weight_grams >= 0))
  CREATE INDEX item_gtin ON ordo.item USING btree (tenant_id, gtin) WHERE (gtin IS NOT NULL)
  CREATE UNIQUE INDEX item_sku ON ordo.item USING btree (tenant_id, sku, valid_from)
  CREATE UNIQUE INDEX item_sku_latest ON ordo.item USING btree (tenant_id, sku) WHERE (valid_to = 'infinity'::timestamp with time zone)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.job
  tenant_id integer not null
  id uuid not null
  kind text not null
  file text not null
  options json not null
  actor text not null
  state text not null default 'receiving'::text
  bytes bigint not null default 0
  rows_total bigint
  rows_done bigint not null default 0
  entries_done bigint not null default 0
  created bigint not null default 0
  updated bigint not null default 0
  skipped bigint not null default 0
  failed bigint not null default 0
  errors_heading text not null default ''::text
  problem json
  attempts smallint not null default 0
  created_at timestamp with time zone not null default now()
  started_at timestamp with time zone
  run_started_at timestamp with time zone
  run_started_rows bigint not null default 0
  progressed_at timestamp with time zone
  finished_at timestamp with time zone
  request_id text
  constraint job_pkey PRIMARY KEY (tenant_id, id)
  constraint job_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint job_state_check CHECK ((state = ANY (ARRAY['receiving'::text, 'waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
  CREATE INDEX job_open ON ordo.job USING btree (tenant_id, id) WHERE (state = ANY (ARRAY['receiving'::text, 'waiting'::text, 'running'::text]))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.job_chunk
  tenant_id integer not null
  job_id uuid not null
  chunk_no integer not null
  body bytea not null
  constraint job_chunk_pkey PRIMARY KEY (tenant_id, job_id, chunk_no)
  constraint job_chunk_tenant_id_job_id_fkey FOREIGN KEY (tenant_id, job_id) REFERENCES ordo.job(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.job_error
  tenant_id integer not null
  job_id uuid not null
  error_no bigint not null
  body bytea not null
  constraint job_error_pkey PRIMARY KEY (tenant_id, job_id, error_no)
  constraint job_error_tenant_id_job_id_fkey FOREIGN KEY (tenant_id, job_id) REFERENCES ordo.job(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.kit_component
  tenant_id integer not null
  component_sku text not null
  kit_id uuid not null
  constraint kit_component_pkey PRIMARY KEY (tenant_id, component_sku, kit_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.lease with (fillfactor=50)
  tenant_id integer not null
  name text not null
  holder text not null
  fence bigint not null
  expires_at timestamp with time zone not null
  constraint lease_pkey PRIMARY KEY (tenant_id, name)
  constraint lease_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint lease_fence_check CHECK ((fence > 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.line_movement
  tenant_id integer not null
  order_id uuid not null
  event_id uuid not null
  ordinal smallint not null
  line_no smallint not null
  from_bucket text
  to_bucket text not null
  quantity bigint not null
  node_id uuid
  shipment_no smallint
  constraint line_movement_pkey PRIMARY KEY (tenant_id, order_id, event_id, ordinal)
  constraint line_movement_quantity_check CHECK ((quantity > 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant insert, select on table to runtime

table ordo.listing
  tenant_id integer not null
  channel_id uuid not null
  variant_id text not null
  item_id uuid
  unit text
  sku text
  title text not null default ''::text
  mapped_by text
  first_seen_at timestamp with time zone not null default now()
  constraint listing_pkey PRIMARY KEY (tenant_id, channel_id, variant_id)
  constraint listing_check CHECK (((item_id IS NULL) = (mapped_by IS NULL)))
  CREATE INDEX listing_item ON ordo.listing USING btree (tenant_id, item_id) WHERE (item_id IS NOT NULL)
  CREATE INDEX listing_unmapped ON ordo.listing USING btree (tenant_id, channel_id, first_seen_at, variant_id) WHERE (item_id IS NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.mail
  tenant_id integer not null
  id uuid not null default gen_random_uuid()
  order_id uuid
  kind text not null
  cause text not null
  "position" bigint not null
  state text not null default 'waiting'::text
  due_at timestamp with time zone not null
  fence bigint not null default 0
  attempts smallint not null default 0
  note text
  joined_to uuid
  created_at timestamp with time zone not null default now()
  ready_at timestamp with time zone
  finished_at timestamp with time zone
  constraint mail_pkey PRIMARY KEY (tenant_id, id)
  constraint mail_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint mail_about_check CHECK (((kind = 'report'::text) = (order_id IS NULL)))
  constraint mail_kind_check CHECK ((kind = ANY (ARRAY['confirmation'::text, 'shipped'::text, 'delayed'::text, 'cancelled'::text, 'report'::text])))
  constraint mail_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'ready'::text, 'sending'::text, 'sent'::text, 'kept'::text, 'joined'::text, 'dropped'::text, 'refused'::text, 'dead'::text])))
  CREATE INDEX mail_age ON ordo.mail USING btree (tenant_id, created_at)
  CREATE INDEX mail_due ON ordo.mail USING btree (tenant_id, state, due_at) WHERE (state = ANY (ARRAY['waiting'::text, 'ready'::text, 'sending'::text]))
  CREATE INDEX mail_joined ON ordo.mail USING btree (tenant_id, joined_to) WHERE (joined_to IS NOT NULL)
  CREATE INDEX mail_list ON ordo.mail USING btree (tenant_id, "position", id)
  CREATE INDEX mail_state ON ordo.mail USING btree (tenant_id, state, "position", id)
  CREATE UNIQUE INDEX mail_cause ON ordo.mail USING btree (tenant_id, order_id, kind, cause)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.mail_body
  tenant_id integer not null
  mail_id uuid not null
  order_id uuid
  message json not null
  constraint mail_body_pkey PRIMARY KEY (tenant_id, mail_id)
  constraint mail_body_tenant_id_mail_id_fkey FOREIGN KEY (tenant_id, mail_id) REFERENCES ordo.mail(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX mail_body_order ON ordo.mail_body USING btree (tenant_id, order_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.mail_template
  tenant_id integer not null
  channel_id uuid not null
  kind text not null
  language text not null
  subject text not null
  text_part text not null
  html_part text not null
  changed_at timestamp with time zone not null default now()
  constraint mail_template_pkey PRIMARY KEY (tenant_id, channel_id, kind, language)
  constraint mail_template_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint mail_template_kind_check CHECK ((kind = ANY (ARRAY['confirmation'::text, 'shipped'::text, 'delayed'::text, 'cancelled'::text])))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.merge_wait
  tenant_id integer not null
  order_id uuid not null
  until timestamp with time zone not null
  constraint merge_wait_pkey PRIMARY KEY (tenant_id, order_id)
  constraint merge_wait_tenant_id_order_id_fkey FOREIGN KEY (tenant_id, order_id) REFERENCES ordo.sales_order(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX merge_wait_until ON ordo.merge_wait USING btree (tenant_id, until, order_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.migration
  number integer not null
  name text not null
  checksum text not null
  applied_at timestamp with time zone not null default now()
  constraint migration_pkey PRIMARY KEY (number)
  grant select on table to runtime

table ordo.node
  tenant_id integer not null
  id uuid not null
  valid_from timestamp with time zone not null
  valid_to timestamp with time zone not null default 'infinity'::timestamp with time zone
  code text not null
  name text not null
  kind text not null
  status text not null
  priority integer not null
  address json not null
  latitude double precision
  longitude double precision
  time_zone text not null
  cut_off time without time zone
  item_classes text[]
  operations json not null default '{}'::json
  before_closing jsonb
  constraint node_pkey PRIMARY KEY (tenant_id, id, valid_from)
  constraint node_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint node_check CHECK ((valid_from < valid_to))
  constraint node_kind_check CHECK ((kind = ANY (ARRAY['dc'::text, 'store'::text, 'supplier'::text, '3pl'::text, 'virtual'::text])))
  constraint node_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision)))
  constraint node_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision)))
  constraint node_status_check CHECK ((status = ANY (ARRAY['online'::text, 'offline'::text])))
  CREATE UNIQUE INDEX node_code ON ordo.node USING btree (tenant_id, code, valid_from)
  CREATE UNIQUE INDEX node_code_latest ON ordo.node USING btree (tenant_id, code) WHERE (valid_to = 'infinity'::timestamp with time zone)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.node_capacity with (fillfactor=70)
  tenant_id integer not null
  node_id uuid not null
  ship_date date not null
  hour smallint not null
  orders bigint not null default 0
  units bigint not null default 0
  constraint node_capacity_pkey PRIMARY KEY (tenant_id, node_id, ship_date, hour)
  constraint node_capacity_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint node_capacity_hour_check CHECK (((hour >= '-1'::integer) AND (hour <= 1600)))
  constraint node_capacity_orders_check CHECK ((orders >= 0))
  constraint node_capacity_units_check CHECK ((units >= 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.node_closure
  tenant_id integer not null
  id uuid not null
  state text not null
  nodes json not null
  until timestamp with time zone
  reason text not null
  include_accepted boolean not null
  actor text not null
  created_at timestamp with time zone not null
  applied_at timestamp with time zone
  finished_at timestamp with time zone
  added integer not null default 0
  gone integer not null default 0
  request_id text
  applied_by text
  constraint node_closure_pkey PRIMARY KEY (tenant_id, id)
  constraint node_closure_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint node_closure_state_check CHECK ((state = ANY (ARRAY['previewed'::text, 'moving'::text, 'done'::text])))
  CREATE INDEX node_closure_moving ON ordo.node_closure USING btree (tenant_id, applied_at) WHERE (state <> 'previewed'::text)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.node_closure_order
  tenant_id integer not null
  closure_id uuid not null
  order_id uuid not null
  expected jsonb
  result jsonb
  constraint node_closure_order_pkey PRIMARY KEY (tenant_id, closure_id, order_id)
  constraint node_closure_order_tenant_id_closure_id_fkey FOREIGN KEY (tenant_id, closure_id) REFERENCES ordo.node_closure(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX node_closure_order_left ON ordo.node_closure_order USING btree (tenant_id, closure_id, order_id) WHERE (result IS NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.note_mention
  tenant_id integer not null
  person text not null
  note_id uuid not null
  unread boolean not null default true
  constraint note_mention_pkey PRIMARY KEY (tenant_id, person, unread, note_id)
  constraint note_mention_tenant_id_note_id_fkey FOREIGN KEY (tenant_id, note_id) REFERENCES ordo.order_note(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX note_mention_note ON ordo.note_mention USING btree (tenant_id, note_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_action
  tenant_id integer not null
  id uuid not null
  request json not null
  filter json
  dry_run boolean not null
  actor text not null
  state text not null
  total integer not null default 0
  changed integer not null default 0
  skipped integer not null default 0
  failed integer not null default 0
  reasons json not null default '{}'::json
  created_at timestamp with time zone not null
  started_at timestamp with time zone
  progressed_at timestamp with time zone
  finished_at timestamp with time zone
  request_id text
  undone_by uuid
  constraint order_action_pkey PRIMARY KEY (tenant_id, id)
  constraint order_action_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint order_action_state_check CHECK ((state = ANY (ARRAY['finding'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
  CREATE INDEX order_action_open ON ordo.order_action USING btree (tenant_id, id) WHERE (state = ANY (ARRAY['finding'::text, 'running'::text]))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_action_order
  tenant_id integer not null
  action_id uuid not null
  order_id uuid not null
  result text
  code text
  detail text
  constraint order_action_order_pkey PRIMARY KEY (tenant_id, action_id, order_id)
  constraint order_action_order_tenant_id_action_id_fkey FOREIGN KEY (tenant_id, action_id) REFERENCES ordo.order_action(tenant_id, id) ON DELETE CASCADE
  constraint order_action_order_result_check CHECK ((result = ANY (ARRAY['changed'::text, 'skipped'::text, 'failed'::text])))
  CREATE INDEX order_action_order_left ON ordo.order_action_order USING btree (tenant_id, action_id, order_id) WHERE (result IS NULL)
  CREATE INDEX order_action_order_not ON ordo.order_action_order USING btree (tenant_id, action_id, order_id) WHERE (result = ANY (ARRAY['skipped'::text, 'failed'::text]))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_contact
  tenant_id integer not null
  order_id uuid not null
  data json
  erased_hash bytea
  constraint order_contact_pkey PRIMARY KEY (tenant_id, order_id)
  CREATE TRIGGER contact_deleted AFTER DELETE ON ordo.order_contact FOR EACH ROW EXECUTE FUNCTION ordo.erase_mails()
  CREATE TRIGGER contact_deleted_notes AFTER DELETE ON ordo.order_contact FOR EACH ROW EXECUTE FUNCTION ordo.erase_notes()
  CREATE TRIGGER contact_erased AFTER UPDATE OF data ON ordo.order_contact FOR EACH ROW WHEN ((new.data IS NULL)) EXECUTE FUNCTION ordo.erase_mails()
  CREATE TRIGGER contact_erased_notes AFTER UPDATE OF data ON ordo.order_contact FOR EACH ROW WHEN ((new.data IS NULL)) EXECUTE FUNCTION ordo.erase_notes()
  CREATE TRIGGER erase_traces AFTER UPDATE OF erased_hash ON ordo.order_contact FOR EACH ROW WHEN ((new.erased_hash IS NOT NULL)) EXECUTE FUNCTION ordo.erase_traces()
  CREATE TRIGGER forget_searched_person AFTER UPDATE ON ordo.order_contact FOR EACH ROW WHEN (((new.data IS NULL) OR (new.erased_hash IS NOT NULL))) EXECUTE FUNCTION ordo.forget_searched_person()
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_deadline with (fillfactor=80)
  tenant_id integer not null
  order_id uuid not null
  channel_id uuid not null
  placed_at timestamp with time zone not null
  ship_by timestamp with time zone
  open boolean not null
  left_at timestamp with time zone
  cancelled_at timestamp with time zone
  next_look_at timestamp with time zone
  level text
  deadline text
  due_at timestamp with time zone
  predicted_at timestamp with time zone
  cause text
  shipment_no smallint
  looked_at timestamp with time zone
  tried text
  tried_at timestamp with time zone
  missed boolean not null default false
  look_again boolean not null default false
  constraint order_deadline_pkey PRIMARY KEY (tenant_id, order_id)
  constraint order_deadline_deadline_check CHECK ((deadline = ANY (ARRAY['promise'::text, 'deliver_by'::text, 'ship_by'::text])))
  constraint order_deadline_level_check CHECK ((level = ANY (ARRAY['at_risk'::text, 'late'::text])))
  constraint order_deadline_level_is_whole CHECK (((level IS NULL) OR (num_nulls(deadline, due_at, cause, looked_at) = 0)))
  CREATE INDEX order_deadline_due ON ordo.order_deadline USING btree (tenant_id, ( CASE WHEN (due_at IS NULL) THEN ship_by ELSE due_at END), order_id) WHERE (open AND ( CASE WHEN (due_at IS NULL) THEN ship_by ELSE due_at END IS NOT NULL))
  CREATE INDEX order_deadline_look ON ordo.order_deadline USING btree (tenant_id, look_again, next_look_at) WHERE (next_look_at IS NOT NULL)
  CREATE INDEX order_deadline_placed ON ordo.order_deadline USING btree (tenant_id, channel_id, placed_at) INCLUDE (cancelled_at)
  CREATE INDEX order_deadline_risk ON ordo.order_deadline USING btree (tenant_id, due_at, order_id) WHERE (level IS NOT NULL)
  CREATE INDEX order_deadline_ship ON ordo.order_deadline USING btree (tenant_id, channel_id, ship_by) INCLUDE (open, left_at) WHERE (ship_by IS NOT NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_desk
  tenant_id integer not null
  order_id uuid not null
  assignee text
  version integer not null default 1
  constraint order_desk_pkey PRIMARY KEY (tenant_id, order_id)
  constraint order_desk_tenant_id_order_id_fkey FOREIGN KEY (tenant_id, order_id) REFERENCES ordo.sales_order(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX order_desk_assignee ON ordo.order_desk USING btree (tenant_id, assignee, order_id) WHERE (assignee IS NOT NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_draft
  tenant_id integer not null
  id uuid not null
  owner text not null
  customer_id uuid
  document json
  version integer not null
  created_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  order_id uuid
  constraint order_draft_pkey PRIMARY KEY (tenant_id, id)
  constraint order_draft_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES ordo.customer(tenant_id, id)
  constraint order_draft_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint order_draft_check CHECK (((document IS NULL) = (order_id IS NOT NULL)))
  CREATE INDEX order_draft_customer ON ordo.order_draft USING btree (tenant_id, customer_id) WHERE (customer_id IS NOT NULL)
  CREATE INDEX order_draft_open ON ordo.order_draft USING btree (tenant_id, updated_at, id) WHERE (document IS NOT NULL)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_line with (fillfactor=85)
  tenant_id integer not null
  order_id uuid not null
  line_no smallint not null
  item_id uuid not null
  parent_line_no smallint
  ordered bigint not null
  pending bigint not null default 0
  backordered bigint not null default 0
  preordered bigint not null default 0
  reserved bigint not null default 0
  released bigint not null default 0
  picked bigint not null default 0
  packed bigint not null default 0
  shipped bigint not null default 0
  handed_over bigint not null default 0
  cancelled bigint not null default 0
  delivered bigint not null default 0
  lost bigint not null default 0
  returned_to_sender bigint not null default 0
  attempts smallint not null default 0
  document json not null
  invoiced bigint not null default 0
  constraint order_line_pkey PRIMARY KEY (tenant_id, order_id, line_no)
  constraint order_line_backordered_check CHECK ((backordered >= 0))
  constraint order_line_cancelled_check CHECK ((cancelled >= 0))
  constraint order_line_delivered_check CHECK ((delivered >= 0))
  constraint order_line_every_unit_in_one_bucket CHECK ((ordered = (((((((((cancelled + pending) + backordered) + preordered) + reserved) + released) + picked) + packed) + shipped) + handed_over)))
  constraint order_line_handed_over_check CHECK ((handed_over >= 0))
  constraint order_line_invoiced_check CHECK ((invoiced >= 0))
  constraint order_line_invoiced_within_left CHECK ((invoiced <= (shipped + handed_over)))
  constraint order_line_line_no_check CHECK ((line_no > 0))
  constraint order_line_lost_check CHECK ((lost >= 0))
  constraint order_line_ordered_unless_kit CHECK (((ordered > 0) OR ((ordered = 0) AND ((document -> 'kit'::text) IS NOT NULL))))
  constraint order_line_outcome_within_shipped CHECK ((((delivered + lost) + returned_to_sender) <= shipped))
  constraint order_line_packed_check CHECK ((packed >= 0))
  constraint order_line_pending_check CHECK ((pending >= 0))
  constraint order_line_picked_check CHECK ((picked >= 0))
  constraint order_line_preordered_check CHECK ((preordered >= 0))
  constraint order_line_released_check CHECK ((released >= 0))
  constraint order_line_reserved_check CHECK ((reserved >= 0))
  constraint order_line_returned_to_sender_check CHECK ((returned_to_sender >= 0))
  constraint order_line_shipped_check CHECK ((shipped >= 0))
  CREATE INDEX order_line_preordered ON ordo.order_line USING btree (tenant_id, order_id) WHERE (preordered > 0)
  CREATE INDEX order_line_waiting ON ordo.order_line USING btree (tenant_id, item_id, order_id) WHERE ((pending > 0) OR (backordered > 0) OR (preordered > 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_note
  tenant_id integer not null
  id uuid not null
  order_id uuid not null
  author text not null
  mentions text[] not null
  written_at timestamp with time zone not null
  constraint order_note_pkey PRIMARY KEY (tenant_id, id)
  constraint order_note_tenant_id_order_id_fkey FOREIGN KEY (tenant_id, order_id) REFERENCES ordo.sales_order(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX order_note_order ON ordo.order_note USING btree (tenant_id, order_id, id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_note_body
  tenant_id integer not null
  note_id uuid not null
  order_id uuid not null
  text text not null
  constraint order_note_body_pkey PRIMARY KEY (tenant_id, note_id)
  constraint order_note_body_tenant_id_note_id_fkey FOREIGN KEY (tenant_id, note_id) REFERENCES ordo.order_note(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX order_note_body_order ON ordo.order_note_body USING btree (tenant_id, order_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_search
  tenant_id integer not null
  order_id uuid not null
  erased boolean not null default false
  words tsvector not null
  constraint order_search_pkey PRIMARY KEY (tenant_id, order_id)
  CREATE INDEX order_search_words ON ordo.order_search USING gin (words) WITH (fastupdate=off)
  row level security forced
  policy owner_search for select to owner using (true)
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_search_segment
  tenant_id integer not null
  segment integer not null
  from_order_id uuid not null
  constraint order_search_segment_pkey PRIMARY KEY (tenant_id, segment)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_search_state
  tenant_id integer not null
  fed integer not null default 0
  rebuilt_orders bigint
  rebuilt_until uuid
  constraint order_search_state_pkey PRIMARY KEY (tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_tag
  tenant_id integer not null
  tag text not null
  order_id uuid not null
  constraint order_tag_pkey PRIMARY KEY (tenant_id, tag, order_id)
  constraint order_tag_tenant_id_order_id_fkey FOREIGN KEY (tenant_id, order_id) REFERENCES ordo.order_desk(tenant_id, order_id) ON DELETE CASCADE
  CREATE INDEX order_tag_order ON ordo.order_tag USING btree (tenant_id, order_id, tag)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_tombstone
  tenant_id integer not null
  channel_id uuid not null
  external_id text not null
  source_version bigint not null
  reason text not null
  recorded_at timestamp with time zone not null default now()
  constraint order_tombstone_pkey PRIMARY KEY (tenant_id, channel_id, external_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.order_trace
  tenant_id integer not null
  hash bytea not null
  placed_at timestamp with time zone not null
  order_id uuid not null
  goods bigint not null
  constraint order_trace_pkey PRIMARY KEY (tenant_id, hash, placed_at, order_id)
  constraint order_trace_tenant_id_order_id_fkey FOREIGN KEY (tenant_id, order_id) REFERENCES ordo.order_contact(tenant_id, order_id) ON DELETE CASCADE
  CREATE INDEX order_trace_age ON ordo.order_trace USING btree (tenant_id, placed_at)
  CREATE INDEX order_trace_order ON ordo.order_trace USING btree (tenant_id, order_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.presence
  tenant_id integer not null
  order_id uuid not null
  user_id uuid not null
  editing boolean not null
  since timestamp with time zone not null
  expires_at timestamp with time zone not null
  constraint presence_pkey PRIMARY KEY (tenant_id, order_id, user_id)
  constraint presence_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES ordo.app_user(tenant_id, id) ON DELETE CASCADE
  CREATE INDEX presence_user ON ordo.presence USING btree (tenant_id, user_id, expires_at)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.price_list
  tenant_id integer not null
  id uuid not null
  code text not null
  name text not null
  currency text not null
  tax_included boolean not null
  channels text[]
  customer_class text not null
  constraint price_list_pkey PRIMARY KEY (tenant_id, id)
  constraint price_list_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  CREATE INDEX price_list_class ON ordo.price_list USING btree (tenant_id, customer_class, currency, tax_included)
  CREATE UNIQUE INDEX price_list_code ON ordo.price_list USING btree (tenant_id, code)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.price_list_entry
  tenant_id integer not null
  price_list_id uuid not null
  item_id uuid not null
  unit text not null
  minimum_quantity bigint not null
  valid_from timestamp with time zone not null
  valid_to timestamp with time zone not null default 'infinity'::timestamp with time zone
  unit_price numeric(18,6) not null
  constraint price_list_entry_pkey PRIMARY KEY (tenant_id, price_list_id, item_id, unit, minimum_quantity, valid_from)
  constraint price_list_entry_tenant_id_price_list_id_fkey FOREIGN KEY (tenant_id, price_list_id) REFERENCES ordo.price_list(tenant_id, id)
  constraint price_list_entry_check CHECK ((valid_from <= valid_to))
  constraint price_list_entry_minimum_quantity_check CHECK ((minimum_quantity >= 0))
  constraint price_list_entry_unit_price_check CHECK ((unit_price >= (0)::numeric))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.report_order
  tenant_id integer not null
  order_id uuid not null
  figures json not null
  constraint report_order_pkey PRIMARY KEY (tenant_id, order_id)
  constraint report_order_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.report_run
  tenant_id integer not null
  schedule_id uuid not null
  at timestamp with time zone not null
  outcome text not null
  note text
  mails integer not null
  constraint report_run_pkey PRIMARY KEY (tenant_id, schedule_id, at)
  constraint report_run_tenant_id_schedule_id_fkey FOREIGN KEY (tenant_id, schedule_id) REFERENCES ordo.report_schedule(tenant_id, id) ON DELETE CASCADE
  constraint report_run_outcome_check CHECK ((outcome = ANY (ARRAY['sent'::text, 'failed'::text])))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.report_schedule
  tenant_id integer not null
  id uuid not null
  owner text not null
  report text not null
  document json not null
  paused boolean not null default false
  next_at timestamp with time zone not null
  asked_at timestamp with time zone
  version integer not null default 1
  updated_at timestamp with time zone not null
  constraint report_schedule_pkey PRIMARY KEY (tenant_id, id)
  constraint report_schedule_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.report_state
  tenant_id integer not null
  rebuilt_orders bigint
  rebuilt_until uuid
  constraint report_state_pkey PRIMARY KEY (tenant_id)
  constraint report_state_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.report_sum with (fillfactor=80)
  tenant_id integer not null
  measure text not null
  slot timestamp with time zone not null
  channel_id uuid not null
  node_id uuid not null
  part text not null
  amount numeric not null
  constraint report_sum_pkey PRIMARY KEY (tenant_id, measure, slot, channel_id, node_id, part)
  constraint report_sum_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.routing_decision partitioned by RANGE (recorded_at)
  tenant_id integer not null
  order_id uuid not null
  decision_no smallint not null
  recorded_at timestamp with time zone not null default now()
  decided_at timestamp with time zone not null
  trigger text not null
  reason text not null
  detail text not null
  constraint routing_decision_pkey PRIMARY KEY (tenant_id, order_id, decision_no, recorded_at)
  constraint routing_decision_detail_check CHECK ((octet_length(detail) <= 4096))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant insert, select on table to runtime

table ordo.routing_decision_default is the default partition of ordo.routing_decision
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant insert, select on table to runtime

table ordo.routing_shadow
  tenant_id integer not null
  code text not null
  id uuid not null
  version integer not null
  revision integer not null
  groups json not null
  channel_id uuid
  channel_code text
  actor text not null
  currency text
  started_at timestamp with time zone not null
  start_position bigint not null
  ended_at timestamp with time zone
  compared bigint not null default 0
  left_out bigint not null default 0
  moved bigint not null default 0
  live_split bigint not null default 0
  draft_split bigint not null default 0
  live_late bigint not null default 0
  draft_late bigint not null default 0
  live_unplaced bigint not null default 0
  draft_unplaced bigint not null default 0
  costed bigint not null default 0
  live_cost_micros bigint not null default 0
  draft_cost_micros bigint not null default 0
  constraint routing_shadow_pkey PRIMARY KEY (tenant_id, code)
  constraint routing_shadow_tenant_id_code_fkey FOREIGN KEY (tenant_id, code) REFERENCES ordo.routing_strategy(tenant_id, code)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.routing_shadow_order
  tenant_id integer not null
  code text not null
  row_no bigint not null
  document json not null
  constraint routing_shadow_order_pkey PRIMARY KEY (tenant_id, code, row_no)
  constraint routing_shadow_order_tenant_id_code_fkey FOREIGN KEY (tenant_id, code) REFERENCES ordo.routing_shadow(tenant_id, code) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.routing_simulation
  tenant_id integer not null
  id uuid not null
  question json not null
  actor text not null
  state text not null default 'waiting'::text
  orders_total bigint
  orders_done bigint not null default 0
  attempts smallint not null default 0
  created_at timestamp with time zone not null default now()
  started_at timestamp with time zone
  finished_at timestamp with time zone
  report json
  problem json
  constraint routing_simulation_pkey PRIMARY KEY (tenant_id, id)
  constraint routing_simulation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint routing_simulation_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
  CREATE INDEX routing_simulation_open ON ordo.routing_simulation USING btree (tenant_id, id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.routing_simulation_order
  tenant_id integer not null
  simulation_id uuid not null
  row_no integer not null
  document json not null
  constraint routing_simulation_order_pkey PRIMARY KEY (tenant_id, simulation_id, row_no)
  constraint routing_simulation_order_tenant_id_simulation_id_fkey FOREIGN KEY (tenant_id, simulation_id) REFERENCES ordo.routing_simulation(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.routing_strategy
  tenant_id integer not null
  code text not null
  name text not null
  created_at timestamp with time zone not null
  constraint routing_strategy_pkey PRIMARY KEY (tenant_id, code)
  constraint routing_strategy_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.routing_strategy_version
  tenant_id integer not null
  code text not null
  version integer not null
  revision integer not null
  groups json not null
  note text
  author text not null
  created_at timestamp with time zone not null
  published_at timestamp with time zone
  published_by text
  valid_from timestamp with time zone
  valid_to timestamp with time zone not null default 'infinity'::timestamp with time zone
  withdrawn_at timestamp with time zone
  withdrawn_by text
  withdrawn_reason text
  constraint routing_strategy_version_pkey PRIMARY KEY (tenant_id, code, version)
  constraint routing_strategy_version_tenant_id_code_fkey FOREIGN KEY (tenant_id, code) REFERENCES ordo.routing_strategy(tenant_id, code)
  constraint routing_strategy_version_check CHECK ((((published_at IS NULL) = (valid_from IS NULL)) AND ((published_at IS NULL) = (published_by IS NULL))))
  constraint routing_strategy_version_check1 CHECK ((valid_from <= valid_to))
  constraint routing_strategy_version_revision_check CHECK ((revision > 0))
  constraint routing_strategy_version_version_check CHECK ((version > 0))
  constraint routing_strategy_version_withdrawn_check CHECK ((((withdrawn_at IS NULL) = (withdrawn_by IS NULL)) AND ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL)) AND ((withdrawn_at IS NULL) OR ((published_at IS NOT NULL) AND (withdrawn_at < valid_from) AND (valid_to = valid_from)))))
  CREATE INDEX routing_strategy_version_valid ON ordo.routing_strategy_version USING btree (tenant_id, code, valid_from) WHERE (published_at IS NOT NULL)
  CREATE UNIQUE INDEX routing_strategy_version_draft ON ordo.routing_strategy_version USING btree (tenant_id, code) WHERE (published_at IS NULL)
  CREATE TRIGGER keep_published_strategy BEFORE DELETE OR UPDATE ON ordo.routing_strategy_version FOR EACH ROW EXECUTE FUNCTION ordo.keep_published_strategy()
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.sales_order
  tenant_id integer not null
  id uuid not null
  number bigint not null
  channel_id uuid not null
  external_id text not null
  source_hash bytea not null
  currency text not null
  total_minor bigint not null
  placed_at timestamp with time zone not null
  captured_at timestamp with time zone not null
  status text not null
  commercial_version integer not null default 1
  document json not null
  source_version bigint
  constraint sales_order_pkey PRIMARY KEY (tenant_id, id)
  CREATE INDEX sales_order_captured ON ordo.sales_order USING btree (tenant_id, captured_at, id)
  CREATE INDEX sales_order_placed ON ordo.sales_order USING btree (tenant_id, placed_at, id)
  CREATE INDEX sales_order_source ON ordo.sales_order USING btree (tenant_id, channel_id, source_version, id) WHERE (source_version IS NOT NULL)
  CREATE INDEX sales_order_status ON ordo.sales_order USING btree (tenant_id, status, id)
  CREATE UNIQUE INDEX sales_order_external ON ordo.sales_order USING btree (tenant_id, channel_id, external_id)
  CREATE UNIQUE INDEX sales_order_number ON ordo.sales_order USING btree (tenant_id, number)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.sandbox
  tenant_id integer not null
  clock_offset_ms bigint not null default 0
  began_at timestamp with time zone not null
  wiped_at timestamp with time zone
  constraint sandbox_pkey PRIMARY KEY (tenant_id)
  constraint sandbox_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint sandbox_clock_offset_ms_check CHECK (((clock_offset_ms >= 0) AND (clock_offset_ms <= '31622400000'::bigint)))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.saved_view
  tenant_id integer not null
  id uuid not null
  owner text not null
  screen text not null
  name text not null
  query text not null
  columns text[]
  shared boolean not null
  "position" integer not null
  updated_at timestamp with time zone not null
  constraint saved_view_pkey PRIMARY KEY (tenant_id, id)
  constraint saved_view_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  CREATE INDEX saved_view_screen ON ordo.saved_view USING btree (tenant_id, screen, "position", id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.shipment with (fillfactor=80)
  tenant_id integer not null
  order_id uuid not null
  shipment_no smallint not null
  node_id uuid not null
  status text not null
  state_since timestamp with time zone not null
  planned_ship_date date
  time_zone text not null
  cancel_requested boolean not null default false
  document json not null
  capacity_date date
  capacity_hour smallint
  capacity_units bigint
  constraint shipment_pkey PRIMARY KEY (tenant_id, order_id, shipment_no)
  constraint shipment_capacity_hour_check CHECK (((capacity_hour >= '-1'::integer) AND (capacity_hour <= 23)))
  constraint shipment_capacity_is_whole CHECK ((num_nulls(capacity_date, capacity_hour, capacity_units) = ANY (ARRAY[0, 3])))
  constraint shipment_capacity_units_check CHECK ((capacity_units > 0))
  constraint shipment_shipment_no_check CHECK ((shipment_no > 0))
  constraint shipment_status_check CHECK ((status = ANY (ARRAY['PLANNED'::text, 'RELEASED'::text, 'ACCEPTED'::text, 'PICKED'::text, 'PACKED'::text, 'SHIPPED'::text, 'AT_STORE'::text, 'HANDED_OVER'::text, 'DELIVERED'::text, 'LOST'::text, 'RETURNED_TO_SENDER'::text, 'CANCELLED'::text])))
  CREATE INDEX shipment_at_store ON ordo.shipment USING btree (tenant_id, ((document ->> 'to_store'::text)), state_since) WHERE (status = 'AT_STORE'::text)
  CREATE INDEX shipment_in_work ON ordo.shipment USING btree (tenant_id, status, state_since) WHERE (status = ANY (ARRAY['RELEASED'::text, 'ACCEPTED'::text, 'PICKED'::text, 'PACKED'::text]))
  CREATE INDEX shipment_node ON ordo.shipment USING btree (tenant_id, node_id, order_id)
  CREATE INDEX shipment_of_store ON ordo.shipment USING btree (tenant_id, ((document ->> 'to_store'::text)), order_id) WHERE ((document ->> 'to_store'::text) IS NOT NULL)
  CREATE INDEX shipment_planned ON ordo.shipment USING btree (tenant_id, node_id, planned_ship_date) WHERE (status = 'PLANNED'::text)
  CREATE INDEX shipment_status ON ordo.shipment USING btree (tenant_id, status, order_id) WHERE (status <> ALL (ARRAY['PLANNED'::text, 'DELIVERED'::text, 'CANCELLED'::text]))
  CREATE INDEX shipment_to_store ON ordo.shipment USING btree (tenant_id, status) WHERE (((document ->> 'to_store'::text) IS NOT NULL) AND (status = ANY (ARRAY['PLANNED'::text, 'RELEASED'::text, 'ACCEPTED'::text, 'PICKED'::text, 'PACKED'::text])))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.shipment_line with (fillfactor=80)
  tenant_id integer not null
  order_id uuid not null
  shipment_no smallint not null
  line_no smallint not null
  reserved bigint not null default 0
  released bigint not null default 0
  picked bigint not null default 0
  packed bigint not null default 0
  shipped bigint not null default 0
  handed_over bigint not null default 0
  delivered bigint not null default 0
  lost bigint not null default 0
  returned_to_sender bigint not null default 0
  constraint shipment_line_pkey PRIMARY KEY (tenant_id, order_id, shipment_no, line_no)
  constraint shipment_line_delivered_check CHECK ((delivered >= 0))
  constraint shipment_line_handed_over_check CHECK ((handed_over >= 0))
  constraint shipment_line_lost_check CHECK ((lost >= 0))
  constraint shipment_line_packed_check CHECK ((packed >= 0))
  constraint shipment_line_picked_check CHECK ((picked >= 0))
  constraint shipment_line_released_check CHECK ((released >= 0))
  constraint shipment_line_reserved_check CHECK ((reserved >= 0))
  constraint shipment_line_returned_to_sender_check CHECK ((returned_to_sender >= 0))
  constraint shipment_line_shipped_check CHECK ((shipped >= 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.shipping_fact
  tenant_id integer not null
  kind text not null
  code text not null
  valid_from timestamp with time zone not null
  valid_to timestamp with time zone not null default 'infinity'::timestamp with time zone
  document json not null
  constraint shipping_fact_pkey PRIMARY KEY (tenant_id, kind, code, valid_from)
  constraint shipping_fact_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint shipping_fact_check CHECK ((valid_from < valid_to))
  constraint shipping_fact_kind_check CHECK ((kind = ANY (ARRAY['calendar'::text, 'carrier_service'::text, 'rate_card'::text, 'package_type'::text, 'exchange_rates'::text, 'customs_territory'::text, 'duty_rates'::text, 'export_restriction'::text])))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.sign_in_challenge
  tenant_id integer not null
  hash bytea not null
  kind text not null
  user_id uuid
  kept json not null
  expires_at timestamp with time zone not null
  constraint sign_in_challenge_pkey PRIMARY KEY (tenant_id, hash)
  constraint sign_in_challenge_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint sign_in_challenge_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES ordo.app_user(tenant_id, id) ON DELETE CASCADE
  constraint sign_in_challenge_kind_check CHECK ((kind = ANY (ARRAY['passkey'::text, 'new_passkey'::text, 'provider'::text])))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.sign_in_try
  tenant_id integer not null
  subject bytea not null
  tries integer not null
  since timestamp with time zone not null
  blocks integer not null
  blocked_until timestamp with time zone
  constraint sign_in_try_pkey PRIMARY KEY (tenant_id, subject)
  constraint sign_in_try_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.soft_claim
  tenant_id integer not null
  id uuid not null
  status text not null
  reference text
  created_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  promise jsonb
  constraint soft_claim_pkey PRIMARY KEY (tenant_id, id)
  constraint soft_claim_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint soft_claim_status_check CHECK ((status = ANY (ARRAY['open'::text, 'converted'::text, 'released'::text, 'expired'::text])))
  CREATE INDEX soft_claim_open ON ordo.soft_claim USING btree (tenant_id, expires_at) WHERE (status = 'open'::text)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.soft_claim_line
  tenant_id integer not null
  claim_id uuid not null
  item_id uuid not null
  node_id uuid not null
  quantity bigint not null
  constraint soft_claim_line_pkey PRIMARY KEY (tenant_id, claim_id, item_id, node_id)
  constraint soft_claim_line_tenant_id_claim_id_fkey FOREIGN KEY (tenant_id, claim_id) REFERENCES ordo.soft_claim(tenant_id, id)
  constraint soft_claim_line_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint soft_claim_line_quantity_check CHECK ((quantity > 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.stock with (fillfactor=70)
  tenant_id integer not null
  item_id uuid not null
  node_id uuid not null
  owner text not null
  condition text not null
  on_hand bigint not null default 0
  reserved bigint not null default 0
  soft bigint not null default 0
  short bigint not null default 0
  constraint stock_pkey PRIMARY KEY (tenant_id, item_id, node_id, owner, condition)
  constraint stock_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint stock_condition_check CHECK ((condition = ANY (ARRAY['A'::text, 'B'::text, 'quarantine'::text])))
  constraint stock_on_hand_check CHECK ((on_hand >= 0))
  constraint stock_reserved_check CHECK ((reserved >= 0))
  constraint stock_reserved_is_there CHECK ((reserved <= (on_hand + short)))
  constraint stock_short_check CHECK ((short >= 0))
  constraint stock_soft_check CHECK ((soft >= 0))
  CREATE INDEX stock_owing ON ordo.stock USING btree (tenant_id, item_id, node_id) WHERE (short > 0)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.stock_movement
  tenant_id integer not null
  event_id uuid not null
  ordinal smallint not null
  item_id uuid not null
  node_id uuid not null
  owner text not null
  condition text not null
  kind text not null
  on_hand bigint not null
  unit_cost_micros bigint
  cause_kind text not null
  cause_id text not null
  reason text
  occurred_at timestamp with time zone not null
  constraint stock_movement_pkey PRIMARY KEY (tenant_id, event_id, ordinal)
  constraint stock_movement_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint stock_movement_kind_check CHECK ((kind = ANY (ARRAY['receipt'::text, 'adjustment'::text, 'count'::text, 'ship'::text, 'hand_over'::text, 'short_pick'::text, 'reject'::text, 'return_to_sender'::text, 'transfer_out'::text])))
  CREATE INDEX stock_movement_item ON ordo.stock_movement USING btree (tenant_id, item_id, node_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant insert, select on table to runtime

table ordo.supply
  tenant_id integer not null
  id uuid not null
  kind text not null
  reference text not null
  item_id uuid not null
  node_id uuid not null
  due_at timestamp with time zone not null
  confidence smallint not null
  quantity bigint not null
  received bigint not null default 0
  closed_at timestamp with time zone
  damaged bigint not null default 0
  claimed bigint not null default 0
  supply_order_id uuid
  constraint supply_pkey PRIMARY KEY (tenant_id, id)
  constraint supply_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint supply_claimed_check CHECK ((claimed >= 0))
  constraint supply_claimed_within_quantity CHECK ((claimed <= quantity))
  constraint supply_confidence_check CHECK (((confidence >= 0) AND (confidence <= 100)))
  constraint supply_damaged_check CHECK ((damaged >= 0))
  constraint supply_damaged_within_received CHECK ((damaged <= received))
  constraint supply_kind_check CHECK ((kind = ANY (ARRAY['purchase_order'::text, 'transfer'::text, 'production'::text, 'return'::text])))
  constraint supply_quantity_check CHECK ((quantity > 0))
  constraint supply_received_check CHECK ((received >= 0))
  CREATE INDEX supply_claimable ON ordo.supply USING btree (tenant_id, item_id) WHERE ((closed_at IS NULL) OR (claimed > 0))
  CREATE INDEX supply_of_order ON ordo.supply USING btree (tenant_id, supply_order_id) WHERE (supply_order_id IS NOT NULL)
  CREATE INDEX supply_open ON ordo.supply USING btree (tenant_id, item_id, node_id) WHERE (closed_at IS NULL)
  CREATE INDEX supply_to_node ON ordo.supply USING btree (tenant_id, node_id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.supply_claim with (fillfactor=80)
  tenant_id integer not null
  supply_id uuid not null
  order_id uuid not null
  line_no smallint not null
  item_id uuid not null
  quantity bigint not null
  constraint supply_claim_pkey PRIMARY KEY (tenant_id, supply_id, order_id, line_no)
  constraint supply_claim_quantity_check CHECK ((quantity > 0))
  CREATE INDEX supply_claim_item ON ordo.supply_claim USING btree (tenant_id, item_id)
  CREATE INDEX supply_claim_line ON ordo.supply_claim USING btree (tenant_id, order_id, line_no)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.supply_order
  tenant_id integer not null
  id uuid not null
  kind text not null
  reference text not null
  node_id uuid not null
  from_node_id uuid
  supplier text
  created_at timestamp with time zone not null
  shipped_at timestamp with time zone
  constraint supply_order_pkey PRIMARY KEY (tenant_id, id)
  constraint supply_order_kind_check CHECK ((kind = ANY (ARRAY['purchase_order'::text, 'transfer'::text, 'production'::text, 'return'::text])))
  constraint supply_order_transfer_comes_from_somewhere CHECK ((((kind = 'transfer'::text) = (from_node_id IS NOT NULL)) AND (from_node_id IS DISTINCT FROM node_id)))
  CREATE UNIQUE INDEX supply_order_reference ON ordo.supply_order USING btree (tenant_id, kind, reference)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.tenant
  tenant_id integer not null generated by default as identity
  code text not null
  name text not null
  created_at timestamp with time zone not null default now()
  trace_secret bytea not null default sha256(convert_to(((gen_random_uuid())::text || (gen_random_uuid())::text), 'UTF8'::name))
  constraint tenant_pkey PRIMARY KEY (tenant_id)
  constraint tenant_code_key UNIQUE (code)
  row level security forced
  policy owner_manages for all to owner using (true) with check (true)
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant select on table to runtime

table ordo.unassigned_demand with (fillfactor=70)
  tenant_id integer not null
  item_id uuid not null
  segment text not null
  pending bigint not null default 0
  waiting bigint not null default 0
  soft bigint not null default 0
  constraint unassigned_demand_pkey PRIMARY KEY (tenant_id, item_id, segment)
  constraint unassigned_demand_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint unassigned_demand_pending_check CHECK ((pending >= 0))
  constraint unassigned_demand_soft_check CHECK ((soft >= 0))
  constraint unassigned_demand_waiting_check CHECK ((waiting >= 0))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.user_identity
  tenant_id integer not null
  issuer text not null
  subject text not null
  user_id uuid not null
  linked_at timestamp with time zone not null
  constraint user_identity_pkey PRIMARY KEY (tenant_id, issuer, subject)
  constraint user_identity_tenant_id_user_id_issuer_key UNIQUE (tenant_id, user_id, issuer)
  constraint user_identity_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES ordo.app_user(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.user_passkey
  tenant_id integer not null
  id uuid not null
  user_id uuid not null
  credential_id bytea not null
  public_key bytea not null
  counter bigint not null
  transports text[] not null
  name text not null
  created_at timestamp with time zone not null
  last_used_at timestamp with time zone
  constraint user_passkey_pkey PRIMARY KEY (tenant_id, id)
  constraint user_passkey_tenant_id_credential_id_key UNIQUE (tenant_id, credential_id)
  constraint user_passkey_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES ordo.app_user(tenant_id, id) ON DELETE CASCADE
  constraint user_passkey_counter_check CHECK ((counter >= 0))
  CREATE INDEX user_passkey_user ON ordo.user_passkey USING btree (tenant_id, user_id, id)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.user_password
  tenant_id integer not null
  user_id uuid not null
  hash text not null
  changed_at timestamp with time zone not null
  constraint user_password_pkey PRIMARY KEY (tenant_id, user_id)
  constraint user_password_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES ordo.app_user(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.user_recovery_code
  tenant_id integer not null
  user_id uuid not null
  hash bytea not null
  constraint user_recovery_code_pkey PRIMARY KEY (tenant_id, user_id, hash)
  constraint user_recovery_code_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES ordo.app_user(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.user_totp
  tenant_id integer not null
  user_id uuid not null
  secret text not null
  confirmed_at timestamp with time zone
  last_step bigint not null default 0
  constraint user_totp_pkey PRIMARY KEY (tenant_id, user_id)
  constraint user_totp_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES ordo.app_user(tenant_id, id) ON DELETE CASCADE
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.webhook_attempt
  tenant_id integer not null
  delivery_id uuid not null
  attempt_no smallint not null
  at timestamp with time zone not null default now()
  duration_ms integer not null
  status smallint
  excerpt text
  error text
  constraint webhook_attempt_pkey PRIMARY KEY (tenant_id, delivery_id, attempt_no)
  constraint webhook_attempt_tenant_id_delivery_id_fkey FOREIGN KEY (tenant_id, delivery_id) REFERENCES ordo.webhook_delivery(tenant_id, id) ON DELETE CASCADE
  constraint webhook_attempt_attempt_no_check CHECK ((attempt_no > 0))
  constraint webhook_attempt_duration_ms_check CHECK ((duration_ms >= 0))
  constraint webhook_attempt_excerpt_check CHECK ((octet_length(excerpt) <= 1024))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.webhook_delivery with (fillfactor=80)
  tenant_id integer not null
  id uuid not null default gen_random_uuid()
  subscription_id uuid not null
  kind text not null default 'event'::text
  "position" bigint not null
  state text not null default 'pending'::text
  attempts smallint not null default 0
  next_attempt_at timestamp with time zone default now()
  retry_until timestamp with time zone
  fence bigint not null default 0
  claimed_until timestamp with time zone
  created_at timestamp with time zone not null default now()
  order_id uuid
  waits_until timestamp with time zone
  withdrawn_with bigint
  constraint webhook_delivery_pkey PRIMARY KEY (tenant_id, id)
  constraint webhook_delivery_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES ordo.webhook_subscription(tenant_id, id) ON DELETE CASCADE
  constraint webhook_delivery_check CHECK (((state = 'pending'::text) = (next_attempt_at IS NOT NULL)))
  constraint webhook_delivery_kind_check CHECK ((kind = ANY (ARRAY['event'::text, 'test'::text])))
  constraint webhook_delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text, 'withdrawn'::text])))
  constraint webhook_delivery_withdrawn_check CHECK (((state = 'withdrawn'::text) = (withdrawn_with IS NOT NULL)))
  CREATE INDEX webhook_delivery_age ON ordo.webhook_delivery USING btree (tenant_id, created_at)
  CREATE INDEX webhook_delivery_dead ON ordo.webhook_delivery USING btree (tenant_id, subscription_id, created_at) WHERE (state = 'dead'::text)
  CREATE INDEX webhook_delivery_due ON ordo.webhook_delivery USING btree (tenant_id, subscription_id, next_attempt_at, "position") WHERE (state = 'pending'::text)
  CREATE INDEX webhook_delivery_list ON ordo.webhook_delivery USING btree (tenant_id, subscription_id, "position", id)
  CREATE INDEX webhook_delivery_waits ON ordo.webhook_delivery USING btree (tenant_id, order_id) WHERE ((state = 'pending'::text) AND (waits_until IS NOT NULL))
  CREATE UNIQUE INDEX webhook_delivery_event ON ordo.webhook_delivery USING btree (tenant_id, subscription_id, "position") WHERE (kind = 'event'::text)
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime

table ordo.webhook_subscription
  tenant_id integer not null
  id uuid not null
  url text not null
  description text not null
  types text[]
  status text not null default 'active'::text
  status_reason text
  secret text not null
  previous_secret text
  previous_secret_until timestamp with time zone
  start_position bigint not null
  created_at timestamp with time zone not null default now()
  constraint webhook_subscription_pkey PRIMARY KEY (tenant_id, id)
  constraint webhook_subscription_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES ordo.tenant(tenant_id)
  constraint webhook_subscription_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'disabled'::text])))
  row level security forced
  policy tenant_only for all to public using ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT ordo.current_tenant() AS current_tenant)))
  grant delete, insert, select, update on table to runtime
