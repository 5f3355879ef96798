-- When a node works, how fast, how much and what that costs; what a version leaves out takes its default.
alter table ordo.node add column operations json not null default '{}';
