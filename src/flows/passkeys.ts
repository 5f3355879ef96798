import type { Browser, OpenedSession } from "./access.ts";
import type { Doer } from "./users.ts";

/** Passkeys that one person may have: more than anybody's devices, and few enough to read. */
export const PASSKEYS_MOST = 20;

/** The public half of a passkey. */
export interface Passkey {
  readonly id: string;
  readonly userId: string;
  /** What the device calls it, as base64url. */
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** How often the device says that it was used; 0 where it does not count. */
  readonly counter: number;
  /** How a browser reaches the device: internal, usb, hybrid and such. */
  readonly transports: readonly string[];
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export type NewPasskey = Pick<Passkey, "credentialId" | "publicKey" | "counter" | "transports" | "name">;

/** Passkeys of people. What is absent is null. */
export interface Passkeys {
  /** The first one first. */
  list(tenantId: number, userId: string): Promise<readonly Passkey[]>;
  findByCredential(tenantId: number, credentialId: string): Promise<Passkey | null>;
  /** Null where the person has as many as there may be, may not sign in any more, or somebody has this one already. */
  add(tenantId: number, userId: string, passkey: NewPasskey): Promise<Passkey | null>;
  rename(tenantId: number, userId: string, id: string, name: string): Promise<Passkey | null>;
  /** Removes one, or all of them where `id` is null, and ends all sessions of the person but the doer's; tells how many are gone. */
  remove(tenantId: number, userId: string, id: string | null, doer: Doer): Promise<number>;
  /**
   * Begins a session of whoever used the passkey. Null where the person was disabled or the passkey removed meanwhile, or where its counter does not
   * go on: of two devices with one key, one is a copy.
   */
  signIn(tenantId: number, passkey: Passkey, counter: number, from: Browser): Promise<OpenedSession | null>;
}

export type ChallengeKind = "passkey" | "new_passkey" | "provider";

/** What was asked of a browser and waits for its answer. Each is known by the hash of a secret, answered once, and ends soon. */
export interface Challenges {
  keep(tenantId: number, secret: string, challenge: { readonly kind: ChallengeKind; readonly userId: string | null; readonly kept: Readonly<Record<string, string>> }): Promise<void>;
  /** Takes it away: null where it was answered before, is too old, or of another kind or person. */
  take(tenantId: number, secret: string, kind: ChallengeKind, userId: string | null): Promise<Readonly<Record<string, string>> | null>;
}
