import type { EventView } from "./queries.ts";

/** How somebody came to do something. */
export const VIA = ["api_key", "person", "channel", "worker", "program"] as const;
export type Via = (typeof VIA)[number];

const WORKERS: ReadonlySet<string> = new Set(["journey", "sweeper"]);

/** A key's or person's id names itself; parts of the program have names of their own. */
export function viaOf(actor: string): Via {
  if (actor.startsWith("key_")) return "api_key";
  if (actor.startsWith("usr_")) return "person";
  if (WORKERS.has(actor)) return "worker";
  return actor === "channel" || actor === "inbox" ? "channel" : "program";
}

/** The thing an event is about, by the first of these that it names: the more particular first. */
export const AUDITED = ["report_schedule", "exception", "invoice", "claim", "draft", "supply", "supply_order", "webhook", "connection", "key", "user", "closure", "strategy", "price_list", "item", "node", "variant", "channel", "code"] as const;

export interface AuditEntry extends EventView {
  readonly via: Via;
  /** The request that changed the set-up; null where nobody asked, or the event came with many in one batch. */
  readonly request: string | null;
  /** What it was done to; null where the event names nothing. */
  readonly object: { readonly kind: string; readonly id: string } | null;
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown; readonly hidden: boolean }[];
}

export function auditEntry(event: EventView): AuditEntry {
  const { request } = event.data;
  return { ...event, request: typeof request === "string" ? request : null, via: viaOf(event.actor), object: objectOf(event), changes: changesOf(event.data["changed"]) };
}

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

export interface AuditFilter {
  readonly actor: string | null;
  readonly type: string | null;
  readonly orderId: string | null;
  /** An id that the event names anywhere. */
  readonly names: string | null;
  /** Kind of the object: one of AUDITED, or an order. */
  readonly kind: string | null;
  readonly request: string | null;
  readonly from: number | null;
  readonly to: number | null;
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
}
