// An order that somebody just placed, and the list that brings it into sight.
let placed: string | null = null;
const lists = new Set<() => void>();

/** The list on the screen: told when an order was placed that it should show. */
export function onPlaced(list: () => void): () => void {
  lists.add(list);
  return () => void lists.delete(list);
}

export function tellPlaced(id: string): void {
  placed = id;
  for (const list of lists) list();
}

export const placedOrder = (): string | null => placed;

/** It is in sight. */
export function seenPlaced(): void {
  placed = null;
}
