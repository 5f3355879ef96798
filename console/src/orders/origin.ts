// The list an order was opened from: the way back, and what comes before and after.

export interface Origin {
  readonly address: string;
  readonly ids: readonly string[];
}

let origin: Origin = { address: '/orders', ids: [] };
/** The order that was opened last, so that the list finds the focus again. */
let opened: string | null = null;

export const cameFrom = (): Origin => origin;
export const remember = (list: Origin): void => void (origin = list);
export const rememberOpened = (id: string): void => void (opened = id);

export function takeOpened(): string | null {
  const id = opened;
  opened = null;
  return id;
}
