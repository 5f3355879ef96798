/**
 * Units that orders which are not replayed were given in fact, and that a world could not give them: they went elsewhere. Reserved,
 * they belong to an order's line at a node; once sent, to the order's goods of an item there, until these leave the shelf.
 */
export class Ghosts {
  readonly #reserved = new Map<string, number>();
  readonly #sent = new Map<string, number>();

  reserve(orderId: string, lineNo: number, nodeId: string, units: number): void {
    add(this.#reserved, `${orderId}|${lineNo}|${nodeId}`, units);
  }

  /** How many of so many units of a line that a node has no longer to keep were never there. */
  free(orderId: string, lineNo: number, nodeId: string, units: number): number {
    return take(this.#reserved, `${orderId}|${lineNo}|${nodeId}`, units);
  }

  send(orderId: string, itemId: string, nodeId: string, units: number): void {
    add(this.#sent, `${orderId}|${itemId}|${nodeId}`, units);
  }

  /** How many of so many units that left a shelf for an order were never there. */
  leave(orderId: string | null, itemId: string, nodeId: string, units: number): number {
    return take(this.#sent, `${orderId}|${itemId}|${nodeId}`, units);
  }
}

function add(counts: Map<string, number>, key: string, units: number): void {
  if (units > 0) counts.set(key, (counts.get(key) ?? 0) + units);
}

function take(counts: Map<string, number>, key: string, most: number): number {
  const known = counts.get(key);
  if (known === undefined) return 0;
  const taken = Math.min(known, most);
  if (taken === known) counts.delete(key);
  else counts.set(key, known - taken);
  return taken;
}
