import { createHash } from 'node:crypto';
import { type PageAssets, PAGE_HEADERS, PAGE_OPTIONS, pageBundle } from './bundle.ts';
import type { App } from './http/app.ts';

const ICON = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 24 24%22%3E%3Cpath d=%22M5 18.5 12 7.5 19 13%22 fill=%22none%22 stroke=%22%23858b95%22 stroke-width=%222%22/%3E%3Ccircle cx=%225%22 cy=%2218.5%22 r=%222.4%22 fill=%22%23858b95%22/%3E%3Ccircle cx=%2219%22 cy=%2213%22 r=%222.4%22 fill=%22%23858b95%22/%3E%3Ccircle cx=%2212%22 cy=%227%22 r=%224.4%22 fill=%22%231a8a96%22/%3E%3C/svg%3E';

const pageOf = ({ script, style }: PageAssets): string => `<!doctype html>
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

const bundle = pageBundle({ name: 'console', script: 'main.tsx', style: 'styles/index.css' });

/** The page is the same for everybody and holds nothing of anybody: what it shows, it asks the API for, with the session. */
export function consoleRoutes(app: App): void {
  bundle.routes(app);
  for (const path of SCREENS) {
    app.get(path, PAGE_OPTIONS, async (request, reply) => {
      const page = pageOf(await bundle.assets());
      const tag = `"${createHash('sha256').update(page).digest('hex').slice(0, 16)}"`;
      reply.headers({ ...PAGE_HEADERS, 'cache-control': 'no-cache', etag: tag });
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.header('content-type', 'text/html; charset=utf-8').send(page);
    });
  }
}
