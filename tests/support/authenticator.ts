import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A device with one passkey, as software: it signs whatever it is told to, wrong things too. */

const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest();

/** The few forms of CBOR (RFC 8949) that a passkey is written in. */
function cbor(value: number | string | Buffer | ReadonlyMap<number | string, unknown>): Buffer {
  const head = (major: number, length: number): Buffer =>
    length < 24 ? Buffer.from([(major << 5) | length]) : length < 256 ? Buffer.from([(major << 5) | 24, length]) : Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one as number)])]);
}

export interface Asked {
  readonly challenge: string;
  readonly user?: { readonly id: string };
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
}

export interface Mischief {
  readonly origin?: string;
  readonly challenge?: string;
  readonly counter?: number;
  /** Whether a finger, a face or a PIN was asked for. */
  readonly verified?: boolean;
  readonly userHandle?: string;
  readonly rpId?: string;
}

export interface Authenticator {
  readonly id: string;
  make(asked: Asked, mischief?: Mischief): Record<string, unknown>;
  use(asked: Asked, mischief?: Mischief): Record<string, unknown>;
}

/** @param counts whether the device counts its uses; many say 0 each time */
export function softwareAuthenticator(origin: string, counts = true): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const key = cbor(new Map<number, number | Buffer>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, "base64url")], [-3, Buffer.from(y, "base64url")]]));
  const credentialId = randomBytes(32);
  const id = base64url(credentialId);
  let [used, holder] = [0, base64url(randomBytes(16))];
  const clientData = (type: string, asked: Asked, mischief: Mischief): string =>
    JSON.stringify({ type, challenge: mischief.challenge ?? asked.challenge, origin: mischief.origin ?? origin, crossOrigin: false });
  const authenticatorData = (asked: Asked, mischief: Mischief, attested: Buffer | null): Buffer => {
    if (counts) used += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(mischief.counter ?? used);
    const flags = 1 | (mischief.verified === false ? 0 : 4) | (attested === null ? 0 : 64);
    return Buffer.concat([sha256(mischief.rpId ?? asked.rp?.id ?? asked.rpId ?? ""), Buffer.from([flags]), counter, ...(attested === null ? [] : [attested])]);
  };
  const answer = (response: Record<string, unknown>): Record<string, unknown> => ({ id, rawId: id, type: "public-key", clientExtensionResults: {}, response });
  return {
    id,
    make: (asked, mischief = {}) => {
      holder = asked.user?.id ?? "";
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, credentialId.length]), credentialId, key]);
      const attestation = cbor(new Map<string, string | Buffer | ReadonlyMap<string, unknown>>([["fmt", "none"], ["attStmt", new Map()], ["authData", authenticatorData(asked, mischief, attested)]]));
      return answer({ clientDataJSON: base64url(clientData("webauthn.create", asked, mischief)), attestationObject: base64url(attestation), transports: ["internal"] });
    },
    use: (asked, mischief = {}) => {
      const [data, client] = [authenticatorData(asked, mischief, null), clientData("webauthn.get", asked, mischief)];
      const signature = sign("sha256", Buffer.concat([data, sha256(client)]), privateKey);
      return answer({ clientDataJSON: base64url(client), authenticatorData: base64url(data), signature: base64url(signature), userHandle: mischief.userHandle ?? holder });
    },
  };
}
