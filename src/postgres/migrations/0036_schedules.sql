-- Reports that are sent by mail again and again.
create table ordo.report_schedule (
  tenant_id int not null references ordo.tenant,
  id uuid not null,
  -- Who made it, as events name who acts: what it sends is what they may read.
  owner text not null,
  report text not null,
  -- What is asked of the report, when and in which zone it is sent, to whom and in which language: only read whole.
  document json not null,
  paused boolean not null default false,
  -- When it is sent next. One that was missed is sent once, and then goes on as ever.
  next_at timestamptz not null,
  -- Somebody asked for it beside its times.
  asked_at timestamptz,
  version int not null default 1,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);

-- What became of each sending; the latest are kept.
create table ordo.report_run (
  tenant_id int not null,
  schedule_id uuid not null,
  at timestamptz not null,
  outcome text not null check (outcome in ('sent', 'failed')),
  note text,
  mails int not null,
  primary key (tenant_id, schedule_id, at),
  foreign key (tenant_id, schedule_id) references ordo.report_schedule on delete cascade
);

-- A report's mail is about no order.
alter table ordo.mail alter column order_id drop not null, drop constraint mail_kind_check,
  add constraint mail_kind_check check (kind in ('confirmation', 'shipped', 'delayed', 'cancelled', 'report')),
  add constraint mail_about_check check ((kind = 'report') = (order_id is null));
alter table ordo.mail_body alter column order_id drop not null;

select ordo.protect_tenant_tables();
