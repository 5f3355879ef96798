-- Whether an event is among those that somebody asks the audit log for; what is null is not asked. The planner puts its body in its place.
create function ordo.audit_matches(
  e ordo.event, actor text, type text, recorded_from timestamptz, recorded_to timestamptz, names text, id uuid, kind text, request text, way text, via text
) returns boolean language sql stable parallel safe as $$
  select (audit_matches.actor is null or e.actor = audit_matches.actor) and (audit_matches.type is null or e.type = audit_matches.type)
    and (recorded_from is null or e.recorded_at >= recorded_from) and (recorded_to is null or e.recorded_at < recorded_to)
    and (names is null or position(names in e.data::text) > 0 or names in (e.actor, e.request, e.via) or e.id = audit_matches.id)
    and (kind is null or case when kind = 'order' then e.order_id is not null else e.order_id is null and e.data::jsonb ? kind end)
    and (audit_matches.request is null or coalesce(e.request, e.data ->> 'request') = audit_matches.request)
    and (way is null or ordo.way_of(e.actor, e.via) = way) and (audit_matches.via is null or e.via = audit_matches.via)
$$;
