export interface FulfilmentOrderLine {
  readonly id: string;
  readonly orderLine: string;
  remaining: number;
}

export interface FulfilmentOrder {
  readonly id: string;
  status: string;
  actions: string[];
  /** When it last changed, and why it is held. */
  updatedAt: string;
  holds: string[];
  readonly location: string;
  readonly lines: FulfilmentOrderLine[];
}

export interface ShopifyOrder {
  readonly id: string;
  cancelledAt: string | null;
  cancellation: Readonly<Record<string, unknown>> | null;
  readonly fulfilmentOrders: FulfilmentOrder[];
  readonly metafields: Map<string, string>;
  readonly tags: Set<string>;
}

export interface ShopifyFulfilment {
  readonly id: string;
  readonly order: string;
  readonly company: string | null;
  readonly numbers: readonly string[];
  readonly lines: readonly { readonly orderLine: string; readonly quantity: number }[];
}

/** An order to begin with: what is not said otherwise waits open at one location. */
export interface ShopifySeed {
  readonly id: string;
  readonly lines: readonly { readonly id: string; readonly quantity: number; readonly location?: string }[];
  readonly status?: string;
  readonly actions?: readonly string[];
}

let lastId = 9_000;
export const nextId = (kind: string): string => `gid://shopify/${kind}/${(lastId += 1)}`;

export function orderFrom({ id, lines, status = "OPEN", actions = ["CREATE_FULFILLMENT", "HOLD"] }: ShopifySeed): ShopifyOrder {
  const locations = [...new Set(lines.map(({ location }) => location ?? "1"))];
  return {
    id, cancelledAt: null, cancellation: null, metafields: new Map(), tags: new Set(),
    fulfilmentOrders: locations.map((location) => ({
      id: nextId("FulfillmentOrder"), status, actions: [...actions], updatedAt: "2026-03-01T10:00:00Z", holds: [], location,
      lines: lines.filter((line) => (line.location ?? "1") === location)
        .map((line) => ({ id: nextId("FulfillmentOrderLineItem"), orderLine: line.id, remaining: line.quantity })),
    })),
  };
}

/** One page of a connection; cursors are positions. */
export function page<T>(nodes: readonly T[], size: number, after: unknown): { nodes: readonly T[]; pageInfo: { hasNextPage: boolean; endCursor: string } } {
  const start = typeof after === "string" ? Number(after) : 0;
  return { nodes: nodes.slice(start, start + size), pageInfo: { hasNextPage: start + size < nodes.length, endCursor: String(start + size) } };
}
