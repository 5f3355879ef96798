import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPublicAddress, urlProblem } from "./outgoing-address.ts";
import { addresses, type Canary, closedAddresses, lookup, openCanary } from "../../tests/support/closed-addresses.ts";
import { createOutgoing, type Outgoing } from "./outgoing.ts";

let canary: Canary;
let port = 0;
beforeAll(async () => {
  canary = await openCanary();
  port = canary.port;
});
afterAll(() => canary.close());

describe("the outgoing door", () => {
  const outgoing = createOutgoing({ allow: [], lookup, connectMs: 500, totalMs: 1_000 });

  it("refuses every form of closed addresses, at save and at send, and connects to none", async () => {
    expect(closedAddresses(port).length).toBeGreaterThanOrEqual(60);
    for (const url of closedAddresses(port)) {
      expect(await outgoing.check(url), `check ${url}`).toEqual(expect.any(String));
      const answer = await outgoing.send({ method: "POST", url, headers: {}, body: "{}" });
      expect(answer.kind, `send ${url}`).toBe("blocked");
    }
    expect(canary.count()).toBe(0);
  });

  it.each(["https://example.com/hook", "https://example.com:8443/hook?a=b", "https://93.184.216.34/", "https://[2606:2800:220:1::1]/", "https://bücher.example.com/"])("lets %s be saved", async (url) => {
    const open = createOutgoing({ allow: [], lookup: async () => addresses(["93.184.216.34", "2606:2800:220:1::1"]) });
    expect(await open.check(url)).toBeNull();
  });

  it("lets a name with an umlaut be saved however many were looked at", () => {
    const refused = Array.from({ length: 20_000 }, () => urlProblem("https://bücher.example.com/", new Set())).filter((problem) => problem !== null);
    expect(refused.length).toBe(0);
  });

  it("judges a name again when it sends: an answer that changed since is refused", async () => {
    const answers = [["93.184.216.34"], ["127.0.0.1"]];
    const rebinding = createOutgoing({ allow: [], lookup: async () => addresses(answers.shift() ?? []) });
    const url = `https://rebind.example.com:${port}/`;
    expect(await rebinding.check(url)).toBeNull();
    expect((await rebinding.send({ method: "POST", url, headers: {} })).kind).toBe("blocked");
    expect(canary.count()).toBe(0);
  });

  it("would have been seen: the listener counts", async () => {
    const own = await openCanary();
    await createOutgoing({ allow: [`127.0.0.1:${own.port}`] }).send({ method: "GET", url: `http://127.0.0.1:${own.port}/`, headers: {} });
    expect(own.count()).toBe(1);
    await own.close();
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
    expect(await post(doorTo(host), url)).toEqual({ kind: "answered", status: 202, contentType: null, retryAfterMs: 7_000, body: "b 5 täst", truncated: false });
  });

  it.each([
    ["2.0", 2_000], ["0.5", 500], ["0", 0], [" 30 ", 30_000], ["Thu, 01 Jan 1970 00:00:00 GMT", 0], ["soon", null], ["-1", null], ["1e3", null], ["1234567", null], ["2026-01-01", null],
  ])("may ask for time as %j", async (form, ms) => {
    const { url, host } = await receiver((_request, response) => response.writeHead(429, { "retry-after": form }).end());
    expect(await post(doorTo(host), url)).toMatchObject({ status: 429, retryAfterMs: ms });
  });

  it("may ask for time until a date", async () => {
    const { url, host } = await receiver((_request, response) => response.writeHead(503, { "retry-after": new Date(Date.now() + 90_000).toUTCString() }).end());
    const answer = await post(doorTo(host), url);
    expect(answer.kind === "answered" && answer.retryAfterMs).toSatisfy((ms: number) => ms > 80_000 && ms <= 90_000);
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
    expect(canary.count()).toBe(0);
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
