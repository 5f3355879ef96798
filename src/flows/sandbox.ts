/** What is kept of a demonstration beside its data. */
export interface SandboxRow {
  /** Milliseconds by which its clock was moved on. */
  readonly clockOffsetMs: number;
  /** Null until it is wiped. */
  readonly wipedAt: number | null;
}

/** How much of each kind there is, as people count it. */
export interface SandboxContents {
  readonly orders: number;
  readonly items: number;
  readonly nodes: number;
  readonly channels: number;
  readonly stock: number;
  readonly strategies: number;
  readonly connections: number;
  readonly webhooks: number;
  /** People beside the first one. */
  readonly people: number;
}

export interface SandboxStore {
  /** Null where nobody ever made a demonstration. */
  read(tenantId: number): Promise<SandboxRow | null>;
  /** Notes that there is a demonstration; the first one counts. */
  begin(tenantId: number, now: number): Promise<void>;
  setClock(tenantId: number, offsetMs: number): Promise<void>;
}

export interface SandboxQueries {
  sandboxContents(tenantId: number): Promise<SandboxContents>;
}

/** The furthest that a clock is moved on. */
export const CLOCK_MOST_MS = 366 * 86_400_000;

export const SCENARIOS = ['peak', 'stores', 'outage'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** What a person who begins with their own data does first, and whether it is done. */
export const FIRST_STEPS = ['nodes', 'items', 'stock', 'channel', 'orders', 'strategy', 'people'] as const;
export type FirstStep = (typeof FIRST_STEPS)[number];

export const doneSteps = (there: SandboxContents): Readonly<Record<FirstStep, number>> => ({
  nodes: there.nodes, items: there.items, stock: there.stock, channel: there.channels, orders: there.orders, strategy: there.strategies, people: there.people,
});
