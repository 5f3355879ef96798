import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { publicId } from "../../../domain/kernel/index.ts";
import { type Challenges, type Passkey, PASSKEYS_MOST, type Passkeys } from "../../../flows/passkeys.ts";
import { askForAny, askForNew, challengeIn, isHolder, readNew, readUse, type RelyingParty, relyingPartyAt } from "../../auth/passkey.ts";
import { byOf, callerOf, personOf } from "../access.ts";
import type { App } from "../app.ts";
import { refused } from "../problem.ts";
import { found, idOf, notFound, operation } from "../route.ts";
import { text } from "../schemas/fields.ts";
import { browserOf, originOf, setSession, type Site } from "../session-cookie.ts";
import { addressOf, confirm, type PasswordRouteDeps, renewSession, signedIn, takeTries, wrong } from "./password.ts";
import { shownUser, user } from "./views.ts";

export interface PasskeyRouteDeps extends PasswordRouteDeps {
  readonly passkeys: Passkeys;
  readonly challenges: Challenges;
}

const base64url = z.string().min(1).max(8_000).regex(/^[A-Za-z0-9_-]+$/, "Not base64url.");
const credential = { id: base64url, rawId: base64url, type: z.literal("public-key"), clientExtensionResults: z.record(z.string(), z.unknown()).transform(() => ({})) };
const made = z.object({ ...credential, response: z.object({ clientDataJSON: base64url, attestationObject: base64url, transports: z.array(text(20)).max(10).optional() }) });
const used = z.object({ ...credential, response: z.object({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url, userHandle: base64url }) });
const options = z.looseObject({ challenge: z.string() }).describe("What the browser's navigator.credentials is asked with, as the JSON of WebAuthn Level 3.").meta({ id: "PasskeyOptions" });
const name = text(60).regex(/\S/, "A name needs a letter.").transform((given) => given.trim());
const passkey = z.object({ id: z.string(), name: z.string(), created_at: z.iso.datetime(), last_used_at: z.iso.datetime().nullable() }).meta({ id: "Passkey" });
const params = z.object({ id: z.string() });
const password = z.string().min(1).max(200).optional();
const about = { tag: "session", scope: "person" } as const;
const beforeSession = { tag: "session", scope: "public", ownPagesOnly: true } as const;

const shown = (one: Passkey): z.infer<typeof passkey> => ({
  id: publicId("passkey", one.id), name: one.name, created_at: new Date(one.createdAt).toISOString(), last_used_at: one.lastUsedAt === null ? null : new Date(one.lastUsedAt).toISOString(),
});

export const passkeysWorkAt = (request: FastifyRequest, site: Site): boolean => relyingPartyAt(originOf(request, site)) !== null;

function relyingParty(request: FastifyRequest, site: Site): RelyingParty {
  const found = relyingPartyAt(originOf(request, site));
  if (found === null) throw refused("NOT_IN_STATE", "Browsers have passkeys for names only, and over TLS: open Ordo at an https address, set as ORDO_PUBLIC_URL, or on its own machine at http://localhost.");
  return found;
}

/** Signing in with a passkey: the device says who it is, and asked for a finger, a face or a PIN, so that nothing else is needed. */
export const passkeyRoutes = (deps: PasskeyRouteDeps) => (app: App): void => {
  const { passkeys, challenges, credentials, tenantId, site, ambient } = deps;
  app.post("/v1/session/passkey/options", operation({
    ...beforeSession, id: "beginPasskeySignIn", summary: "Begin to sign in with a passkey", description: "The challenge holds for ten minutes and one answer. NOT_IN_STATE where browsers allow no passkeys at the address of this server.",
  }, {}, { 200: options }), async (request, reply) => {
    const asking = await askForAny(relyingParty(request, site));
    await takeTries(deps, [{ kind: "address", name: addressOf(request, deps) }]);
    await challenges.keep(tenantId, asking.challenge, { kind: "passkey", userId: null, kept: {} });
    return reply.header("cache-control", "no-store").send({ ...asking });
  });
  app.post("/v1/session/passkey", operation({
    ...beforeSession, id: "signInWithPasskey", summary: "Sign in with a passkey", description: "No password and no code is needed beside it: the device verified its person.",
  }, { body: z.strictObject({ response: used }) }, { 200: signedIn }), async (request, reply) => {
    const { response } = request.body;
    const [party, challenge] = [relyingParty(request, site), challengeIn(response.response.clientDataJSON)];
    if (challenge === null || (await challenges.take(tenantId, challenge, "passkey", null)) === null) throw wrong();
    const known = await passkeys.findByCredential(tenantId, response.id);
    if (known === null) throw wrong();
    const counter = isHolder(response.response.userHandle, known.userId) ? await readUse(party, response, challenge, known) : null;
    const opened = counter === null ? null : await passkeys.signIn(tenantId, known, counter, browserOf(request, site));
    if (opened === null) {
      await credentials.noteFailure(tenantId, known.userId, "passkey");
      throw wrong();
    }
    await credentials.forgive(tenantId, [{ kind: "address", name: addressOf(request, deps) }]);
    return setSession(request, reply, site, opened, ambient.now()).send({ signed_in: true });
  });
  addRoutes(app, deps);
  ownRoutes(app, deps);
  removeAllRoute(app, deps);
};

function addRoutes(app: App, deps: PasskeyRouteDeps): void {
  const { passkeys, challenges, credentials, site } = deps;
  app.post("/v1/me/passkeys/options", operation({
    ...about, id: "beginMyPasskey", summary: "Begin to add a passkey of one's own",
    description: `Needs the password, unless the session began with a link, or within the last quarter of an hour with a passkey or at the identity provider. At most ${PASSKEYS_MOST} each.`,
  }, { body: z.strictObject({ password }) }, { 200: options }), async (request, reply) => {
    const { tenantId, userId } = personOf(request);
    const party = relyingParty(request, site);
    const account = await credentials.find(tenantId, userId);
    if (account === null) throw wrong();
    await confirm(deps, request, account, request.body.password, "/password");
    const there = await passkeys.list(tenantId, userId);
    if (there.length >= PASSKEYS_MOST) throw refused("NOT_IN_STATE", `There are ${PASSKEYS_MOST} passkeys already; remove one first.`);
    const asking = await askForNew(party, account, there);
    await challenges.keep(tenantId, asking.challenge, { kind: "new_passkey", userId, kept: {} });
    return reply.header("cache-control", "no-store").send({ ...asking });
  });
  app.post("/v1/me/passkeys", operation({
    ...about, id: "addMyPasskey", summary: "Add a passkey of one's own", description: "The answer of the browser to what beginMyPasskey asked, once and within ten minutes. SIGN_IN_REFUSED where it proves nothing, or somebody has the passkey.",
  }, { body: z.strictObject({ name, response: made }) }, { 201: passkey }), async (request, reply) => {
    const { tenantId, userId } = personOf(request);
    const { name: called, response } = request.body;
    const [party, challenge] = [relyingParty(request, site), challengeIn(response.response.clientDataJSON)];
    if (challenge === null || (await challenges.take(tenantId, challenge, "new_passkey", userId)) === null) throw wrong();
    const { transports, ...proof } = response.response;
    const read = await readNew(party, { ...response, response: { ...proof, ...(transports === undefined ? {} : { transports }) } }, challenge);
    const added = read === null ? null : await passkeys.add(tenantId, userId, { ...read, name: called });
    if (added === null) throw wrong();
    return reply.code(201).send(shown(added));
  });
}

function ownRoutes(app: App, deps: PasskeyRouteDeps): void {
  const { passkeys, credentials } = deps;
  app.get("/v1/me/passkeys", operation({ ...about, id: "listMyPasskeys", summary: "List one's own passkeys, the first one first" }, {}, { 200: z.object({ data: z.array(passkey) }) }), async (request) => {
    const { tenantId, userId } = personOf(request);
    return { data: (await passkeys.list(tenantId, userId)).map(shown) };
  });
  app.patch("/v1/me/passkeys/:id", operation({ ...about, id: "renameMyPasskey", summary: "Give a passkey of one's own another name" }, { params, body: z.strictObject({ name }) }, { 200: passkey }), async (request) => {
    const { tenantId, userId } = personOf(request);
    return shown(found(await passkeys.rename(tenantId, userId, idOf("passkey", request.params.id), request.body.name), "passkey", request.params.id));
  });
  app.delete("/v1/me/passkeys/:id", operation({
    ...about, id: "removeMyPasskey", summary: "Remove a passkey of one's own", description: "Needs the password, unless the session began with a link, or within the last quarter of an hour with a passkey or at the identity provider. All other sessions end.",
  }, { params, body: z.strictObject({ password }) }, { 200: z.object({ removed: z.literal(true) }) }), async (request, reply) => {
    const { tenantId, userId, sessionId } = personOf(request);
    const account = await credentials.find(tenantId, userId);
    if (account === null) throw wrong();
    await confirm(deps, request, account, request.body.password, "/password");
    if ((await passkeys.remove(tenantId, userId, idOf("passkey", request.params.id), { ...byOf(request), sessionId })) === 0) throw notFound(`passkey ${request.params.id}`);
    await renewSession(deps, request, reply);
    return { removed: true as const };
  });
}

function removeAllRoute(app: App, { users, passkeys }: PasskeyRouteDeps): void {
  app.post("/v1/users/:id/remove-passkeys", operation({
    tag: "people", scope: "admin", id: "removeUserPasskeys", summary: "Remove all passkeys of a person", description: "For who lost a device: none of them signs in any more, and all sessions and unused links of the person end. Doing it again changes nothing.",
  }, { params }, { 200: user }), async (request) => {
    const caller = callerOf(request);
    const one = found(await users.find(caller.tenantId, idOf("user", request.params.id)), "user", request.params.id);
    await passkeys.remove(caller.tenantId, one.id, null, { ...byOf(request), sessionId: caller.sessionId });
    return shownUser(one);
  });
}
