-- Kits: goods that are put together from others when they are ordered.

alter table ordo.item add ship_together boolean not null default false;

-- The line of a kit carries the price; its units stand in the lines of its components.
alter table ordo.order_line drop constraint order_line_ordered_check;
alter table ordo.order_line add constraint order_line_ordered_unless_kit check (ordered > 0 or (ordered = 0 and document -> 'kit' is not null));

-- Which kits an item is or was a component of, for whoever tells channels what a change of its stock means.
create table ordo.kit_component (
  tenant_id int not null,
  component_sku text not null,
  kit_id uuid not null,
  primary key (tenant_id, component_sku, kit_id)
);

select ordo.protect_tenant_tables();
