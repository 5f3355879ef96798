import type { Configuration, CustomFetch } from "openid-client";
import type { Claims, ProviderRules } from "../../flows/providers.ts";
import type { Outgoing } from "../outgoing.ts";

/** Signing in at an identity provider (OpenID Connect): the code flow with PKCE, state and nonce. The library is loaded with the first one. */

const oidc = () => import("openid-client");

export interface ProviderSettings extends ProviderRules {
  readonly clientId: string;
  /** Null for a client without one, which PKCE alone protects. */
  readonly clientSecret: string | null;
  /** What people know the provider as. */
  readonly label: string;
  /** Space-separated. */
  readonly scopes: string;
}

/** What is kept here while the browser is at the provider. */
export interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** AWAY: it does not answer. DENIED: it signed nobody in. NOT_PROVED: its answer is not one to what was asked. `reason` is for the log and holds no secret. */
export interface ProviderFailure {
  readonly ok: false;
  readonly why: "AWAY" | "DENIED" | "NOT_PROVED";
  readonly reason: string;
}

export interface Provider {
  readonly settings: ProviderSettings;
  /** Where to send a browser that is to come back to `redirectUri`. */
  begin(redirectUri: string): Promise<{ readonly ok: true; readonly url: string; readonly pending: Pending } | ProviderFailure>;
  /** Whom the provider vouches for: `answer` is what a browser brought back, as the query of its address. */
  finish(redirectUri: string, answer: string, pending: Pending): Promise<{ readonly ok: true; readonly claims: Claims } | ProviderFailure>;
}

/** So long what the provider says of itself is believed; its keys are asked for again whenever one is unknown. */
const DISCOVERED_MS = 3600_000;
const BODY_MAX = 512 * 1024;

/** The provider does not answer, or may not be called. */
class Away extends Error {}

/** Everything the library asks goes through the outgoing door. */
const through = (outgoing: Outgoing): CustomFetch => async (url, { method, headers, body }) => {
  const answer = await outgoing.send({ method: method === "POST" ? "POST" : "GET", url, headers, ...(body === undefined || body === null ? {} : { body: String(body) }), bodyMax: BODY_MAX });
  if (answer.kind !== "answered") throw new Away(answer.reason);
  if (answer.status >= 500 || answer.truncated) throw new Away(answer.truncated ? "The answer is too long." : `It answered ${answer.status}.`);
  return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers: answer.contentType === null ? {} : { "content-type": answer.contentType } });
};

export function openProvider(settings: ProviderSettings, outgoing: Outgoing, now: () => number): Provider {
  let discovered: { readonly at: number; readonly configuration: Promise<Configuration> } | null = null;
  const configuration = (): Promise<Configuration> => {
    if (discovered === null || now() - discovered.at > DISCOVERED_MS) {
      const asked = { at: now(), configuration: discover(settings, outgoing) };
      discovered = asked;
      // What failed is asked again by the next one.
      asked.configuration.catch(() => (discovered = discovered === asked ? null : discovered));
    }
    return discovered.configuration;
  };
  return {
    settings,
    begin: async (redirectUri) => {
      try {
        const [{ buildAuthorizationUrl, calculatePKCECodeChallenge, randomNonce, randomPKCECodeVerifier, randomState }, found] = [await oidc(), await configuration()];
        const pending = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
        const url = buildAuthorizationUrl(found, {
          redirect_uri: redirectUri, scope: settings.scopes, state: pending.state, nonce: pending.nonce, code_challenge: await calculatePKCECodeChallenge(pending.verifier), code_challenge_method: "S256",
        });
        return { ok: true, url: url.href, pending };
      } catch (error) {
        return failure(error);
      }
    },
    finish: async (redirectUri, answer, { state, nonce, verifier }) => {
      try {
        const [{ authorizationCodeGrant, fetchUserInfo }, found] = [await oidc(), await configuration()];
        const tokens = await authorizationCodeGrant(found, new URL(redirectUri + answer), { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true });
        const said = tokens.claims();
        if (said === undefined) return { ok: false, why: "NOT_PROVED", reason: "There is no ID token." };
        // Many providers tell of addresses and groups there alone.
        const more = found.serverMetadata().userinfo_endpoint === undefined ? {} : await fetchUserInfo(found, tokens.access_token, said.sub);
        return { ok: true, claims: claimsOf({ ...more, ...said }, said.sub, settings) };
      } catch (error) {
        return failure(error);
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: ProviderSettings, outgoing: Outgoing): Promise<Configuration> {
  const { allowInsecureRequests, ClientSecretBasic, ClientSecretPost, customFetch, discovery, enableNonRepudiationChecks, None } = await oidc();
  const server = new URL(issuer);
  // Signatures are checked although the tokens come straight from the provider. Which addresses may be called without TLS says the outgoing door.
  const execute = [enableNonRepudiationChecks, ...(server.protocol === "http:" ? [allowInsecureRequests] : [])];
  const found = (secret: ReturnType<typeof None>) => discovery(server, clientId, {}, secret, { [customFetch]: through(outgoing), execute });
  if (clientSecret === null) return found(None());
  const first = await found(ClientSecretBasic(clientSecret));
  const ways = first.serverMetadata().token_endpoint_auth_methods_supported;
  return ways === undefined || ways.includes("client_secret_basic") ? first : found(ClientSecretPost(clientSecret));
}

/** The claims that count here, of whatever type a provider gives them. */
export function claimsOf(said: Readonly<Record<string, unknown>>, subject: string, { rolesClaim }: ProviderRules): Claims {
  const { email, email_verified: verified, name } = said;
  const values: unknown = rolesClaim === null ? [] : said[rolesClaim];
  return {
    subject, email: typeof email === "string" && EMAIL.test(email) ? email.toLowerCase() : null,
    // Some providers write booleans as text.
    emailVerified: verified === true || verified === "true", name: typeof name === "string" ? name : null,
    values: (Array.isArray(values) ? values : [values]).filter((value): value is string => typeof value === "string"),
  };
}

const EMAIL = /^[^\s@<>",;:\\]{1,64}@[^\s@<>",;:\\]{1,189}$/;

function failure(error: unknown): ProviderFailure {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof Away) return { ok: false, why: "AWAY", reason: cause.message };
    if (cause.name === "AuthorizationResponseError") return { ok: false, why: "DENIED", reason: "error" in cause ? String(cause.error).slice(0, 100) : "It gave no reason." };
  }
  const [said, code] = error instanceof Error ? [error.message, "code" in error ? String(error.code) : ""] : ["", ""];
  return { ok: false, why: "NOT_PROVED", reason: `${said} ${code}`.trim().slice(0, 200) };
}
