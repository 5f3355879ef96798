import fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { pageBundle } from './bundle.ts';
import type { App } from './http/app.ts';
import { answerErrors } from './http/errors.ts';

const serving = (bundle: ReturnType<typeof pageBundle>): App => {
  const app = fastify() as unknown as App;
  answerErrors(app, { classifyError: () => 'defect' });
  bundle.routes(app);
  return app;
};

describe('what a page loads', () => {
  const bundle = pageBundle({ name: 'docs', script: 'docs/main.ts', style: 'styles/docs.css' });

  test('is made when it is first asked for, and never changes under its name', async () => {
    const app = serving(bundle);
    const { script, style } = await bundle.assets();
    const [code, look] = [await app.inject(script), await app.inject({ url: style, headers: { 'accept-encoding': 'gzip' } })];
    expect([code.statusCode, code.headers['content-type'], code.headers['content-encoding']]).toEqual([200, 'text/javascript; charset=utf-8', undefined]);
    expect([look.statusCode, look.headers['content-type'], look.headers['content-encoding']]).toEqual([200, 'text/css; charset=utf-8', 'gzip']);
    expect(code.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' });
  });

  test('is refused where no page names it', async () => {
    expect(JSON.parse((await serving(bundle).inject('/assets/docs/part-OLD.js')).body)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('says what is missing where it cannot be made', async () => {
    const broken = pageBundle({ name: 'broken', script: 'no-such.ts', style: 'styles/docs.css' });
    for (const _ of ['once', 'again']) await expect(broken.assets()).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE', detail: expect.stringMatching(/no-such[^]*"npm ci"/) } });
  });
});
