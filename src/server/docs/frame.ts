import type { PageAssets } from '../bundle.ts';
import { html, type Html } from './html.ts';

const PLACES = [['/docs', 'Documentation'], ['/docs/api', 'API'], ['/docs/errors', 'Errors'], ['/', 'Console']] as const;

/** What surrounds every page of the documentation. `here` is the address of the place that the page belongs to. */
export const frame = (title: string, here: string, { script, style }: PageAssets, content: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body class="docs">
<a class="skip" href="#main">To the content</a>
<header class="docs-top"><b>Ordo</b> ${PLACES.map(([address, name]) => html`<a href="${address}"${address === here ? html` aria-current="page"` : null}>${name}</a> `)}</header>
${content}
</body>
</html>
`;
