-- What an announced version of a node said before a closure closed it too: its status, and until when it was paused. Null where none did.
alter table ordo.node add column before_closing jsonb;
