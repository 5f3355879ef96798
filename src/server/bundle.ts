import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build, type OutputFile, stop } from 'esbuild';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './http/app.ts';
import { refused } from './http/problem.ts';

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
/** Routes of pages: they describe the program and hold nothing of anybody. */
export const PAGE_OPTIONS = { config: { scope: 'public' }, schema: { hide: true } } as const;

/** A file that never changes under its name, because the name holds a hash of its content. */
interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly compressed: Buffer;
}

/** Addresses of a page's own script and style. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

interface Made extends PageAssets {
  readonly assets: ReadonlyMap<string, Asset>;
}

/**
 * The script and the style of one page, and the parts of the script that come when they are asked for. They are bundled from
 * their source when a process is first asked for the page, so nothing has to be built before, the page can never be older than
 * the server, and a process that only works or answers the API spends nothing on it. The bundle lives in memory.
 */
export interface PageBundle {
  /** Refuses with UNAVAILABLE where the source cannot be bundled, and tries again when it is asked again. */
  assets(): Promise<PageAssets>;
  /** Routes of what the page loads. */
  routes(app: App): void;
}

/** Characters of the bundler's own words. */
const WHY_LENGTH = 200;

/** A page called `name`, its script and its style under console/src. */
export function pageBundle(page: { readonly name: string; readonly script: string; readonly style: string }): PageBundle {
  const address = `/assets/${page.name}/`;
  let made: Promise<Made> | undefined;
  const bundle = (): Promise<Made> => (made ??= bundlePage(page, address).catch((error: unknown) => {
    made = undefined;
    const why = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, WHY_LENGTH) : 'no reason given';
    throw refused('UNAVAILABLE', `This page cannot be made (${why}). "npm ci" installs what makes it; the API works without it.`);
  }));
  return {
    assets: bundle,
    routes: (app) => void app.get(`${address}*`, PAGE_OPTIONS, async (request, reply) => {
      const asset = (await bundle()).assets.get(request.url.replace(/\?.*$/, ''));
      if (asset === undefined) throw refused('NOT_FOUND', 'No page loads this file. A page that was opened before the server changed finds its files when it is loaded again.');
      return sendAsset(request, reply, asset);
    }),
  };
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, { type, body, compressed }: Asset): FastifyReply {
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  reply.headers({ ...ASSET_HEADERS, 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' });
  if (zipped) reply.header('content-encoding', 'gzip');
  return reply.send(zipped ? compressed : body);
}

let bundling = 0;
/** The bundler runs in a process of its own, which would otherwise stay for as long as the server does. */
const stopBundler = (): void => {
  bundling -= 1;
  if (bundling === 0) void stop();
};

/** Browsers that know nested styles, light-dark() and the methods of arrays that leave the array alone. */
const BROWSERS = ['es2023', 'chrome123', 'firefox121', 'safari17.5'];

async function bundlePage({ name, script, style }: { name: string; script: string; style: string }, address: string): Promise<Made> {
  bundling += 1;
  const { outputFiles } = await build({
    entryPoints: { [name]: SOURCE + script, [`${name}-style`]: SOURCE + style }, outdir: address, bundle: true, write: false, minify: true, format: 'esm', platform: 'browser', splitting: true, jsx: 'automatic',
    entryNames: '[name]-[hash]', chunkNames: 'part-[hash]', define: { 'process.env.NODE_ENV': '"production"' }, target: BROWSERS, legalComments: 'none', logLevel: 'silent',
  }).finally(stopBundler);
  const assets = outputFiles.map(asset);
  const whole = (type: string): string => {
    const found = assets.find((one) => one.type.startsWith(type) && !one.path.startsWith(`${address}part-`));
    if (!found) throw new Error(`the bundle of ${name} has no ${type}`);
    return found.path;
  };
  return { script: whole('text/javascript'), style: whole('text/css'), assets: new Map(assets.map((one) => [one.path, one])) };
}

/** The bundler's own hash is in the name: an asset never changes under its name. */
function asset({ path, contents }: OutputFile): Asset {
  const body = Buffer.from(contents);
  return { path, type: `${path.endsWith('.css') ? 'text/css' : 'text/javascript'}; charset=utf-8`, body, compressed: gzipSync(body, { level: 9 }) };
}
