import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { isTimeZone, publicId } from "../../../domain/kernel/index.ts";
import type { SessionView } from "../../../flows/access.ts";
import type { SecondFactors } from "../../../flows/second-factors.ts";
import type { Provider } from "../../auth/provider.ts";
import { callerOf, personOf } from "../access.ts";
import type { App } from "../app.ts";
import { found, idOf, notFound, operation } from "../route.ts";
import { withCode } from "../schemas/fields.ts";
import { forgetSession } from "../session-cookie.ts";
import { passkeysWorkAt } from "./passkeys.ts";
import type { UserRouteDeps } from "./users.ts";
import { language, personName, scopeName, shownUser, user } from "./views.ts";

export interface SessionRouteDeps extends UserRouteDeps {
  readonly secondFactors: SecondFactors;
  /** Where people may sign in beside this server; null where nobody set one up. */
  readonly provider: Provider | null;
  /** What this server says of itself to who has signed in. */
  readonly about: { readonly version: string; readonly demo: boolean };
}

const PREFERENCES_MAX = 8 * 1024;
const preferences = z.record(z.string().max(100), z.unknown()).superRefine((value, context) => {
  const size = Buffer.byteLength(JSON.stringify(value));
  if (size > PREFERENCES_MAX) context.addIssue(withCode("INVALID_FIELD", `At most ${PREFERENCES_MAX} bytes of preferences are kept; these have ${size}.`));
}).describe("What the console is to remember, such as theme, density, contrast and whether keys are off; replaces what was there.");

const me = user.extend({ totp: z.boolean().describe("Whether a code of an authenticator app is needed to sign in."), preferences: z.record(z.string(), z.unknown()) }).meta({ id: "Me" });
const changeBody = z.strictObject({
  name: personName.optional(), language: language.optional(), preferences: preferences.optional(),
  time_zone: z.string().max(64).refine(isTimeZone, { error: "Not an IANA time zone such as Europe/Berlin." }).nullable().optional(),
});
const methods = z.object({
  password: z.boolean(), link: z.boolean(), passkey: z.boolean().describe("Whether browsers have passkeys for the address that was asked."),
  provider: z.object({ label: z.string() }).nullable().describe("The identity provider, by the name people know it by; null without one."),
}).meta({ id: "SignInMethods" });
const state = z.object({
  user: me, scopes: z.array(scopeName), demo: z.boolean(), server: z.object({ version: z.string(), time: z.iso.datetime() }), sign_in: methods,
}).meta({ id: "SessionState" });
const session = z.object({
  id: z.string(), current: z.boolean(), method: z.string(), user_agent: z.string().nullable(), started_at: z.iso.datetime(), last_seen_at: z.iso.datetime(), expires_at: z.iso.datetime(),
}).meta({ id: "Session" });
const about = { tag: "session", scope: "person" } as const;

/** Who has signed in, and what they set for themselves. */
export const sessionRoutes = (deps: SessionRouteDeps) => (app: App): void => {
  const { users, ambient: { now }, about: server } = deps;
  const ways = (request: FastifyRequest): z.infer<typeof methods> => ({ password: true, link: true, passkey: passkeysWorkAt(request, deps.site), provider: deps.provider && { label: deps.provider.settings.label } });
  const meOf = async (tenantId: number, id: string): Promise<z.infer<typeof me>> => {
    const [one, kept, totp] = await Promise.all([users.find(tenantId, id), users.preferences(tenantId, id), deps.secondFactors.isOn(tenantId, id)]);
    return { ...shownUser(found(one, "user", publicId("user", id))), totp, preferences: kept };
  };
  app.get("/v1/session/methods", operation({ tag: "session", scope: "public", id: "getSignInMethods", summary: "Read which ways there are to sign in" }, {}, { 200: methods }), (request) => ways(request));
  app.get("/v1/session", operation({ ...about, id: "getSession", summary: "Read who has signed in, and what they may do" }, {}, { 200: state }), async (request, reply) => {
    const { tenantId, userId } = personOf(request);
    reply.header("cache-control", "no-store");
    return {
      user: await meOf(tenantId, userId), scopes: [...callerOf(request).scopes], demo: server.demo, server: { version: server.version, time: new Date(now()).toISOString() }, sign_in: ways(request),
    };
  });
  app.delete("/v1/session", operation({ ...about, id: "signOut", summary: "Sign out" }, {}, { 200: z.object({ ended: z.boolean() }) }), async (request, reply) => {
    const { tenantId, userId, sessionId } = personOf(request);
    const ended = await deps.sessions.end(tenantId, userId, { only: sessionId });
    return forgetSession(request, reply, deps.site).send({ ended: ended > 0 });
  });
  app.patch("/v1/me", operation({ ...about, id: "changeMe", summary: "Change one's own name, language, time zone or preferences" }, { body: changeBody }, { 200: me }), async (request) => {
    const { tenantId, userId } = personOf(request);
    const { time_zone: timeZone, ...others } = request.body;
    await users.saveOwn(tenantId, userId, { ...others, timeZone });
    return meOf(tenantId, userId);
  });
  ownSessionRoutes(app, deps);
};

function ownSessionRoutes(app: App, { sessions }: SessionRouteDeps): void {
  app.get("/v1/me/sessions", operation({ ...about, id: "listMySessions", summary: "List one's own sessions, the one used last first" }, {}, { 200: z.object({ data: z.array(session) }) }), async (request) => {
    const { tenantId, userId, sessionId } = personOf(request);
    return { data: (await sessions.list(tenantId, userId)).map((one) => shownSession(one, sessionId)) };
  });
  app.delete("/v1/me/sessions/:id", operation({ ...about, id: "endMySession", summary: "End one of one's own sessions" }, { params: z.object({ id: z.string() }) }, { 200: z.object({ ended: z.boolean() }) }), async (request) => {
    const { tenantId, userId } = personOf(request);
    const ended = await sessions.end(tenantId, userId, { only: idOf("session", request.params.id) });
    if (ended === 0) throw notFound(`session ${request.params.id}`);
    return { ended: true };
  });
}

const shownSession = (one: SessionView, current: string): z.infer<typeof session> => ({
  id: publicId("session", one.id), current: one.id === current, method: one.method, user_agent: one.userAgent, started_at: new Date(one.startedAt).toISOString(),
  last_seen_at: new Date(one.lastSeenAt).toISOString(), expires_at: new Date(one.expiresAt).toISOString(),
});
