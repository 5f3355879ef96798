import type { Author } from "./changed-fields.ts";

/** What a key or a browser session may do. A route names the one it needs; `admin` includes them all. */
export const SCOPES = [
  "orders:read", "orders:read_personal", "orders:write", "shipments:write", "catalogue:read", "catalogue:write", "stock:read", "stock:write", "events:read", "webhooks:read", "webhooks:write", "channels:read", "channels:write", "jobs:read", "jobs:write", "admin",
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a browser session may do: look at what is there, personal data left out, and change nothing. */
export const SESSION_SCOPES: readonly Scope[] = ["orders:read", "catalogue:read", "stock:read", "events:read"];

/** Who asks: a key, or a person in a browser (keyId null). */
export interface Principal {
  readonly tenantId: number;
  readonly keyId: string | null;
  /** The public id of the person, where it is one; null for keys. */
  readonly userId: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
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

/** Signing a browser in: a one-time link is exchanged for a session. */
export interface Sessions {
  /** The token of a new link, shown this once. */
  createLink(tenantId: number): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** The new session's token, or null where the link is unknown, used or too old. */
  open(linkToken: string): Promise<{ readonly token: string; readonly expiresAt: number } | null>;
  find(sessionToken: string): Promise<Principal | null>;
}
