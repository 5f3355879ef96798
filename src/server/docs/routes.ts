import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Bundle, PAGE_HEADERS, bundlePage, serveAssets } from '../console-page.ts';
import type { App } from '../http/app.ts';
import { documentOf } from '../http/document.ts';
import { readDocument } from './document.ts';
import { docsPage, errorsPage, type PageAssets } from './page.ts';

let bundled: Promise<Bundle> | undefined;

/**
 * The interface, to be read in a browser: made from the same document as /openapi.json when it is first asked for. Like
 * that document it is public, because it describes the program, which is public itself, and holds nothing of anybody.
 */
export async function docsRoutes(): Promise<(app: App) => void> {
  bundled ??= bundlePage({ name: 'docs', script: 'docs/main.ts', style: 'styles/docs.css' });
  const { script, style, parts } = await bundled;
  const assets: PageAssets = { script: script.path, style: style.path };
  return (app) => {
    serveAssets(app, [script, style, ...parts]);
    const options = { config: { scope: 'public' }, schema: { hide: true } } as const;
    app.get('/docs', options, once(() => docsPage(readDocument(documentOf(app)), assets)));
    app.get('/docs/errors', options, once(() => errorsPage(assets)));
  };
}

/** A page that is the same until the program ends. */
function once(make: () => string): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  let made: { readonly page: string; readonly compressed: Buffer; readonly tag: string } | undefined;
  return (request, reply) => {
    if (made === undefined) {
      const page = make();
      made = { page, compressed: gzipSync(page), tag: `"${createHash('sha256').update(page).digest('hex').slice(0, 16)}"` };
    }
    reply.headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache', etag: made.tag, vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === made.tag) return reply.code(304).send();
    reply.header('content-type', 'text/html; charset=utf-8');
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(made.page);
    return reply.header('content-encoding', 'gzip').send(made.compressed);
  };
}
