import { randomInt } from "node:crypto";
import { Secret, TOTP } from "otpauth";

/** Codes of authenticator apps (RFC 6238): six digits, new every half minute, the one before and after count too. */

const PERIOD_SECONDS = 30;
const WINDOW = 1;
const CODES = 10;
/** Without signs that look alike. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

const totpOf = (secret: string, label: string): TOTP => new TOTP({ issuer: "Ordo", label, algorithm: "SHA1", digits: 6, period: PERIOD_SECONDS, secret: Secret.fromBase32(secret) });

/** 160 bits, as apps take it. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** What an app reads, as a picture made of it. */
export const totpUri = (secret: string, label: string): string => totpOf(secret, label).toString();

/** The step of time that a code belongs to; null where it belongs to none that counts now. */
export function stepOfCode(secret: string, code: string, now: number): number | null {
  const delta = totpOf(secret, "").validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
}

/** Twelve letters each, 59 bits: nobody tries them all against a handful of tries. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: CODES }, () => Array.from({ length: 12 }, (_, index) => (index > 0 && index % 4 === 0 ? "-" : "") + LETTERS.charAt(randomInt(LETTERS.length))).join(""));
