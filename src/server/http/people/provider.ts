import { randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { signInByProvider, unlinkUser } from "../../../flows/providers.ts";
import type { Pending, Provider, ProviderFailure } from "../../auth/provider.ts";
import { byOf, callerOf } from "../access.ts";
import type { App } from "../app.ts";
import { notFound, operation, found, idOf } from "../route.ts";
import { refused } from "../problem.ts";
import { SIGNED_OUT_PATH } from "../routes/sign-in.ts";
import { browserOf, forgetPending, originOf, pendingOf, setPending, setSession } from "../session-cookie.ts";
import { addressOf, takeTries } from "./password.ts";
import type { PasskeyRouteDeps } from "./passkeys.ts";
import { shownUser, user } from "./views.ts";

export type ProviderRouteDeps = PasskeyRouteDeps;

/** Where the provider sends browsers back to; it has to know this address, and takes no other. */
export const CALLBACK_PATH = "/sign-in/callback";

/** A page of this server; what begins with two slashes would be one of another. */
const back = z.string().max(500).regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, "Not the address of a page here.");
const begun = z.object({ url: z.url() }).describe("Where the browser goes on, at the provider.").meta({ id: "ProviderSignIn" });

/** Signing in at an identity provider, which sends the browser back here. */
export const providerRoutes = (deps: ProviderRouteDeps) => (app: App): void => {
  const { provider, challenges, tenantId, site } = deps;
  app.post("/v1/session/provider", operation({
    tag: "session", scope: "public", ownPagesOnly: true, id: "beginProviderSignIn", summary: "Begin to sign in at the identity provider",
    description: "The browser has to go on at the address, with the cookie of this answer, within ten minutes; the provider sends it back to /sign-in/callback, and from there it goes to the page named as back.",
  }, { body: z.strictObject({ back: back.optional() }) }, { 200: begun }), async (request, reply) => {
    if (provider === null) throw notFound("identity provider");
    await takeTries(deps, [{ kind: "address", name: addressOf(request, deps) }]);
    const asking = await provider.begin(originOf(request, site) + CALLBACK_PATH);
    if (!asking.ok) {
      note(request, asking);
      throw refused("PROVIDER_UNAVAILABLE", `${provider.settings.label} does not answer, or not as an identity provider does.`);
    }
    const secret = randomBytes(32).toString("base64url");
    await challenges.keep(tenantId, secret, { kind: "provider", userId: null, kept: { ...asking.pending, back: request.body.back ?? "/" } });
    return setPending(request, reply, site, secret).header("cache-control", "no-store").send({ url: asking.url });
  });
  app.get(CALLBACK_PATH, { exposeHeadRoute: false, config: { scope: "public" }, schema: { hide: true } }, async (request, reply) => {
    reply.header("cache-control", "no-store").header("referrer-policy", "no-referrer");
    const secret = pendingOf(request);
    const kept = provider === null || secret === null ? null : await challenges.take(tenantId, secret, "provider", null);
    forgetPending(request, reply, site);
    // Nobody began here, or too long ago, or this was finished already.
    if (provider === null || kept === null) return refuse(reply, "STALE");
    return finish(deps, provider, request, reply, kept);
  });
  unlinkRoute(app, deps);
};

/** Tells the console why nobody is signed in; it has the words. */
const refuse = (reply: FastifyReply, why: string): FastifyReply => reply.redirect(`${SIGNED_OUT_PATH}?refused=${why}`, 303);
const note = (request: FastifyRequest, { why, reason }: ProviderFailure): void => request.log.warn({ request_id: request.id, why, reason }, "nobody was signed in at the identity provider");

async function finish(deps: ProviderRouteDeps, { settings, finish: ask }: Provider, request: FastifyRequest, reply: FastifyReply, kept: Readonly<Record<string, string>>): Promise<FastifyReply> {
  const { users, credentials, secondFactors, tenantId, site, ambient } = deps;
  const pending: Pending = { state: kept["state"] ?? "", nonce: kept["nonce"] ?? "", verifier: kept["verifier"] ?? "" };
  const query = request.url.indexOf("?");
  const answer = await ask(originOf(request, site) + CALLBACK_PATH, query < 0 ? "" : request.url.slice(query), pending);
  if (!answer.ok) {
    note(request, answer);
    return refuse(reply, answer.why);
  }
  const verdict = await signInByProvider(users, tenantId, settings, answer.claims, ambient);
  if (!verdict.ok) {
    if (verdict.userId !== null) await credentials.noteFailure(tenantId, verdict.userId, "oidc");
    return refuse(reply, verdict.why);
  }
  await credentials.forgive(tenantId, [{ kind: "address", name: addressOf(request, deps) }]);
  // Whoever set up an authenticator app here is asked for its code here, wherever the first step was.
  const ticket = await secondFactors.ticketFor(tenantId, verdict.userId);
  if (ticket !== null) return reply.redirect(`${SIGNED_OUT_PATH}#ticket=${ticket.token}`, 303);
  const opened = await credentials.signIn(tenantId, verdict.userId, "oidc", browserOf(request, site));
  if (opened === null) return refuse(reply, "DISABLED");
  return setSession(request, reply, site, opened, ambient.now()).redirect(kept["back"] ?? "/", 303);
}

function unlinkRoute(app: App, { users, ambient }: ProviderRouteDeps): void {
  app.post("/v1/users/:id/unlink", operation({
    tag: "people", scope: "admin", id: "unlinkUser", summary: "Part a person from its account at the identity provider",
    description: "For an account that was replaced by another: the next one that signs in with the person's verified address is the person's. All sessions of the person end. Doing it again changes nothing.",
  }, { params: z.object({ id: z.string() }) }, { 200: user }), async (request) => {
    const caller = callerOf(request);
    const one = found(await users.find(caller.tenantId, idOf("user", request.params.id)), "user", request.params.id);
    await unlinkUser(users, caller.tenantId, one.id, { ...byOf(request), sessionId: caller.sessionId }, ambient);
    return shownUser(one);
  });
}
