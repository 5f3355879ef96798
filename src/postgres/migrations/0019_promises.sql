-- What was promised with a soft claim: the option chosen, and when each SKU of the basket was to be there.
alter table ordo.soft_claim add column promise jsonb;
