import { type Connector, RECEIVABLE, type Receivable } from "./connector.ts";

/** What a channel can be told, in the words of the people who connect it. */
export const TELLABLE = ["acknowledgements", "fulfilments", "tracking", "partial_fulfilments", "cancellations", "stock", "stock_by_place", "stock_compare_and_set"] as const;
export type Tellable = (typeof TELLABLE)[number];

/** A kind of channel and what it can. */
export interface Capabilities {
  readonly connector: string;
  readonly title: string;
  /** What its messages tell of, with the topics to subscribe there. */
  readonly receives: readonly { readonly what: Receivable; readonly topics: readonly string[] }[];
  readonly told: readonly Tellable[];
  /** Whether its orders can be swept: read again, and compared. */
  readonly swept: boolean;
  /** Variants that one call tells the stock of at most; 0 where it is told of none. */
  readonly stockAtOnce: number;
  /** 0 where it cannot be called. */
  readonly callsPerSecond: number;
  readonly credentials: readonly string[];
}

export function capabilitiesOf({ name, title, receives, writeBack, reconcile }: Connector): Capabilities {
  const { acknowledge, fulfil, cancel, stock } = writeBack ?? {};
  const access = writeBack ?? reconcile;
  const can: Readonly<Record<Tellable, boolean>> = {
    acknowledgements: acknowledge !== undefined, fulfilments: fulfil !== undefined, tracking: fulfil?.tracking === true, partial_fulfilments: fulfil?.partial === true,
    cancellations: cancel !== undefined, stock: stock !== undefined, stock_by_place: stock?.byPlace === true, stock_compare_and_set: stock?.compareAndSet === true,
  };
  return {
    connector: name, title,
    receives: RECEIVABLE.flatMap((what) => (receives[what] === undefined ? [] : [{ what, topics: receives[what] }])),
    told: TELLABLE.filter((what) => can[what]), swept: reconcile !== undefined,
    stockAtOnce: stock?.atOnce ?? 0, callsPerSecond: access?.callsPerSecond ?? 0, credentials: access?.credentials ?? [],
  };
}
