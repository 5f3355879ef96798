import type { EventView, Page } from "./queries.ts";

/**
 * How somebody came to do something. person: in the console. api_key: with the API. cli: with the API, by a client that said it was the
 * command line, which nobody can prove. job: a worker did it, because somebody had asked for an action over many orders, an import or a
 * closure. worker: a worker did it by the rules. channel: a channel's message said so. program: another part of the program.
 */
export const VIA = ["person", "api_key", "cli", "job", "worker", "channel", "program"] as const;
export type Via = (typeof VIA)[number];

/** The thing an event is about, by the first of these that it names: the more particular first. */
export const AUDITED = ["report_schedule", "exception", "invoice", "claim", "draft", "supply", "supply_order", "webhook", "connection", "key", "user", "closure", "strategy", "price_list", "item", "node", "variant", "channel", "code"] as const;

export interface AuditEntry extends EventView {
  readonly via: Via;
  /** The request that it was asked with; null where nobody asked. */
  readonly request: string | null;
  /** The job that made it. */
  readonly job: string | null;
  /** What it was done to; null where the event names nothing. */
  readonly object: { readonly kind: string; readonly id: string } | null;
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown; readonly hidden: boolean }[];
}

export const auditEntry = (event: EventView, how: Pick<AuditEntry, "via" | "request" | "job">): AuditEntry => ({ ...event, ...how, object: objectOf(event), changes: changesOf(event.data["changed"]) });

function objectOf({ data, order }: EventView): AuditEntry["object"] {
  for (const kind of AUDITED) {
    const id = data[kind];
    if (typeof id === "string" && order === null) return { kind: kind === "code" && typeof data["kind"] === "string" ? data["kind"] : kind, id };
  }
  return order === null ? null : { kind: "order", id: order };
}

function changesOf(changed: unknown): AuditEntry["changes"] {
  if (typeof changed !== "object" || changed === null) return [];
  return Object.entries(changed).map(([field, values]) => {
    const [before, after]: unknown[] = Array.isArray(values) ? values : [null, null];
    return { field, before: before ?? null, after: after ?? null, hidden: !Array.isArray(values) };
  });
}

/** What is asked for, wherever it is begun to look. */
export interface AuditWanted {
  readonly actor: string | null;
  readonly type: string | null;
  readonly orderId: string | null;
  /** An id that the event names anywhere. */
  readonly names: string | null;
  /** Kind of the object: one of AUDITED, or an order. */
  readonly kind: string | null;
  readonly request: string | null;
  readonly via: Via | null;
  readonly job: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

export interface AuditFilter extends AuditWanted {
  /** Only events before this position; null for the latest on. */
  readonly before: number | null;
  readonly limit: number;
}

/** Events that one page looks at, whatever it finds among them. */
export const WALK_MAX = 20_000;

export interface AuditPage {
  readonly rows: readonly AuditEntry[];
  /** The earliest event that was looked at; null where there was none. */
  readonly lookedTo: { readonly position: number; readonly at: string } | null;
  /** Where to go on; null where nothing earlier is left. */
  readonly next: number | null;
}

export interface AuditQueries {
  /** The latest first. */
  readAudit(tenantId: number, filter: AuditFilter): Promise<AuditPage>;
  /** The oldest first, after a position, among so many events; of no order in particular. A page may be empty and have more after it. */
  followAudit(tenantId: number, filter: Omit<AuditWanted, "orderId">, after: number, walk: number): Promise<Page<AuditEntry>>;
}
