import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** An identity provider of a test: it signs in whoever `claims` says, without asking, and answers wrongly where it is told to. */
export interface Issuer {
  readonly url: string;
  /** "host:port", for the outgoing door. */
  readonly host: string;
  /** What the next one who signs in there is. */
  claims: Record<string, unknown>;
  /** Claims of the ID token instead of the right ones, such as another nonce. */
  lies: Record<string, unknown>;
  /** Whether it signs with a key that it does not publish. */
  forges: boolean;
  /** What it tells the browser instead of a code. */
  refuses: string | null;
  /** Answers 503 to everything. */
  isDown: boolean;
  stop(): Promise<void>;
}

export const CLIENT = { id: "ordo", secret: "a secret of the client" } as const;

interface Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string;
  readonly claims: Record<string, unknown>;
}

export async function startIssuer(): Promise<Issuer> {
  const [known, other] = [await generateKeyPair("RS256"), await generateKeyPair("RS256")];
  const jwk = { ...(await exportJWK(known.publicKey)), kid: "1", alg: "RS256", use: "sig" };
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, Record<string, unknown>>();
  const server = createServer((request, response) => void serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}`;
  const issuer: Issuer = {
    url, host, claims: {}, lies: {}, forges: false, refuses: null, isDown: false,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (status: number, body: unknown): void => void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    if (issuer.isDown) return json(503, {});
    switch (pathname) {
      case "/.well-known/openid-configuration": return json(200, {
        issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token`, jwks_uri: `${url}/keys`, userinfo_endpoint: `${url}/me`, response_types_supported: ["code"],
        subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"], code_challenge_methods_supported: ["S256"], token_endpoint_auth_methods_supported: ["client_secret_basic"],
      });
      case "/keys": return json(200, { keys: [jwk] });
      case "/authorize": {
        const asked = (name: string): string => searchParams.get(name) ?? "";
        const back = new URL(asked("redirect_uri"));
        const code = randomBytes(16).toString("base64url");
        if (asked("client_id") !== CLIENT.id || asked("response_type") !== "code" || asked("code_challenge_method") !== "S256" || !asked("scope").split(" ").includes("openid")) return json(400, { error: "invalid_request" });
        grants.set(code, { redirectUri: back.href, challenge: asked("code_challenge"), nonce: asked("nonce"), claims: issuer.claims });
        if (issuer.refuses === null) back.searchParams.set("code", code);
        else back.searchParams.set("error", issuer.refuses);
        back.searchParams.set("state", asked("state"));
        return void response.writeHead(303, { location: back.href }).end();
      }
      case "/token": return token(request, json);
      case "/me": return json(200, tokens.get((request.headers.authorization ?? "").replace(/^Bearer /, "")) ?? {});
      default: return json(404, {});
    }
  }

  async function token(request: IncomingMessage, json: (status: number, body: unknown) => void): Promise<void> {
    let text = "";
    for await (const part of request) text += String(part);
    const given = new URLSearchParams(text);
    const grant = grants.get(given.get("code") ?? "");
    grants.delete(given.get("code") ?? "");
    const secret = Buffer.from((request.headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString().split(":").map((part) => decodeURIComponent(part.replaceAll("+", " ")));
    if (secret[0] !== CLIENT.id || secret[1] !== CLIENT.secret) return json(401, { error: "invalid_client" });
    const proof = createHash("sha256").update(given.get("code_verifier") ?? "").digest("base64url");
    if (grant === undefined || given.get("redirect_uri") !== grant.redirectUri || proof !== grant.challenge) return json(400, { error: "invalid_grant" });
    const { sub, ...told } = grant.claims;
    const accessToken = randomBytes(16).toString("base64url");
    // As many do: the token names the subject alone, the rest has to be asked for.
    tokens.set(accessToken, { sub, ...told });
    const idToken = await new SignJWT({ iss: url, aud: CLIENT.id, sub: String(sub), nonce: grant.nonce, exp: Math.floor(Date.now() / 1000) + 300, iat: Math.floor(Date.now() / 1000), ...issuer.lies })
      .setProtectedHeader({ alg: "RS256", kid: "1" }).sign((issuer.forges ? other : known).privateKey);
    return json(200, { access_token: accessToken, token_type: "Bearer", expires_in: 60, id_token: idToken });
  }

  return issuer;
}
