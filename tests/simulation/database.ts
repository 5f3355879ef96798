import type { Channel, Item, Node } from "../../src/domain/catalog/index.ts";
import type { CapacityRow, DemandRow, SoftClaim, StockMovement, StockRow, Supply, SupplyClaim } from "../../src/domain/inventory/index.ts";
import type { OrdoEvent } from "../../src/domain/kernel/index.ts";
import type { ExceptionNote, LineMovement, Order, OrderLine, RoutingDecision, Shipment } from "../../src/domain/order/index.ts";
import type { Dated, StoredAnswer } from "../../src/flows/ports.ts";
import type { Mutant } from "./mutants.ts";

export interface PositionedEvent extends OrdoEvent {
  readonly position: number;
}

/** An exception as stored; settled ones stay as history. */
export interface StoredException extends ExceptionNote {
  readonly resolved: boolean;
}

/**
 * What has been committed. Values are never changed in place, so an open transaction keeps what it has read. Rows are
 * those of the real tables; figures that the real store keeps in columns of their own are kept here in the same grain.
 */
export class Database {
  readonly items = new Map<string, readonly Dated<Item>[]>();
  readonly nodes = new Map<string, readonly Dated<Node>[]>();
  readonly channels = new Map<string, readonly Dated<Channel>[]>();
  readonly stock = new Map<string, StockRow>();
  readonly demand = new Map<string, DemandRow>();
  readonly capacity = new Map<string, CapacityRow>();
  readonly claims = new Map<string, SoftClaim>();
  readonly supplies = new Map<string, Supply>();
  readonly supplyClaims = new Map<string, SupplyClaim>();
  readonly orders = new Map<string, Order>();
  /** Order ids by "channel id|external id". */
  readonly identities = new Map<string, string>();
  readonly answers = new Map<string, StoredAnswer>();
  readonly events: PositionedEvent[] = [];
  readonly lineMovements: LineMovement[] = [];
  readonly stockMovements: StockMovement[] = [];
  readonly decisions: RoutingDecision[] = [];
  /** The highest decision number of each order: the order's own row does not carry it. */
  readonly decisionNumbers = new Map<string, number>();
  readonly exceptions = new Map<string, StoredException>();
  orderNumber = 1000;
  position = 0;
  commits = 0;
  /** Moments that must not be, seen while they happen because later commits may cover them up: oversold, or short without cause. */
  readonly alarms: string[] = [];
  readonly mutant: Mutant | null;

  constructor(mutant: Mutant | null = null) {
    this.mutant = mutant;
  }
}

/** One commit's changes, each with the way back: a CHECK that fails half-way leaves nothing behind. */
export class Changes {
  readonly #undo: (() => void)[] = [];

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    this.#undo.push(() => (before === undefined ? map.delete(key) : map.set(key, before)));
    map.set(key, value);
  }

  append<T>(list: T[], values: readonly T[]): void {
    const length = list.length;
    this.#undo.push(() => list.splice(length));
    list.push(...values);
  }

  /** Anything else that has a way back. */
  also(undo: () => void): void {
    this.#undo.push(undo);
  }

  rollBack(): void {
    for (const undo of this.#undo.toReversed()) undo();
  }
}

export const placeKey = (row: { itemId: string; nodeId: string; owner: string; condition: string }): string => `${row.itemId}|${row.nodeId}|${row.owner}|${row.condition}`;
export const slotKey = (row: { nodeId: string; date: string; hour: number }): string => `${row.nodeId}|${row.date}|${row.hour}`;
export const identityOf = (order: { channelId: string; externalId: string }): string => `${order.channelId}|${order.externalId}`;

export const copyLine = (line: OrderLine): OrderLine => ({ ...line, units: { ...line.units } });

export const copyShipment = (shipment: Shipment): Shipment => ({
  ...shipment, lines: new Map([...shipment.lines].map(([lineNo, stages]) => [lineNo, { ...stages }])),
});

/** A whole copy that a flow may change. */
export const copyOrder = (order: Order): Order => ({
  ...order, lines: order.lines.map(copyLine), holds: order.holds.map((hold) => ({ ...hold })), shipments: order.shipments.map(copyShipment), excluded: [...order.excluded],
});

/** The version of each fact that holds at a time. */
export function factsAt<T>(facts: ReadonlyMap<string, readonly Dated<T>[]>, now: number): T[] {
  const found: T[] = [];
  for (const versions of facts.values()) {
    const current = versions.findLast(({ validFrom }) => validFrom <= now);
    if (current) found.push(current.fact);
  }
  return found;
}
