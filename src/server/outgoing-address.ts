import { BlockList, isIPv4, isIPv6 } from "node:net";
import { readUrl } from "./url.ts";

/** Which addresses may be called at all: the rules of the outgoing door, without its input and output. */

/** IPv4 that is not the public internet (IANA special-purpose registry), and two addresses clouds keep for themselves. */
const CLOSED_IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24], ["192.0.2.0", 24],
  ["192.31.196.0", 24], ["192.52.193.0", 24], ["192.88.99.0", 24], ["192.168.0.0", 16], ["192.175.48.0", 24], ["198.18.0.0", 15], ["198.51.100.0", 24],
  ["203.0.113.0", 24], ["224.0.0.0", 4], ["240.0.0.0", 4],
  // Azure's host agent and metadata answer at a public address.
  ["168.63.129.16", 32],
];
/** IPv6 has one public range; the parts of it that tunnel to IPv4, or are for documentation, are closed again. */
const OPEN_IPV6 = ["2000::", 3] as const;
const CLOSED_IPV6: readonly (readonly [network: string, prefix: number])[] = [["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["3fff::", 20]];

const closed = new BlockList();
const open = new BlockList();
for (const [network, prefix] of CLOSED_IPV4) closed.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of CLOSED_IPV6) closed.addSubnet(network, prefix, "ipv6");
open.addSubnet(...OPEN_IPV6, "ipv6");

/** Whether an address in its plain form is on the public internet. IPv4 written inside IPv6 never is. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, "ipv4");
  return isIPv6(address) && open.check(address, "ipv6") && !closed.check(address, "ipv6");
}

/** Names that resolvers answer from the machine or its own network. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|home\.arpa|onion|test|invalid)\.?$/;

export const hostAndPort = (url: URL): string => `${url.hostname.toLowerCase()}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;

/**
 * Why an address is refused by its text alone; null where the text is in order. The standard parser first brings odd
 * forms of an IPv4 address (decimal, hexadecimal, octal, short, full-width digits) into the plain one.
 */
export function urlProblem(text: string, allow: ReadonlySet<string>): string | null {
  if (text.length > 2048) return "The address is longer than 2048 characters.";
  // The parser drops tabs and line breaks and turns a backslash into a slash: what people read and what is called would differ.
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(text)) return "The address has a space, a control character or a backslash in it.";
  const url = readUrl(text);
  if (url === null) return "The address is not a URL.";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "Only https addresses may be called.";
  if (url.username !== "" || url.password !== "") return "The address must not carry a user or a password.";
  if (allow.has(hostAndPort(url))) return null;
  if (url.protocol !== "https:") return "Only https addresses may be called.";
  return portProblem(url) ?? hostProblem(url.hostname.replace(/^\[|\]$/g, ""));
}

function hostProblem(host: string): string | null {
  if (isIPv4(host) || isIPv6(host)) return isPublicAddress(host) ? null : "The address is not a public one.";
  if (!host.replace(/\.$/, "").includes(".") || LOCAL_NAME.test(host)) return "The name is one of a local network.";
  return null;
}

/** Below 1024 only https' own port: the others belong to protocols that a crafted body could speak. */
function portProblem({ port }: URL): string | null {
  return port === "" || Number(port) >= 1024 ? null : `Port ${port} may not be called; use 443 or one above 1023.`;
}
