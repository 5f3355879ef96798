/** Somebody who has an order open. */
export interface Present {
  /** Public id. */
  readonly user: string;
  readonly name: string;
  /** Whether a form of theirs has something in it that nobody saved. */
  readonly editing: boolean;
  readonly since: string;
}

export interface Look {
  readonly orderId: string;
  readonly userId: string;
  readonly now: number;
}

/** Somebody's row holds for this long; pages renew it three times meanwhile. */
export const PRESENT_MS = 20_000;

/** Who looks at what now. It keeps nobody from anything. */
export interface Presences {
  /** Says that somebody looks at an order, and answers who else does, the first one first; null where there is no such order. */
  look(tenantId: number, look: Look & { readonly editing: boolean }): Promise<readonly Present[] | null>;
  leave(tenantId: number, look: Look): Promise<void>;
  /** Everybody who may sign in or could once, by name; whoever was erased is left out. */
  people(tenantId: number): Promise<readonly { readonly id: string; readonly name: string; readonly disabled: boolean }[]>;
}
