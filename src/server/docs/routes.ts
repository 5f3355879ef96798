import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type PageAssets, PAGE_HEADERS, PAGE_OPTIONS, pageBundle } from '../bundle.ts';
import type { App } from '../http/app.ts';
import { documentOf } from '../http/document.ts';
import { readDocument } from './document.ts';
import { type Guide, readGuide } from './guide.ts';
import { guidePage, missingPage } from './guide-page.ts';
import { docsPage, errorsPage } from './page.ts';

const bundle = pageBundle({ name: 'docs', script: 'docs/main.ts', style: 'styles/docs.css' });

/**
 * The documentation, to be read in a browser: the pages that are installed with the program, and the interface, made from the
 * same document as /openapi.json. It is made when it is first asked for, and public, because it describes the program, which
 * is public itself, and holds nothing of anybody.
 */
export function docsRoutes(app: App): void {
  bundle.routes(app);
  app.get('/docs/api', PAGE_OPTIONS, once((assets) => docsPage(readDocument(documentOf(app)), assets)));
  app.get('/docs/errors', PAGE_OPTIONS, once(errorsPage));
  guideRoutes(app);
}

interface Made {
  readonly page: string;
  readonly compressed: Buffer;
  readonly tag: string;
}

const made = (page: string): Made => ({ page, compressed: gzipSync(page, { level: 9 }), tag: tagOf(page) });
const tagOf = (content: string | Buffer): string => `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;

/** Pages are read once a process: they change only with the program. */
function guideRoutes(app: App): void {
  let read: Promise<Guide> | undefined;
  const pages = new Map<string, Made>();
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const guide = await (read ??= readGuide());
    const address = request.url.replace(/[?#].*$/, '').replace(/(?<=.)\/$/, '');
    const file = guide.files.get(address);
    if (file !== undefined) return sendFile(request, reply, file.type, await file.read());
    const page = guide.pages.get(address);
    const assets = await bundle.assets();
    const all = [...guide.pages.values()];
    if (page === undefined) return reply.code(404).headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache' }).header('content-type', 'text/html; charset=utf-8').send(missingPage(all, assets));
    const known = pages.get(address) ?? made(guidePage(page, all, assets));
    pages.set(address, known);
    return send(request, reply, known);
  };
  app.get('/docs', PAGE_OPTIONS, answer);
  app.get('/docs/*', PAGE_OPTIONS, answer);
}

function sendFile(request: FastifyRequest, reply: FastifyReply, type: string, body: Buffer): FastifyReply {
  const tag = tagOf(body);
  reply.headers({ 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin', 'cache-control': 'no-cache', etag: tag });
  return request.headers['if-none-match'] === tag ? reply.code(304).send() : reply.header('content-type', type).send(body);
}

/** A page that is the same until the program ends. */
function once(make: (assets: PageAssets) => string): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  let known: Made | undefined;
  return async (request, reply) => send(request, reply, (known ??= made(make(await bundle.assets()))));
}

function send(request: FastifyRequest, reply: FastifyReply, { page, compressed, tag }: Made): FastifyReply {
  reply.headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache', etag: tag, vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  reply.header('content-type', 'text/html; charset=utf-8');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(page);
  return reply.header('content-encoding', 'gzip').send(compressed);
}
