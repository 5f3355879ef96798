import { z } from "zod";
import type { GateCommand } from "../../flows/channel-gates.ts";
import type { Answer } from "../../flows/ports.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { headOf, operation, sendAnswer } from "./route.ts";
import { instant, reasonText } from "./schemas/fields.ts";

const params = z.object({ code: z.string() });
const until = instant.optional();
const pauseBody = z.strictObject({ reason: reasonText, until });
const throttleBody = z.strictObject({ reason: reasonText, until, orders: z.int().min(1).max(100_000), per: z.enum(["second", "minute", "hour"]) });
const resumeBody = z.strictObject({ reason: reasonText.optional() });
const gateSet = z.object({ id: z.string(), code: z.string(), state: z.enum(["paused", "throttled", "open"]), until: z.iso.datetime().nullable() }).meta({ id: "ChannelGateSet" });
const SECONDS = { second: 1, minute: 60, hour: 3600 } as const;

const PAUSE = "Orders that come meanwhile, whichever way, are captured, routed and reserved, and wait with a CHANNEL_PAUSED hold until the channel is resumed, or until the time given. What was captured before goes on.";
const THROTTLE = "Orders go through in the order in which they came, evenly apart; one that has to wait gets a CHANNEL_PAUSED hold whose due_at is its time. Those that wait already get new times.";

/** Pausing and throttling channels: for AppDeps.extraRoutes. */
export const gateRoutes = (set: (tenantId: number, command: GateCommand) => Promise<Answer>) => (app: App): void => {
  const about = { tag: "bad day", scope: "catalogue:write" } as const;
  app.post("/v1/channels/:code/pause", operation({ ...about, id: "pauseChannel", summary: "Hold a channel's new orders back from release", description: PAUSE }, { params, body: pauseBody }, { 200: gateSet }), async (request, reply) =>
    sendAnswer(request, reply, await set(callerOf(request).tenantId, { ...headOf(request), type: "pause", channel: request.params.code, reason: request.body.reason, until: request.body.until ?? null })));
  app.post("/v1/channels/:code/throttle", operation({ ...about, id: "throttleChannel", summary: "Let a channel's new orders through to release only so many in a time", description: THROTTLE }, { params, body: throttleBody }, { 200: gateSet }), async (request, reply) => {
    const { reason, orders, per, until: end } = request.body;
    return sendAnswer(request, reply, await set(callerOf(request).tenantId, { ...headOf(request), type: "throttle", channel: request.params.code, reason, orders, perSeconds: SECONDS[per], until: end ?? null }));
  });
  app.post("/v1/channels/:code/resume", operation({ ...about, id: "resumeChannel", summary: "Let a channel's orders through again", description: "Those that wait are let through, the oldest first." }, { params, body: resumeBody }, { 200: gateSet }), async (request, reply) =>
    sendAnswer(request, reply, await set(callerOf(request).tenantId, { ...headOf(request), type: "resume", channel: request.params.code, reason: request.body.reason ?? "resumed" })));
};
