import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPublicAddress } from "./outgoing-address.ts";
import { type Address, createOutgoing, type Outgoing } from "./outgoing.ts";

/** Listeners that nothing may ever reach: on every loopback address, and on whatever 0.0.0.0 means. */
let connections = 0;
let port = 0;
const canary = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
beforeAll(async () => {
  await new Promise<void>((resolve) => canary.listen(0, "::", resolve));
  port = (canary.address() as AddressInfo).port;
});
afterAll(() => canary.close());

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "loopback.example.com": ["127.0.0.1"], "loopback6.example.com": ["::1"], "private.example.com": ["10.1.2.3"], "metadata.example.com": ["169.254.169.254"],
  "mixed.example.com": ["93.184.216.34", "127.0.0.1"], "mapped.example.com": ["::ffff:127.0.0.1"], "nat64.example.com": ["64:ff9b::7f00:1"], "unspecified.example.com": ["0.0.0.0"],
  "127.0.0.1.nip.example": ["127.0.0.1"], "carrier.example.com": ["100.64.0.1"], "six-to-four.example.com": ["2002:7f00:1::"], "link.example.com": ["fe80::1"],
};
const addresses = (list: readonly string[]): Address[] => list.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
const lookup = async (host: string): Promise<Address[]> => addresses(NAMES[host] ?? ["127.0.0.1"]);

/** Every way to write an address of this machine, its network or its cloud that we know of. PORT is the canary's. */
const CORPUS = [
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

describe("the outgoing door", () => {
  const outgoing = createOutgoing({ allow: [], lookup, connectMs: 500, totalMs: 1_000 });

  it(`refuses ${CORPUS.length} forms of closed addresses, at save and at send, and connects to none`, async () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(60);
    for (const form of CORPUS) {
      const url = form.replaceAll("PORT", String(port));
      expect(await outgoing.check(url), `check ${url}`).toEqual(expect.any(String));
      const answer = await outgoing.send({ method: "POST", url, headers: {}, body: "{}" });
      expect(answer.kind, `send ${url}`).toBe("blocked");
    }
    expect(connections).toBe(0);
  });

  it.each(["https://example.com/hook", "https://example.com:8443/hook?a=b", "https://93.184.216.34/", "https://[2606:2800:220:1::1]/", "https://bücher.example.com/"])("lets %s be saved", async (url) => {
    const open = createOutgoing({ allow: [], lookup: async () => addresses(["93.184.216.34", "2606:2800:220:1::1"]) });
    expect(await open.check(url)).toBeNull();
  });

  it("judges a name again when it sends: an answer that changed since is refused", async () => {
    const answers = [["93.184.216.34"], ["127.0.0.1"]];
    const rebinding = createOutgoing({ allow: [], lookup: async () => addresses(answers.shift() ?? []) });
    const url = `https://rebind.example.com:${port}/`;
    expect(await rebinding.check(url)).toBeNull();
    expect((await rebinding.send({ method: "POST", url, headers: {} })).kind).toBe("blocked");
    expect(connections).toBe(0);
  });

  it("would have been seen: the listener counts", async () => {
    const before = connections;
    await createOutgoing({ allow: [`127.0.0.1:${port}`] }).send({ method: "GET", url: `http://127.0.0.1:${port}/`, headers: {} });
    expect(connections - before).toBe(1);
    connections = before;
  });

  it("knows public addresses from others", () => {
    for (const address of ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]) expect(isPublicAddress(address), address).toBe(true);
    for (const address of ["::ffff:8.8.8.8", "5f00::1", "2001:db8::1", "3fff::1", "not an address", ""]) expect(isPublicAddress(address), address).toBe(false);
  });
});

describe("a receiver that may be called", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function receiver(answer: RequestListener): Promise<{ url: string; host: string }> {
    const server = createHttpServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { host, url: `http://${host}/hook` };
  }
  const doorTo = (host: string, more: Partial<Parameters<typeof createOutgoing>[0]> = {}): Outgoing => createOutgoing({ allow: [host], lookup, connectMs: 300, totalMs: 600, ...more });
  const post = (door: Outgoing, url: string) => door.send({ method: "POST", url, headers: { "x-a": "b" }, body: "täst" });

  it("gets the body and headers, and its answer comes back", async () => {
    const { url, host } = await receiver((request, response) => {
      request.setEncoding("utf8").on("data", (text: string) => response.writeHead(202, { "retry-after": "7" }).end(`${request.headers["x-a"]} ${request.headers["content-length"]} ${text}`));
    });
    expect(await post(doorTo(host), url)).toEqual({ kind: "answered", status: 202, retryAfterMs: 7_000, body: "b 5 täst", truncated: false });
  });

  it("is connected to at the judged address, after one lookup", async () => {
    const { host } = await receiver((_request, response) => response.end("here"));
    const name = host.replace("127.0.0.1", "receiver.example.com");
    let lookups = 0;
    const door = doorTo(name, { lookup: async () => (lookups++, addresses([lookups === 1 ? "127.0.0.1" : "10.0.0.1"])) });
    expect(await post(door, `http://${name}/`)).toMatchObject({ kind: "answered", status: 200, body: "here" });
    expect(lookups).toBe(1);
  });

  it("cannot send us on: a redirect is an answer", async () => {
    const { url, host } = await receiver((_request, response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end());
    expect(await post(doorTo(host), url)).toMatchObject({ kind: "answered", status: 302 });
    expect(connections).toBe(0);
  });

  it("cannot fill our memory or hold us for ever", async () => {
    const { url: big, host: bigHost } = await receiver((_request, response) => {
      response.on("error", () => undefined);
      const more = (): void => void (response.write("x".repeat(65_536), (error) => !error && setImmediate(more)));
      more();
    });
    const cut = await post(doorTo(bigHost), big);
    expect(cut).toMatchObject({ kind: "answered", status: 200, truncated: true });
    expect(cut.kind === "answered" && cut.body.length).toBe(65_536);
    const { url: silent, host: silentHost } = await receiver(() => undefined);
    const started = performance.now();
    expect(await post(doorTo(silentHost), silent)).toMatchObject({ kind: "timed_out" });
    expect(performance.now() - started).toBeLessThan(900);
    const { url: trickling, host: tricklingHost } = await receiver((_request, response) => void response.writeHead(200).write("a"));
    expect(await post(doorTo(tricklingHost), trickling)).toMatchObject({ kind: "answered", status: 200, body: "a", truncated: true });
  });

  it("that is not there is unreachable, and the reason quotes no address", async () => {
    const { url, host } = await receiver(() => undefined);
    await new Promise((resolve) => servers.at(-1)?.close(resolve));
    const answer = await post(doorTo(host), url);
    expect(answer).toEqual({ kind: "unreachable", reason: "The connection failed (ECONNREFUSED)." });
    const nowhere = createOutgoing({ allow: [], lookup: () => Promise.reject(new Error("ENOTFOUND")) });
    expect(await nowhere.check("https://nowhere.example.com/")).toBeNull();
    expect(await post(nowhere, "https://nowhere.example.com/")).toMatchObject({ kind: "unreachable" });
    const slow = createOutgoing({ allow: [], lookup: () => new Promise(() => undefined), connectMs: 50 });
    expect(await post(slow, "https://slow.example.com/")).toMatchObject({ kind: "timed_out" });
  });

  it("by another port of the allowed host is refused", async () => {
    const { host } = await receiver(() => undefined);
    expect(await doorTo(host).check(`http://127.0.0.1:${port}/`)).not.toBeNull();
    expect(await doorTo(host).check(`https://127.0.0.1:${port}/`)).not.toBeNull();
  });
});
