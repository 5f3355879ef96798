import { assert, type Instant } from "../kernel/index.ts";
import type { Condition, Supply, SupplyClaim } from "./types.ts";

/** Units that may be promised while they are on their way: what is still to come x confidence, rounded down; none of what is closed. */
export const promisable = ({ quantity, received, confidence, closedAt }: Pick<Supply, "quantity" | "received" | "confidence" | "closedAt">): number =>
  closedAt === null ? Math.floor((Math.max(0, quantity - received) * confidence) / 100) : 0;

/** A supply of which units arrived: it is closed once all of it has, whatever its condition. */
export function withReceived(supply: Supply, units: number, condition: Condition, now: Instant): Supply {
  const received = supply.received + units;
  return { ...supply, received, damaged: supply.damaged + (condition === "A" ? 0 : units), closedAt: received >= supply.quantity ? now : supply.closedAt };
}

/** Units of an order line that wait for stock, before and after a batch, and where they may come from. */
export interface WaitingUnits {
  readonly orderId: string;
  readonly lineNo: number;
  readonly itemId: string;
  readonly before: number;
  readonly units: number;
  readonly mayUse: (nodeId: string) => boolean;
}

type LineKey = Pick<WaitingUnits, "orderId" | "lineNo">;
interface Claimed { readonly itemId: string; readonly before: number; now: number }
interface Inbound { readonly before: Supply | null; now: Supply }

const keyOf = ({ orderId, lineNo }: LineKey): string => `${orderId}|${lineNo}`;
const inDueOrder = (a: Supply, b: Supply): number => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1);

/**
 * Who claims what of the goods that are on their way, for one batch: it starts from locked rows, every decision of the batch
 * changes it, and it remembers what is to be written. A claim is never taken beyond what its supply may promise; a receipt,
 * a shorter announcement or a closed line may leave claims above that, until the item is shared out again.
 */
export class SupplyBook {
  readonly #supplies = new Map<string, Inbound>();
  readonly #claims = new Map<string, Map<string, Claimed>>();

  constructor(supplies: readonly Supply[], claims: readonly SupplyClaim[]) {
    for (const supply of supplies) this.#supplies.set(supply.id, { before: supply, now: supply });
    for (const { supplyId, itemId, quantity, ...line } of claims) this.#claimsOf(line).set(supplyId, { itemId, before: quantity, now: quantity });
  }

  #claimsOf(line: LineKey): Map<string, Claimed> {
    const key = keyOf(line);
    let claims = this.#claims.get(key);
    if (!claims) this.#claims.set(key, (claims = new Map()));
    return claims;
  }

  #inbound(supplyId: string): Inbound {
    const inbound = this.#supplies.get(supplyId);
    assert(inbound !== undefined, `supply ${supplyId} of a claim was loaded`);
    return inbound;
  }

  supply(id: string): Supply | undefined {
    return this.#supplies.get(id)?.now;
  }

  /** Keeps a supply that is new or otherwise than before; what is claimed of it stays as it is. */
  put(supply: Supply): void {
    const known = this.#supplies.get(supply.id);
    this.#supplies.set(supply.id, { before: known?.before ?? null, now: { ...supply, claimed: known?.now.claimed ?? 0 } });
  }

  /** Units of a line that are claimed of some supply. */
  claimedBy(line: LineKey): number {
    return [...this.#claimsOf(line).values()].reduce((sum, { now }) => sum + now, 0);
  }

  /**
   * Brings a line's claims in line with the units that wait: what is too much is given back, of what is due last first; what is
   * missing is claimed of what is due first, at places it may use.
   */
  fit(line: WaitingUnits): void {
    let excess = this.claimedBy(line) - line.units;
    const claims = [...this.#claimsOf(line)].map(([supplyId, { now }]) => ({ supply: this.#inbound(supplyId).now, now }));
    for (const { supply, now } of claims.toSorted((a, b) => inDueOrder(b.supply, a.supply))) {
      const back = Math.min(excess, now);
      if (back > 0) this.#change(line, supply, -back);
      excess -= Math.max(0, back);
    }
    let missing = -excess;
    if (missing <= 0) return;
    for (const supply of this.#openSupplies(line.itemId)) {
      const taken = line.mayUse(supply.nodeId) ? Math.min(missing, Math.max(0, promisable(supply) - supply.claimed)) : 0;
      if (taken > 0) this.#change(line, supply, taken);
      missing -= taken;
    }
  }

  /** Shares all open supply of some items out anew among the lines that wait, in their order. Needs every claim of the items. */
  shareOut(itemIds: ReadonlySet<string>, lines: readonly WaitingUnits[]): void {
    for (const [key, claims] of this.#claims) {
      for (const [supplyId, claim] of claims) {
        if (!itemIds.has(claim.itemId) || claim.now === 0) continue;
        const inbound = this.#inbound(supplyId);
        inbound.now = { ...inbound.now, claimed: inbound.now.claimed - claim.now };
        assert(inbound.now.claimed >= 0, `claims of line ${key} exceed what is claimed of supply ${supplyId}`);
        claim.now = 0;
      }
    }
    for (const line of lines) this.fit(line);
  }

  #openSupplies(itemId: string): Supply[] {
    return [...this.#supplies.values()].map(({ now }) => now).filter((supply) => supply.itemId === itemId && promisable(supply) > supply.claimed).toSorted(inDueOrder);
  }

  #change(line: WaitingUnits, supply: Supply, change: number): void {
    const inbound = this.#inbound(supply.id);
    const claims = this.#claimsOf(line);
    const claim = claims.get(supply.id) ?? { itemId: line.itemId, before: 0, now: 0 };
    claims.set(supply.id, claim);
    claim.now += change;
    inbound.now = { ...inbound.now, claimed: inbound.now.claimed + change };
    assert(claim.now >= 0 && inbound.now.claimed >= 0, "a claim gives back no more than it has");
  }

  /** When the last of a line's waiting units is due; null where some of them wait without a date. */
  expectedAt(line: WaitingUnits): Instant | null {
    return this.#latest(line, line.units, ({ now }) => now, ({ now }) => now);
  }

  /** The same before the batch. */
  expectedBefore(line: WaitingUnits): Instant | null {
    return this.#latest(line, line.before, ({ before }) => before, ({ before, now }) => before ?? now);
  }

  #latest(line: LineKey, units: number, quantityOf: (claim: Claimed) => number, supplyOf: (inbound: Inbound) => Supply): Instant | null {
    const held = [...this.#claimsOf(line)].filter(([, claim]) => quantityOf(claim) > 0);
    const covered = held.reduce((sum, [, claim]) => sum + quantityOf(claim), 0);
    if (units === 0 || covered < units) return null;
    return Math.max(...held.map(([supplyId]) => supplyOf(this.#inbound(supplyId)).dueAt));
  }

  /** Items of which units that were claimed before are free now, for others that wait. */
  freedItems(): string[] {
    const freed = [...this.#supplies.values()].filter(({ before, now }) => before !== null && now.claimed < before.claimed && now.claimed < promisable(now));
    return [...new Set(freed.map(({ now }) => now.itemId))].toSorted();
  }

  /** Claims as they are now where that differs from before; with quantity 0 where nothing is left of them. */
  changedClaims(): SupplyClaim[] {
    return [...this.#claims].flatMap(([key, claims]) => {
      const [orderId = "", lineNo] = key.split("|");
      return [...claims].flatMap(([supplyId, { itemId, before, now }]) => (before === now ? [] : [{ supplyId, itemId, orderId, lineNo: Number(lineNo), quantity: now }]));
    });
  }

  /** Supplies that are new, or were changed but for what is claimed of them. */
  changedSupplies(): Supply[] {
    return this.changes().filter(({ factsChanged }) => factsChanged).map(({ supply }) => supply);
  }

  /** Supplies to be written, and by how much what is claimed of each rose or fell. */
  changes(): SupplyChange[] {
    const all = [...this.#supplies.values()].map(({ before, now }): SupplyChange =>
      ({ supply: now, isNew: before === null, claimed: now.claimed - (before?.claimed ?? 0), factsChanged: before === null || !isSame(before, now) }));
    return all.filter(({ factsChanged, claimed }) => factsChanged || claimed !== 0);
  }
}

export interface SupplyChange {
  readonly supply: Supply;
  readonly isNew: boolean;
  readonly claimed: number;
  /** Whether anything but what is claimed of it is otherwise. */
  readonly factsChanged: boolean;
}

const isSame = (a: Supply, b: Supply): boolean =>
  a.dueAt === b.dueAt && a.confidence === b.confidence && a.quantity === b.quantity && a.received === b.received && a.damaged === b.damaged && a.closedAt === b.closedAt;
