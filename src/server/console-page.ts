import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type OutputFile, stop } from 'esbuild';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './http/app.ts';

/**
 * The page of the console. It is bundled from its source when the server starts, so nothing has to be built before and the
 * page can never be older than the server; the bundle lives in memory.
 */

const SOURCE = fileURLToPath(new URL('../../console/src/', import.meta.url));

/** Only what this server sends may run, and nobody may frame the page: markup that gets into it from data stays dead. */
const CONTENT_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:", "frame-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'",
].join('; ');

export const PAGE_HEADERS = {
  'content-security-policy': CONTENT_POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;
const ASSET_HEADERS = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin', 'referrer-policy': 'no-referrer', vary: 'accept-encoding' } as const;

/** A file that never changes under its name, because the name holds a hash of its content. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly compressed: Buffer;
}

/** The script and the style of one page, and the parts of the script that come when they are asked for. */
export interface Bundle {
  readonly script: Asset;
  readonly style: Asset;
  readonly parts: readonly Asset[];
}

export interface ConsoleBundle {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly page: string;
  readonly tag: string;
}

let bundled: Promise<ConsoleBundle> | undefined;

/** Routes of the console, for AppDeps.extraRoutes. Bundles once a process; rejects where the source cannot be bundled. */
export async function consoleRoutes(): Promise<(app: App) => void> {
  bundled ??= bundleConsole();
  const bundle = await bundled;
  return (app) => serveConsole(app, bundle);
}

export async function bundleConsole(): Promise<ConsoleBundle> {
  const { script, style, parts } = await bundlePage({ name: 'console', script: 'main.tsx', style: 'styles/index.css' });
  const page = pageOf(script.path, style.path);
  return { assets: new Map([script, style, ...parts].map((one) => [one.path, one])), page, tag: `"${hashOf(Buffer.from(page))}"` };
}

const ASSETS = '/assets/';

let bundling = 0;
/** The bundler runs in a process of its own, which would otherwise stay for as long as the server does. */
const stopBundler = (): void => {
  bundling -= 1;
  if (bundling === 0) void stop();
};

/** Browsers that know nested styles, light-dark() and the methods of arrays that leave the array alone. */
const BROWSERS = ['es2023', 'chrome123', 'firefox121', 'safari17.5'];

/** Bundles a page's script and style, both under console/src. What the script imports only when it is wanted is a file of its own. */
export async function bundlePage({ name, script, style }: { name: string; script: string; style: string }): Promise<Bundle> {
  bundling += 1;
  const { outputFiles } = await build({
    entryPoints: { [name]: SOURCE + script, [`${name}-style`]: SOURCE + style }, outdir: ASSETS, bundle: true, write: false, minify: true, format: 'esm', platform: 'browser', splitting: true, jsx: 'automatic',
    entryNames: '[name]-[hash]', chunkNames: 'part-[hash]', define: { 'process.env.NODE_ENV': '"production"' }, target: BROWSERS, legalComments: 'none', logLevel: 'silent',
  }).finally(stopBundler);
  const assets = outputFiles.map(asset);
  const parts = assets.filter(({ path }) => path.startsWith(`${ASSETS}part-`));
  const whole = (type: string): Asset => {
    const found = assets.find((one) => one.type.startsWith(type) && !parts.includes(one));
    if (!found) throw new Error(`the bundle of ${name} has no ${type}`);
    return found;
  };
  return { script: whole('text/javascript'), style: whole('text/css'), parts };
}

/** The bundler's own hash is in the name: an asset never changes under its name. */
function asset({ path, contents }: OutputFile): Asset {
  const body = Buffer.from(contents);
  return { path, type: `${path.endsWith('.css') ? 'text/css' : 'text/javascript'}; charset=utf-8`, body, compressed: gzipSync(body, { level: 9 }) };
}

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex').slice(0, 16);

const ICON = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 24 24%22%3E%3Cpath d=%22M5 18.5 12 7.5 19 13%22 fill=%22none%22 stroke=%22%23858b95%22 stroke-width=%222%22/%3E%3Ccircle cx=%225%22 cy=%2218.5%22 r=%222.4%22 fill=%22%23858b95%22/%3E%3Ccircle cx=%2219%22 cy=%2213%22 r=%222.4%22 fill=%22%23858b95%22/%3E%3Ccircle cx=%2212%22 cy=%227%22 r=%224.4%22 fill=%22%231a8a96%22/%3E%3C/svg%3E';

const pageOf = (script: string, style: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Ordo</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${style}">
<meta id="react-aria-pressable-style">
<script type="module" src="${script}"></script>
</head>
<body>
<noscript>This page needs JavaScript. The same is told by the command "ordo orders list" and by the API.</noscript>
</body>
</html>
`;

/** Addresses of screens: all of them are the same page, which shows what its address names. */
export const SCREENS = ['/', '/orders', '/orders/new', '/orders/:id', '/orders/:id/why', '/mentions', '/order-actions', '/order-actions/:id', '/customers', '/customers/:id', '/mailbox', '/mailbox/:id', '/exceptions', '/morning', '/bad-day', '/stock', '/stock/supply', '/stock/supply/new', '/stock/supply/:id', '/stock/supply/:id/receive', '/stock/counts', '/stock/shortages', '/stock/protected', '/nodes', '/nodes/:code',
  '/strategies', '/strategies/:code', '/strategies/:code/simulations/:id', '/reports', '/reports/:code', '/audit', '/settings', '/connections', '/people', '/me', '/set-password', '/signed-out'] as const;

/** The page is the same for everybody and holds nothing of anybody: what it shows, it asks the API for, with the session. */
function serveConsole(app: App, { assets, page, tag }: ConsoleBundle): void {
  const options = { config: { scope: 'public' }, schema: { hide: true } } as const;
  const sendPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    reply.headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache', etag: tag });
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    return reply.header('content-type', 'text/html; charset=utf-8').send(page);
  };
  for (const path of SCREENS) app.get(path, options, sendPage);
  serveAssets(app, [...assets.values()]);
}

export function serveAssets(app: App, assets: readonly Asset[]): void {
  const options = { config: { scope: 'public' }, schema: { hide: true } } as const;
  for (const { path, type, body, compressed } of assets) {
    app.get(path, options, (request, reply) => {
      const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      reply.headers({ ...ASSET_HEADERS, 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' });
      if (zipped) reply.header('content-encoding', 'gzip');
      return reply.send(zipped ? compressed : body);
    });
  }
}
