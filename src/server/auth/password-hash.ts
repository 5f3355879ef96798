import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

interface Argon2Parameters {
  readonly algorithm: 2;
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** argon2id (RFC 9106) with the parameters that OWASP names: 19 MiB, two passes. Each hash says what it was made with, so these may grow. */
const ARGON2ID = 2;
export const PASSWORD_HASHING: Argon2Parameters = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes on threads of their own: nobody else waits. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes as long where there is nothing to compare with, and is then false: who has an account must not be told by the time. */
  verify(stored: string | null, password: string): Promise<boolean>;
}

export function createPasswordHasher(parameters: Argon2Parameters = PASSWORD_HASHING): PasswordHasher {
  let nobodys: Promise<string> | undefined;
  return {
    hash: (password) => hash(password, parameters),
    verify: async (stored, password) => {
      nobodys ??= hash(randomBytes(32).toString("base64"), parameters);
      const same = await verify(stored ?? (await nobodys), password).catch(() => false);
      return stored !== null && same;
    },
  };
}
