import type { Author } from "./changed-fields.ts";

/** What a key or a person may do. A route names the one it needs; `admin` includes them all. */
export const SCOPES = [
  "orders:read", "orders:read_personal", "orders:write", "shipments:write", "catalogue:read", "catalogue:write", "stock:read", "stock:write", "events:read", "webhooks:read", "webhooks:write", "channels:read", "channels:write", "jobs:read", "jobs:write", "admin",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether who holds one scope may do what another one stands for. */
export const opens = (held: Scope, wanted: Scope): boolean => held === wanted || held === "admin" || (held === "orders:read_personal" && wanted === "orders:read");

/** A node that somebody is limited to. */
export interface Place {
  readonly id: string;
  readonly code: string;
}

/** Who asks: a key, or a person in a browser (keyId null). */
export interface Principal {
  readonly tenantId: number;
  readonly keyId: string | null;
  /** The public id of the person, where it is one; null for keys. */
  readonly userId: string | null;
  /** The session of the person; null for keys. */
  readonly sessionId: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The nodes that the person works at, to which everything is limited; null where there is no such limit. */
  readonly places: readonly Place[] | null;
}

/** What is shown of a key; the key itself is shown once, when it is made. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  /** The first and last characters, enough to recognise it. */
  readonly hint: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
  readonly rotatedFrom: string | null;
}

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number | null;
}

/** Managing the keys of a tenant. Absent ids answer null. What a caller changes is recorded as theirs. */
export interface ApiKeys {
  create(tenantId: number, key: NewApiKey, by?: Author): Promise<{ readonly key: string; readonly view: ApiKeyView }>;
  list(tenantId: number): Promise<readonly ApiKeyView[]>;
  revoke(tenantId: number, id: string, by?: Author): Promise<ApiKeyView | null>;
  /** A second key with the same name, scopes and expiry; the first stays live until `oldExpiresAt`, so both work while callers change over. */
  rotate(tenantId: number, id: string, oldExpiresAt: number, by?: Author): Promise<{ readonly key: string; readonly view: ApiKeyView; readonly replaced: ApiKeyView } | null>;
}

/** A secret that is shown once, and until when it works. */
export interface ShownOnce {
  readonly token: string;
  readonly expiresAt: number;
}

/** A session that has just begun, and whose it is. */
export interface OpenedSession extends ShownOnce {
  readonly tenantId: number;
  readonly userId: string;
}

export interface SessionView {
  readonly id: string;
  /** How it began. */
  readonly method: string;
  readonly userAgent: string | null;
  readonly startedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

/** Sessions of people in browsers. Ids are of the store; a token is known by its hash alone. */
export interface Sessions {
  /** A link that signs a person in once; without a person, the administrator who was there first. Null where there is no such person who may sign in. */
  createLink(tenantId: number, userId: string | null): Promise<ShownOnce | null>;
  /** Exchanges a link for a session; null where the link is unknown, used or too old, or its person may not sign in. `previous` is a session that ends with it. */
  open(linkToken: string, from: Browser): Promise<OpenedSession | null>;
  /** Who has this session, or null: unknown, ended and its person's being disabled look the same. Asks the database every time, so an end counts at once. */
  find(token: string): Promise<Principal | null>;
  list(tenantId: number, userId: string): Promise<readonly SessionView[]>;
  /** Ends one session of a person, or all but one (null: really all); tells how many. */
  end(tenantId: number, userId: string, which: { readonly only: string } | { readonly except: string | null }): Promise<number>;
  /** The same session under a new token; the old one is worth nothing from then on. */
  renew(tenantId: number, sessionId: string): Promise<ShownOnce | null>;
}

/** Where a session begins: what the browser calls itself, and the session it had, which ends. */
export interface Browser {
  readonly userAgent: string | null;
  readonly previous: string | null;
}

