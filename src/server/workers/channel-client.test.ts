import { describe, expect, it } from "vitest";
import type { CallChannel } from "../../flows/write-back.ts";
import type { OutgoingAnswer } from "../outgoing.ts";
import { channelClient, createPaces } from "./channel-client.ts";

type Answered = Extract<OutgoingAnswer, { kind: "answered" }>;
const clientOf = (answer: Partial<Answered>): CallChannel => channelClient(
  { outgoing: { check: async () => null, send: async () => ({ kind: "answered", status: 200, contentType: null, retryAfterMs: null, body: "", truncated: false, ...answer }) } },
  { id: "c", channel: "shop", connector: "x", baseUrl: "https://shop.example.com", credentials: {}, places: {} }, { callsPerSecond: 1_000, credentials: [], signIn: () => ({}) }, createPaces().of("c"), 1_000,
);

describe("what a channel answers", () => {
  it.each([[null, null], [0, 0], [2_000, 2_000], [999_999_000, 3_600_000]])("asks for %d ms, of which %d are given", async (retryAfterMs, given) => {
    expect(await clientOf({ status: 429, retryAfterMs })({ method: "GET", path: "/" })).toMatchObject({ kind: "answered", retryAfterMs: given });
  });

  it.each([["{\"a\":1}", { a: 1 }], ["\uFEFF[1]", [1]], ["\uFEFF\uFEFF{}", {}], ["<html></html>", undefined], ["", undefined]])("%j is read as %j", async (body, json) => {
    expect(await clientOf({ body })({ method: "GET", path: "/" })).toMatchObject({ kind: "answered", json });
  });
});
