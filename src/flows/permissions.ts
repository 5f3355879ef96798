import { type ApiKeyView, opens, type Place, type Scope, SCOPES } from "./access.ts";
import { discountLimitOf, type Role, ROLE_NAMES, ROLES, scopesOf } from "./roles.ts";
import type { User } from "./users.ts";

/** What permissions are about, in the order in which they are told. */
export const AREAS = ["orders", "goods", "connections", "records", "administration"] as const;
export type Area = (typeof AREAS)[number];

/** What each scope lets one do. A scope without an entry here does not compile. */
export const PERMISSIONS: Readonly<Record<Scope, { readonly area: Area; readonly meaning: string }>> = {
  "orders:read": { area: "orders", meaning: "See orders, shipments, invoices, mails, exceptions and reports, without names and addresses." },
  "orders:read_personal": { area: "orders", meaning: "See names, addresses and contacts too, and customers and drafts of orders." },
  "orders:write": { area: "orders", meaning: "Take, hold, change, route and cancel orders, work exceptions, and look after customers." },
  "shipments:write": { area: "orders", meaning: "Release, accept, pick, pack, ship and hand over shipments, or reject them." },
  "catalogue:read": { area: "goods", meaning: "See items, nodes, channels, prices, carriers, customs and routing strategies." },
  "catalogue:write": { area: "goods", meaning: "Change items, nodes, channels, prices, carriers, customs and routing strategies; close nodes, pause channels, protect stock, map items of channels." },
  "stock:read": { area: "goods", meaning: "See stock, what is on its way, claims, availability and dates that can be promised." },
  "stock:write": { area: "goods", meaning: "Receive, count, correct and transfer stock, announce supply, and set stock aside." },
  "channels:read": { area: "connections", meaning: "See connections to channels, their messages and calls, differences found, and templates of mails." },
  "channels:write": { area: "connections", meaning: "Set up connections to channels and templates of mails; take in, replay, drop and erase messages, and repeat calls." },
  "webhooks:read": { area: "connections", meaning: "See webhooks and what was delivered." },
  "webhooks:write": { area: "connections", meaning: "Set up webhooks, test them, and deliver again." },
  "events:read": { area: "records", meaning: "Read the audit log and the stream of events." },
  "jobs:read": { area: "records", meaning: "See imports, how far they are, and rows that failed." },
  "jobs:write": { area: "records", meaning: "Import files, each kind with the permission to change what it holds besides, and cancel imports." },
  admin: { area: "administration", meaning: "Everything; besides all of the above people, API keys, verification, parked work and the sandbox." },
};

/** One operation of the interface as who may call it sees it. */
export interface GuardedOperation {
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly summary: string;
  /** What it needs; "person" is anybody who has signed in, and no key. */
  readonly scope: Scope | "person";
  /** Whether who is limited to nodes may call it. */
  readonly limitedByNode: boolean;
}

/** Where a permission comes from: a role, or null for what a key itself was given; and the scope there that opens it. */
export interface Origin {
  readonly role: Role | null;
  readonly scope: Scope;
}

export const SUBJECT_STATES = ["active", "disabled", "erased", "expired", "revoked"] as const;
export type SubjectState = (typeof SUBJECT_STATES)[number];

/** Somebody or something that asks, as far as it matters to what it may do. */
export interface Subject {
  readonly state: SubjectState;
  /** What it was given, and by which role. */
  readonly given: readonly Origin[];
  /** Nodes that it is limited to; null for everywhere. */
  readonly places: readonly Place[] | null;
}

/** Why something is not allowed: nothing grants it, it is granted but no operation of it can be limited to nodes, or the account or key does not work any more. */
export type Denial = "not_granted" | "limited_to_nodes" | Exclude<SubjectState, "active">;

export interface EffectivePermission {
  readonly scope: Scope;
  readonly allowed: boolean;
  /** Every way it is granted; what a disabled account or an ended key was given is told all the same. */
  readonly from: readonly Origin[];
  /** Null where it is allowed. */
  readonly denied: Denial | null;
  /** Operations of this scope that stay closed although it is allowed, because they cannot be limited to nodes. */
  readonly closed: readonly string[];
}

export interface Access {
  readonly permissions: readonly EffectivePermission[];
  /** How much less than its price list a draft may cost, in percent. */
  readonly discountPercent: number;
}

export const subjectOfUser = ({ roles, nodes, disabledAt, erasedAt }: Pick<User, "roles" | "nodes" | "disabledAt" | "erasedAt">): Subject => ({
  state: erasedAt !== null ? "erased" : disabledAt !== null ? "disabled" : "active", places: nodes,
  given: roles.flatMap((role) => scopesOf([role]).map((scope) => ({ role, scope }))),
});

export const subjectOfKey = ({ scopes, revokedAt, expiresAt }: Pick<ApiKeyView, "scopes" | "revokedAt" | "expiresAt">, now: number): Subject => ({
  state: revokedAt !== null ? "revoked" : expiresAt !== null && expiresAt <= now ? "expired" : "active", places: null,
  given: scopes.map((scope) => ({ role: null, scope })),
});

/** What a subject may do and may not, scope by scope, by the very rule that guards the operations. */
export function accessOf(subject: Subject, operations: readonly GuardedOperation[]): Access {
  const held = subject.given.map(({ scope }) => scope);
  return {
    permissions: SCOPES.map((scope) => permissionOf(scope, subject, operations.filter((one) => one.scope === scope))),
    discountPercent: subject.state === "active" ? discountLimitOf(held).percent : 0,
  };
}

function permissionOf(scope: Scope, { state, given, places }: Subject, operations: readonly GuardedOperation[]): EffectivePermission {
  const from = given.filter((one) => opens(one.scope, scope));
  if (from.length === 0) return { scope, allowed: false, from, denied: "not_granted", closed: [] };
  if (state !== "active") return { scope, allowed: false, from, denied: state, closed: [] };
  const closed = places === null ? [] : operations.filter(({ limitedByNode }) => !limitedByNode).map(({ id }) => id);
  const allowed = closed.length === 0 || closed.length < operations.length;
  return { scope, allowed, from, denied: allowed ? null : "limited_to_nodes", closed: allowed ? closed : [] };
}

/** Roles whose people may do what this scope stands for. */
export const rolesWith = (scope: Scope): readonly Role[] => ROLE_NAMES.filter((role) => ROLES[role].scopes.some((held) => opens(held, scope)));
/** Other scopes that this one opens besides. */
export const includedIn = (scope: Scope): readonly Scope[] => SCOPES.filter((other) => other !== scope && opens(scope, other));
