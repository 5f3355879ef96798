import { type Scope, SCOPES } from "./access.ts";

interface RoleMeaning {
  readonly meaning: string;
  readonly scopes: readonly Scope[];
}

/** What each role may do. A person may have several; what they may do is all of it. */
export const ROLES = {
  admin: { meaning: "Everything, people and API keys included.", scopes: ["admin"] },
  manager: { meaning: "Runs operations: everything but people, API keys and who signed in.", scopes: SCOPES.filter((scope) => scope !== "admin") },
  agent: {
    meaning: "Helps customers: reads orders with names and addresses, holds, changes and cancels them; reads items, stock and shipments.",
    scopes: ["orders:read", "orders:read_personal", "orders:write", "catalogue:read", "stock:read"],
  },
  store: {
    meaning: "Works at a store or warehouse: picks, packs, ships and hands over; receives, counts and corrects stock; reads orders with the names that a hand-over needs.",
    scopes: ["orders:read", "orders:read_personal", "shipments:write", "catalogue:read", "stock:read", "stock:write"],
  },
  planner: {
    meaning: "Plans routing: writes strategies, nodes, carriers and prices, and simulates; reads orders without names and addresses.",
    scopes: ["orders:read", "catalogue:read", "catalogue:write", "stock:read", "events:read"],
  },
  finance: {
    meaning: "Reads orders and invoices with names and addresses, items and jobs, and downloads files.",
    scopes: ["orders:read", "orders:read_personal", "catalogue:read", "jobs:read"],
  },
  viewer: { meaning: "Reads orders, items, stock and events, without names and addresses.", scopes: ["orders:read", "catalogue:read", "stock:read", "events:read"] },
  developer: {
    meaning: "Connects systems: webhooks, channels, events and jobs.",
    scopes: ["catalogue:read", "events:read", "webhooks:read", "webhooks:write", "channels:read", "channels:write", "jobs:read", "jobs:write"],
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
