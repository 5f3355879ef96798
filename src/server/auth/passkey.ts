import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { NewPasskey, Passkey } from "../../flows/passkeys.ts";
import { readUrl } from "../url.ts";

/** Passkeys (WebAuthn): what a browser is asked, and whether its answer proves anything. The library is loaded with the first one. */

const webauthn = () => import("@simplewebauthn/server");

/** Who a passkey is for: a browser uses it at pages of this origin only, under this name. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** As whom a server at this origin can have passkeys; null where browsers allow none: at an address that is no name, or without TLS elsewhere than on the own machine. */
export function relyingPartyAt(origin: string): RelyingParty | null {
  const url = readUrl(origin);
  if (url === null) return null;
  const { hostname, protocol, origin: plain } = url;
  const isOwnMachine = hostname === "localhost" || hostname.endsWith(".localhost");
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) return null;
  return protocol === "https:" || isOwnMachine ? { id: hostname, origin: plain } : null;
}

/** Long enough that nobody guesses one: it is also what the answer is found by. */
const newChallenge = (): string => randomBytes(32).toString("base64url");
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, "base64url"));

/** Asks a device for a passkey that names its person by itself, and that wants a finger, a face or a PIN each time. */
export async function askForNew({ id }: RelyingParty, person: { readonly userId: string; readonly email: string; readonly name: string }, there: readonly Passkey[]): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await webauthn();
  return generateRegistrationOptions({
    rpName: "Ordo", rpID: id, challenge: bytesOf(newChallenge()), attestationType: "none",
    userID: new Uint8Array(Buffer.from(person.userId.replaceAll("-", ""), "hex")), userName: person.email, userDisplayName: person.name,
    excludeCredentials: there.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/** Asks for any passkey of this server. */
export async function askForAny({ id }: RelyingParty): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await webauthn();
  return generateAuthenticationOptions({ rpID: id, challenge: bytesOf(newChallenge()), userVerification: "required" });
}

/** The challenge that an answer says it is to; null where it is no answer. Nothing is proved by it yet. */
export function challengeIn(clientDataJSON: string): string | null {
  try {
    const read: unknown = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString("utf8"));
    const challenge = typeof read === "object" && read !== null && "challenge" in read ? read.challenge : null;
    return typeof challenge === "string" ? challenge : null;
  } catch {
    return null;
  }
}

/** The passkey that a device made in answer to this challenge; null where the answer proves nothing. */
export async function readNew({ id, origin }: RelyingParty, response: RegistrationResponseJSON, challenge: string): Promise<Omit<NewPasskey, "name"> | null> {
  const { verifyRegistrationResponse } = await webauthn();
  const { registrationInfo } = await verifyRegistrationResponse({
    response, expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: id, requireUserVerification: true,
  }).catch(() => ({ registrationInfo: undefined }));
  if (registrationInfo === undefined) return null;
  const { credential } = registrationInfo;
  return { credentialId: credential.id, publicKey: credential.publicKey, counter: credential.counter, transports: credential.transports ?? [] };
}

/** What the device's counter stands at after it signed this challenge with this passkey; null where it did not, or counted back. */
export async function readUse({ id, origin }: RelyingParty, response: AuthenticationResponseJSON, challenge: string, { credentialId, publicKey, counter, transports }: Passkey): Promise<number | null> {
  const { verifyAuthenticationResponse } = await webauthn();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response, expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: id, requireUserVerification: true,
    credential: { id: credentialId, publicKey, counter, transports: [...transports] },
  }).catch(() => ({ verified: false, authenticationInfo: { newCounter: 0 } }));
  return verified ? authenticationInfo.newCounter : null;
}

/** Whose passkey a device says it is. */
export const isHolder = (userHandle: string | undefined, userId: string): boolean => Buffer.from(userHandle ?? "", "base64url").toString("hex") === userId.replaceAll("-", "");
