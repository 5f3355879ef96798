import type { ShownOnce } from "./access.ts";

/** What a code is looked up by: the step of time that it belongs to, or the hash of a recovery code. */
export type ProvedBy = { readonly step: number } | { readonly recovery: string };

/** Authenticator apps. What is absent is null. */
export interface SecondFactors {
  isOn(tenantId: number, userId: string): Promise<boolean>;
  /** Keeps a secret that waits to be confirmed; false where one was confirmed already. */
  propose(tenantId: number, userId: string, secret: string): Promise<boolean>;
  /** The secret that waits to be confirmed, or the one that was. */
  find(tenantId: number, userId: string): Promise<{ readonly secret: string; readonly confirmed: boolean } | null>;
  /** Turns it on with these recovery codes; ends all sessions but one. False where none waits. */
  confirm(tenantId: number, userId: string, step: number, recoveryCodes: readonly string[], keptSession: string): Promise<boolean>;
  /** Turns it off; ends all sessions but one. */
  remove(tenantId: number, userId: string, keptSession: string): Promise<void>;
  /** A ticket for whoever needs a code too; null for whoever does not. */
  ticketFor(tenantId: number, userId: string): Promise<ShownOnce | null>;
  /** Whose ticket it is; each asking takes one of its few tries. Null where it is used, too old, or has none left. */
  holderOf(tenantId: number, ticket: string): Promise<string | null>;
  /** Uses the ticket and what proves it, both for the last time: false where either was used before. */
  prove(tenantId: number, ticket: string, userId: string, by: ProvedBy): Promise<boolean>;
}
