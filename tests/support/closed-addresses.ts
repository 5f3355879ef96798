import { createServer, type AddressInfo } from "node:net";
import type { Address } from "../../src/server/outgoing.ts";

/** Addresses that nothing may ever call, in every form that we know of, for whatever takes a URL from somebody. */

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "loopback.example.com": ["127.0.0.1"], "loopback6.example.com": ["::1"], "private.example.com": ["10.1.2.3"], "metadata.example.com": ["169.254.169.254"],
  "mixed.example.com": ["93.184.216.34", "127.0.0.1"], "mapped.example.com": ["::ffff:127.0.0.1"], "nat64.example.com": ["64:ff9b::7f00:1"], "unspecified.example.com": ["0.0.0.0"],
  "127.0.0.1.nip.example": ["127.0.0.1"], "carrier.example.com": ["100.64.0.1"], "six-to-four.example.com": ["2002:7f00:1::"], "link.example.com": ["fe80::1"],
};
export const addresses = (list: readonly string[]): Address[] => list.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
export const lookup = async (host: string): Promise<Address[]> => addresses(NAMES[host] ?? ["127.0.0.1"]);

/** Every way to write an address of this machine, its network or its cloud that we know of. PORT is the canary's. */
const FORMS = [
  // plain, decimal, hexadecimal, octal, short, mixed, padded
  "https://127.0.0.1:PORT/", "https://127.0.0.2:PORT/", "https://127.255.255.254:PORT/", "https://2130706433:PORT/", "https://0x7f000001:PORT/", "https://0x7F.0x0.0x0.0x1:PORT/",
  "https://017700000001:PORT/", "https://0177.0.0.1:PORT/", "https://0177.00.00.01:PORT/", "https://127.1:PORT/", "https://127.0.1:PORT/", "https://0x7f.1:PORT/", "https://127.0x1:PORT/",
  "https://127.0.0.1.:PORT/", "https://00000177.0.0.1:PORT/", "https://0:PORT/", "https://0.0.0.0:PORT/", "https://0x0:PORT/", "https://00000000:PORT/",
  // IPv6, mapped, compatible, translated, tunnelled
  "https://[::1]:PORT/", "https://[0:0:0:0:0:0:0:1]:PORT/", "https://[0000:0000:0000:0000:0000:0000:0000:0001]:PORT/", "https://[::]:PORT/", "https://[::ffff:127.0.0.1]:PORT/",
  "https://[::ffff:7f00:1]:PORT/", "https://[0:0:0:0:0:ffff:127.0.0.1]:PORT/", "https://[::127.0.0.1]:PORT/", "https://[64:ff9b::127.0.0.1]:PORT/", "https://[2002:7f00:1::]:PORT/",
  "https://[2001::7f00:1]:PORT/", "https://[fe80::1]:PORT/", "https://[fe80::1%25lo]:PORT/", "https://[fc00::1]:PORT/", "https://[fd00:ec2::254]:PORT/", "https://[ff02::1]:PORT/", "https://[::ffff:0:127.0.0.1]:PORT/",
  // digits and dots of other scripts
  "https://１２７.０.０.１:PORT/", "https://127。0。0。1:PORT/", "https://①②⑦.⓪.⓪.①:PORT/", "https://127.0.0.１:PORT/", "https://%31%32%37.0.0.1:PORT/", "https://127%2e0%2e0%2e1:PORT/",
  // names of the machine, its network, its cloud
  "https://localhost:PORT/", "https://LOCALHOST:PORT/", "https://localhost.:PORT/", "https://a.localhost:PORT/", "https://ｌｏｃａｌｈｏｓｔ:PORT/", "https://lo%63alhost:PORT/", "https://ip6-localhost:PORT/",
  "https://postgres:PORT/", "https://metadata.google.internal:PORT/", "https://printer.local:PORT/", "https://localhost.localdomain:PORT/",
  // private, carrier-grade, link-local, metadata, multicast, broadcast, documentation
  "https://10.0.0.1:PORT/", "https://172.16.0.1:PORT/", "https://172.31.255.255:PORT/", "https://192.168.0.1:PORT/", "https://100.64.0.1:PORT/", "https://100.100.100.200:PORT/", "https://169.254.169.254:PORT/",
  "https://2852039166:PORT/", "https://0xa9fea9fe:PORT/", "https://168.63.129.16:PORT/", "https://192.0.0.192:PORT/", "https://224.0.0.1:PORT/", "https://255.255.255.255:PORT/", "https://198.18.0.1:PORT/", "https://203.0.113.7:PORT/",
  // names that lead there
  ...Object.keys(NAMES).map((name) => `https://${name}:PORT/`),
  // users, other protocols, ports, white space, backslashes
  "https://user@127.0.0.1:PORT/", "https://example.com@127.0.0.1:PORT/", "https://example.com:443@127.0.0.1:PORT/", "https://user:secret@example.com/", "https://example.com%40127.0.0.1:PORT/",
  "http://127.0.0.1:PORT/", "http://example.com/", "ftp://127.0.0.1:PORT/", "file:///etc/passwd", "gopher://127.0.0.1:PORT/", "unix:/var/run/docker.sock", "data:text/plain,hello", "javascript:alert(1)",
  "https://example.com:22/", "https://example.com:25/", "https://example.com:80/", "https://127.0.0.1:PORT\\@example.com/", "https:\\\\127.0.0.1:PORT/", "https://127.0.0.1:PORT/\r\nX: y", "https://127.0\t.0.1:PORT/",
  "//127.0.0.1:PORT/", "127.0.0.1:PORT", "", "https://", "https://:PORT/", `https://${"a".repeat(2048)}.example.com/`,
];

/** The forms with a port in them. */
export const closedAddresses = (port: number): readonly string[] => FORMS.map((form) => form.replaceAll("PORT", String(port)));

export interface Canary {
  readonly port: number;
  /** Connections so far. */
  count(): number;
  close(): Promise<void>;
}

/** A listener that nothing may ever reach: on every loopback address, and on whatever 0.0.0.0 means. */
export async function openCanary(): Promise<Canary> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "::", resolve));
  return { port: (server.address() as AddressInfo).port, count: () => connections, close: () => new Promise((resolve) => void server.close(() => resolve())) };
}
