import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { headerText, isSignedBody } from './signature.ts';

const body = Buffer.from('{"id":1,"note":"Grüße"}');
const sign = (secret: string, bytes: Uint8Array = body): string => createHmac('sha256', secret).update(bytes).digest('base64');

describe('a signed body', () => {
  it('is known by any of the secrets in use', () => {
    expect(isSignedBody(body, sign('old'), ['new', 'old'])).toBe(true);
    expect(isSignedBody(body, sign('new'), ['new', 'old'])).toBe(true);
    expect(isSignedBody(body, sign('other'), ['new', 'old'])).toBe(false);
  });

  it('is not known with one byte more, fewer or changed', () => {
    const signature = sign('secret');
    expect(isSignedBody(Buffer.concat([body, Buffer.from(' ')]), signature, ['secret'])).toBe(false);
    expect(isSignedBody(body.subarray(1), signature, ['secret'])).toBe(false);
    expect(isSignedBody(Buffer.from(body.toString().replace('1', '2')), signature, ['secret'])).toBe(false);
  });

  it.each([undefined, '', 'AAAA', '%%%', sign('secret').slice(0, -4), `${sign('secret').slice(0, -1)}AAAA`, createHmac('sha256', 'secret').update(body).digest('hex')])(
    'is not known by %j', (signature) => {
      expect(isSignedBody(body, signature, ['secret'])).toBe(false);
    });

  it('is never known without a secret: an empty one is none', () => {
    expect(isSignedBody(body, sign('secret'), [])).toBe(false);
    expect(isSignedBody(body, sign(''), [''])).toBe(false);
    expect(isSignedBody(body, sign('secret'), ['', 'secret'])).toBe(true);
  });
});

it('reads one value of a header', () => {
  const headers = { one: 'a', several: ['b', 'c'], none: [], absent: undefined };
  expect(['one', 'several', 'none', 'absent', 'unknown'].map((name) => headerText(headers, name))).toEqual(['a', 'b', undefined, undefined, undefined]);
});
