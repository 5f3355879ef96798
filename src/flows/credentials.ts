import type { Browser, OpenedSession, ShownOnce } from "./access.ts";

/** Somebody who may sign in, with what proves it. */
export interface Account {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly language: "en" | "de";
  /** Null where no password was set. */
  readonly passwordHash: string | null;
}

/** What somebody is before it may be counted as known: an account that was named, an address that asks. */
export interface Subject {
  readonly kind: "account" | "address";
  readonly name: string;
}

export type LinkPurpose = "invitation" | "recovery";

/** Who a link is for, before its use is final. */
export interface LinkUse {
  readonly purpose: LinkPurpose;
  readonly account: Account;
}

/** What people sign in with. Everything is looked up in one tenant; what is absent, disabled or erased is null alike. */
export interface Credentials {
  /** Takes a try of each; tells how many milliseconds to wait first, 0 for none. Tries that ran at once are counted one by one. */
  takeTry(tenantId: number, subjects: readonly Subject[]): Promise<number>;
  /** The try was right: the account begins anew, the address gets it back. */
  forgive(tenantId: number, subjects: readonly Subject[]): Promise<void>;
  findByEmail(tenantId: number, email: string): Promise<Account | null>;
  find(tenantId: number, userId: string): Promise<Account | null>;
  /** Notes that somebody tried to sign in as a person and was wrong. */
  noteFailure(tenantId: number, userId: string, method: string): Promise<void>;
  /** Begins a session of somebody who has proved who it is; null where the person was disabled meanwhile. */
  signIn(tenantId: number, userId: string, method: string, from: Browser): Promise<OpenedSession | null>;
  /** How and when a session began; null where it has ended. */
  begun(tenantId: number, sessionId: string): Promise<{ readonly method: string; readonly at: number } | null>;
  /** Sets a password and ends all sessions of the person but one. */
  savePassword(tenantId: number, userId: string, hash: string, keptSession: string | null): Promise<void>;
  createLink(tenantId: number, userId: string, purpose: LinkPurpose): Promise<ShownOnce | null>;
  /**
   * Uses a link that sets a password, of the server's own tenant; all other sessions and links of the person end. `check` may throw, and then
   * the link stays as it was. Null where the link is unknown, used or too old.
   */
  setByLink(tenantId: number, token: string, hash: string, check: (use: LinkUse) => void): Promise<LinkUse | null>;
}
