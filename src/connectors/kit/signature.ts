import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether `given` is the base64 HMAC-SHA256 of the raw body by one of the secrets. Every secret is tried, each in constant time; an empty
 * one is no secret: anybody could sign with it.
 */
export function isSignedBody(rawBody: Uint8Array, given: string | undefined, secrets: readonly string[]): boolean {
  const claimed = Buffer.from(given ?? '', 'base64');
  return secrets.filter((secret) => secret !== '').reduce((found, secret) => {
    const expected = createHmac('sha256', secret).update(rawBody).digest();
    return (claimed.length === expected.length && timingSafeEqual(claimed, expected)) || found;
  }, false);
}

/** One value of a header; of several the first. */
export function headerText(headers: Readonly<Record<string, string | readonly string[] | undefined>>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
