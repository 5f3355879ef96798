-- Files that are imported by the server: the job, the file until it has been worked through, and what of it could not be used.

create table ordo.job (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  -- What the file holds, what its sender calls it, and what was asked for.
  kind text not null,
  file text not null,
  options json not null,
  actor text not null,
  state text not null default 'receiving' check (state in ('receiving', 'waiting', 'running', 'done', 'failed', 'cancelled')),
  bytes bigint not null default 0,
  -- At the most, by the line feeds of the file; exact once it is done.
  rows_total bigint,
  rows_done bigint not null default 0,
  -- What a run that goes on leaves out: rows of a table of orders belong to fewer orders.
  entries_done bigint not null default 0,
  created bigint not null default 0,
  updated bigint not null default 0,
  skipped bigint not null default 0,
  failed bigint not null default 0,
  -- What the file of errors begins with.
  errors_heading text not null default '',
  -- Why it ended without success: code, detail, fix.
  problem json,
  -- Runs that began since the last progress.
  attempts smallint not null default 0,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  -- The run in hand: since when, and how many rows were done before it.
  run_started_at timestamptz,
  run_started_rows bigint not null default 0,
  progressed_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id)
);
create index job_open on ordo.job (tenant_id, id) where state in ('receiving', 'waiting', 'running');

-- The file, in order: personal data, deleted when the job ends.
create table ordo.job_chunk (
  tenant_id int not null,
  job_id uuid not null,
  chunk_no int not null,
  body bytea not null,
  primary key (tenant_id, job_id, chunk_no),
  foreign key (tenant_id, job_id) references ordo.job on delete cascade
);

-- Lines of the file of errors, in order: personal data, deleted with the job.
create table ordo.job_error (
  tenant_id int not null,
  job_id uuid not null,
  -- How many failed before these.
  error_no bigint not null,
  body bytea not null,
  primary key (tenant_id, job_id, error_no),
  foreign key (tenant_id, job_id) references ordo.job on delete cascade
);

select ordo.protect_tenant_tables();
