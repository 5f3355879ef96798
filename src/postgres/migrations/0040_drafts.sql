-- Open drafts by when they were last changed, for the list and for discarding those that nobody touches any more. Placed ones stay for ever and hold nothing.
drop index ordo.order_draft_updated;
create index order_draft_open on ordo.order_draft (tenant_id, updated_at, id) where document is not null;
