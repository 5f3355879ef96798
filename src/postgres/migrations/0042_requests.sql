-- The request that an import, or the closing of nodes, was asked with: what a worker then does says so.
alter table ordo.job add column request_id text;

-- Of a preview that was applied: by whom. The orders leave in that name, whoever looked at it first.
alter table ordo.node_closure add column request_id text, add column applied_by text;
