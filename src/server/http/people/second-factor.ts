import { z } from "zod";
import { newRecoveryCodes, newTotpSecret, stepOfCode, totpUri } from "../../auth/totp.ts";
import { personOf } from "../access.ts";
import type { App } from "../app.ts";
import { refused } from "../problem.ts";
import { operation } from "../route.ts";
import { text } from "../schemas/fields.ts";
import { addressOf, answerProved, confirm, type PasswordRouteDeps, renewSession, signedIn, subjectsOf, takeTries, wrong } from "./password.ts";

const code = z.string().max(40).transform((typed) => typed.replaceAll(/\s/g, "").toLowerCase());
const isTotp = (typed: string): boolean => /^\d{6}$/.test(typed);
const about = { tag: "session", scope: "person" } as const;

/** Codes of an authenticator app, as the second thing that signing in asks for. */
export const secondFactorRoutes = (deps: PasswordRouteDeps) => (app: App): void => {
  ownRoutes(app, deps);
  const { credentials, secondFactors, tenantId, ambient } = deps;
  app.post("/v1/session/totp", operation({
    tag: "session", scope: "public", ownPagesOnly: true, id: "signInWithCode", summary: "Finish signing in with a code of the authenticator app, or a recovery code",
    description: "The ticket is from signing in with a password; it holds for five minutes and a few tries. Every code counts once.",
  }, { body: z.strictObject({ ticket: text(200), code }) }, { 200: signedIn }), async (request, reply) => {
    const { ticket, code: typed } = request.body;
    const address = addressOf(request, deps);
    await takeTries(deps, [{ kind: "address", name: address }]);
    const userId = await secondFactors.holderOf(tenantId, ticket);
    if (userId === null) throw wrong();
    const subjects = subjectsOf(`code ${userId}`, address);
    await takeTries(deps, subjects.slice(0, 1));
    const app = await secondFactors.find(tenantId, userId);
    const step = isTotp(typed) && app !== null ? stepOfCode(app.secret, typed, ambient.now()) : null;
    const by = isTotp(typed) ? step !== null && { step } : { recovery: typed };
    if (by === false || !(await secondFactors.prove(tenantId, ticket, userId, by))) {
      await credentials.noteFailure(tenantId, userId, "totp");
      throw wrong();
    }
    await credentials.forgive(tenantId, subjects);
    return answerProved(deps, request, reply, userId, "totp");
  });
};

function ownRoutes(app: App, deps: PasswordRouteDeps): void {
  const { credentials, secondFactors, ambient } = deps;
  const proposed = z.object({ secret: z.string(), uri: z.string().describe("What an authenticator app reads.") }).meta({ id: "TotpSecret" });
  app.post("/v1/me/totp", operation({
    ...about, id: "proposeMyTotp", summary: "Begin to use an authenticator app", description: "Nothing changes until a code confirms it. NOT_IN_STATE where one is in use already.",
  }, {}, { 201: proposed }), async (request, reply) => {
    const { tenantId, userId } = personOf(request);
    const [account, secret] = [await credentials.find(tenantId, userId), newTotpSecret()];
    if (account === null || !(await secondFactors.propose(tenantId, userId, secret))) throw refused("NOT_IN_STATE", "An authenticator app is in use already; remove it first.");
    return reply.code(201).header("cache-control", "no-store").send({ secret, uri: totpUri(secret, account.email) });
  });
  app.post("/v1/me/totp/confirm", operation({
    ...about, id: "confirmMyTotp", summary: "Use the authenticator app from now on", description: "Answers recovery codes, which are shown this once; each signs in once. All other sessions end.",
  }, { body: z.strictObject({ code }) }, { 200: z.object({ recovery_codes: z.array(z.string()) }).meta({ id: "RecoveryCodes" }) }), async (request, reply) => {
    const { tenantId, userId, sessionId } = personOf(request);
    await takeTries(deps, subjectsOf(`code ${userId}`, addressOf(request, deps)));
    const waiting = await secondFactors.find(tenantId, userId);
    const step = waiting === null || waiting.confirmed ? null : stepOfCode(waiting.secret, request.body.code, ambient.now());
    const codes = newRecoveryCodes();
    if (step === null || !(await secondFactors.confirm(tenantId, userId, step, codes, sessionId))) throw wrong();
    await renewSession(deps, request, reply);
    return reply.header("cache-control", "no-store").send({ recovery_codes: codes });
  });
  app.delete("/v1/me/totp", operation({
    ...about, id: "removeMyTotp", summary: "Use no authenticator app any more", description: "Needs the password, unless the session began with a link, or within the last quarter of an hour with a passkey or at the identity provider. All other sessions end.",
  }, { body: z.strictObject({ password: z.string().min(1).max(200).optional() }) }, { 200: z.object({ removed: z.literal(true) }) }), async (request, reply) => {
    const { tenantId, userId, sessionId } = personOf(request);
    const account = await credentials.find(tenantId, userId);
    if (account === null) throw wrong();
    await confirm(deps, request, account, request.body.password, "/password");
    await secondFactors.remove(tenantId, userId, sessionId);
    await renewSession(deps, request, reply);
    return { removed: true as const };
  });
}
