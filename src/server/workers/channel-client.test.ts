import { describe, expect, it } from "vitest";
import type { OutgoingAnswer } from "../outgoing.ts";
import { channelClient, createPaces } from "./channel-client.ts";

describe("what a channel answers", () => {
  it.each([[null, null], [0, 0], [2_000, 2_000], [999_999_000, 3_600_000]])("asks for %d ms, of which %d are given", async (retryAfterMs, given) => {
    const answer: OutgoingAnswer = { kind: "answered", status: 429, retryAfterMs, body: "", truncated: false };
    const call = channelClient({ outgoing: { check: async () => null, send: async () => answer } }, { id: "c", channel: "shop", connector: "x", baseUrl: "https://shop.example.com", credentials: {}, places: {} },
      { callsPerSecond: 1_000, credentials: [], signIn: () => ({}) }, createPaces().of("c"), 1_000);
    expect(await call({ method: "GET", path: "/" })).toMatchObject({ kind: "answered", retryAfterMs: given });
  });
});
