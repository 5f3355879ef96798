import { domainToASCII } from "node:url";
import { PERSONAL } from "../../flows/mails.ts";

/** Control characters, line ends of Unicode, and signs that turn the writing round: none of them belongs into one line. */
const UNPRINTED = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uE000\uE001]+/gu;
const TEXT_MAX = 200;

/** Halves of a character that was cut in two cannot be sent. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, "\uFFFD");

/** Somebody else's words as one line of at most 200 characters, whatever they hold. */
export function oneLine(value: unknown, most = TEXT_MAX): string {
  const text = wellFormed(typeof value === "string" ? value : "").replace(UNPRINTED, " ").replace(/\s+/gu, " ").trim();
  const characters = Array.from(text.slice(0, most * 4));
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}

/** What is personal, marked as such. */
export const personal = (text: string): string => (text === "" ? "" : `${PERSONAL.begin}${text}${PERSONAL.end}`);

const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i;

/** One mailbox that mail servers take (RFC 5321, no quoted names), its domain in ASCII; null where it is none. */
export function mailbox(text: unknown): string | null {
  if (typeof text !== "string" || text.length > 320) return null;
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf("@");
  const local = trimmed.slice(0, at);
  const name = trimmed.slice(at + 1);
  // Only names of other scripts are translated: the translation also mends what is no name at all.
  const domain = /^[\x21-\x7e]*$/.test(name) ? name : domainToASCII(name);
  return at > 0 && local.length <= 64 && LOCAL.test(local) && domain.length <= 253 && DOMAIN.test(domain) ? `${local}@${domain.toLowerCase()}` : null;
}
