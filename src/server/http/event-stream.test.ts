import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { EventView } from "../../flows/queries.ts";
import { TooBusy } from "../batcher.ts";
import { createEventStreams, telling } from "./event-stream.ts";

const anEvent = (position: number, padding = ""): EventView => ({
  position, id: `evt_${position}`, type: "OrderCaptured", order: null, actor: "test", actor_name: null, reason: null, occurred_at: "2026-01-01T00:00:00.000Z",
  recorded_at: "2026-01-01T00:00:00.000Z", data: { padding },
});

let server: Server | null = null;
afterEach(() => void server?.close());

/** A server whose every answer is a stream; resolves with its port. */
async function serve(run: (response: import("node:http").ServerResponse) => Promise<void>): Promise<number> {
  server = createServer((_, response) => void run(response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

test("a caller who lost access is cut off with the next heartbeat", async () => {
  let allowed = 2;
  const streams = createEventStreams({ listEvents: async () => ({ rows: [], next: null }) }, { pauseMs: 10, heartbeatMs: 20, streamsMax: 1, streamsEach: 1 });
  const port = await serve((response) => streams.serve(response, { tenantId: 1, after: 7, owner: "usr_1", tell: telling(() => true), mayGoOn: async () => (allowed -= 1) > 0 }));
  const text = await (await fetch(`http://127.0.0.1:${port}`)).text();
  expect(text).toBe("retry: 2000\nid: 7\n\nid: 7\n\n");
});

test("more readers than allowed are told to come back later", async () => {
  const streams = createEventStreams({ listEvents: async () => ({ rows: [], next: null }) }, { pauseMs: 10, heartbeatMs: 10_000, streamsMax: 1, streamsEach: 1 });
  const port = await serve((response) => streams.serve(response, { tenantId: 1, after: 0, owner: "usr_1", tell: telling(() => true), mayGoOn: async () => true }));
  expect(() => streams.admit("usr_1")).not.toThrow();
  const leave = new AbortController();
  await fetch(`http://127.0.0.1:${port}`, { signal: leave.signal });
  expect(() => streams.admit("usr_1")).toThrow(TooBusy);
  leave.abort();
  await expect.poll(() => { try { streams.admit("usr_1"); return true; } catch { return false; } }).toBe(true);
});

test("a reader that does not read holds up nothing but itself", async () => {
  let pages = 0;
  const listEvents = async (_: number, after: number) => {
    pages += 1;
    return { rows: Array.from({ length: 500 }, (_row, n) => anEvent(after + 1 + n, "x".repeat(1_000))), next: null };
  };
  const streams = createEventStreams({ listEvents }, { pauseMs: 1, heartbeatMs: 10_000, streamsMax: 10, streamsEach: 10 });
  const port = await serve((response) => streams.serve(response, { tenantId: 1, after: 0, owner: "usr_1", tell: telling(() => true), mayGoOn: async () => true }));
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const [read] = [pages];
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  expect(pages).toBe(read);
  expect(read).toBeLessThan(40);
  socket.destroy();
});

test("nobody takes the streams of everybody", async () => {
  const streams = createEventStreams({ listEvents: async () => ({ rows: [], next: null }) }, { pauseMs: 10, heartbeatMs: 10_000, streamsMax: 10, streamsEach: 1 });
  const port = await serve((response) => streams.serve(response, { tenantId: 1, after: 0, owner: "usr_1", tell: telling(() => true), mayGoOn: async () => true }));
  const leave = new AbortController();
  await fetch(`http://127.0.0.1:${port}`, { signal: leave.signal });
  expect(() => streams.admit("usr_1")).toThrow("You have 1 streams open");
  expect(() => streams.admit("usr_2")).not.toThrow();
  leave.abort();
});
