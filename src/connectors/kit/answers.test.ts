import { describe, expect, it } from 'vitest';
import { dead, jsonOf } from './answers.ts';

const asked = { credential: 'The access token', subject: 'order 4711' };
const answered = (status: number, json?: unknown, retryAfterMs: number | null = null) => jsonOf({ kind: 'answered', status, json, retryAfterMs }, asked);

describe('answers of a channel', () => {
  it('are read where the request was done', () => {
    expect(answered(200, { a: 1 })).toEqual({ ok: true, value: { a: 1 } });
    expect(answered(201, null)).toEqual({ ok: true, value: null });
  });

  it.each([[408], [425], [429], [500], [502], [503], [504], [520]])('ask for another time with status %d', (status) => {
    expect(answered(status, undefined, 7_000)).toMatchObject({ ok: false, result: { kind: 'retry', afterMs: 7_000 } });
    expect(answered(status)).toMatchObject({ ok: false, result: { kind: 'retry', afterMs: null } });
  });

  it.each([['unknown'], ['unreachable']] as const)('may come later when %s', (kind) => {
    expect(jsonOf({ kind, reason: 'no answer in time' }, asked)).toEqual({ ok: false, result: { kind: 'retry', reason: 'The channel did not answer: no answer in time', afterMs: null } });
  });

  it('that are no JSON leave open what was done', () => expect(answered(200)).toMatchObject({ ok: false, result: { kind: 'retry' } }));

  it.each([
    [401, /access token is refused/], [403, /access token is refused/], [404, /does not know order 4711/], [301, /status 301/], [400, /status 400/], [402, /status 402/], [422, /status 422/],
  ])('need a person with status %d', (status, reason) => {
    const step = answered(status, { message: 'Not like this.' });
    expect(step).toMatchObject({ ok: false, result: { kind: 'dead', reason: expect.stringMatching(reason) } });
    expect(step).toMatchObject({ result: { reason: expect.stringContaining('Not like this.') } });
  });

  it('need a person where the address may not be called', () => {
    expect(jsonOf({ kind: 'blocked', reason: 'not public' }, asked)).toMatchObject({ ok: false, result: { kind: 'dead' } });
  });

  it('are kept short', () => expect(dead('x'.repeat(5_000))).toMatchObject({ reason: expect.stringMatching(/^x{299}…$/) }));
});
