import type { DiscountLimit } from "../domain/order/index.ts";
import { type Scope, SCOPES } from "./access.ts";

interface RoleMeaning {
  readonly meaning: string;
  readonly scopes: readonly Scope[];
  /** How much less than its price list a draft of an order may cost, in percent. */
  readonly discountPercent: number;
}

/** What each role may do. A person may have several; what they may do is all of it. */
export const ROLES = {
  admin: { meaning: "Everything, people and API keys included.", scopes: ["admin"], discountPercent: 100 },
  manager: { meaning: "Runs operations: everything but people, API keys and who signed in.", scopes: SCOPES.filter((scope) => scope !== "admin"), discountPercent: 30 },
  agent: {
    meaning: "Helps customers: reads orders with names and addresses, holds, changes and cancels them; reads items, stock and shipments.",
    scopes: ["orders:read", "orders:read_personal", "orders:write", "catalogue:read", "stock:read"],
    discountPercent: 10,
  },
  store: {
    meaning: "Works at a store or warehouse: picks, packs, ships and hands over; receives, counts and corrects stock; reads orders with the names that a hand-over needs.",
    scopes: ["orders:read", "orders:read_personal", "shipments:write", "catalogue:read", "stock:read", "stock:write"],
    discountPercent: 0,
  },
  planner: {
    meaning: "Plans routing: writes strategies, nodes, carriers and prices, and simulates; reads orders without names and addresses.",
    scopes: ["orders:read", "catalogue:read", "catalogue:write", "stock:read", "events:read"],
    discountPercent: 0,
  },
  finance: {
    meaning: "Reads orders and invoices with names and addresses, items and jobs, and downloads files.",
    scopes: ["orders:read", "orders:read_personal", "catalogue:read", "jobs:read"],
    discountPercent: 0,
  },
  viewer: { meaning: "Reads orders, items, stock and events, without names and addresses.", scopes: ["orders:read", "catalogue:read", "stock:read", "events:read"], discountPercent: 0 },
  developer: {
    meaning: "Connects systems: webhooks, channels, events and jobs.",
    scopes: ["catalogue:read", "events:read", "webhooks:read", "webhooks:write", "channels:read", "channels:write", "jobs:read", "jobs:write"],
    discountPercent: 0,
  },
} as const satisfies Readonly<Record<string, RoleMeaning>>;

export type Role = keyof typeof ROLES;
export const ROLE_NAMES = ["admin", "manager", "agent", "store", "planner", "finance", "viewer", "developer"] as const satisfies readonly Role[];

export const isRole = (text: string): text is Role => Object.hasOwn(ROLES, text);

/** What somebody with these roles may do, in the order of SCOPES. */
export function scopesOf(roles: readonly Role[]): readonly Scope[] {
  const all = new Set<Scope>(roles.flatMap((role): readonly Scope[] => ROLES[role].scopes));
  return SCOPES.filter((scope) => all.has(scope));
}

/** How far a caller may go with discounts: as far as the role that gives the most among those whose scopes the caller has, and who may go further. */
export function discountLimitOf(scopes: readonly Scope[]): DiscountLimit {
  const has = ({ scopes: needed }: RoleMeaning): boolean => scopes.includes("admin") || needed.every((scope) => scopes.includes(scope));
  const roles = ROLE_NAMES.map((role) => ({ role, percent: ROLES[role].discountPercent, held: has(ROLES[role]) }));
  const percent = Math.max(0, ...roles.filter(({ held }) => held).map((one) => one.percent));
  return { percent, further: roles.filter((one) => one.percent > percent).map(({ role, percent: its }) => ({ role, percent: its })).toSorted((a, b) => a.percent - b.percent) };
}
