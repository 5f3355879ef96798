import type { PageAssets } from '../bundle.ts';
import { frame } from './frame.ts';
import { type GuidePage, type Section, SECTIONS } from './guide.ts';
import { html, type Html } from './html.ts';

/** A page of the documentation, between the list of all pages and what is on it. */
export function guidePage(page: GuidePage, pages: readonly GuidePage[], assets: PageAssets): string {
  return frame(page.section === null ? 'Documentation of Ordo' : `${page.title} · Ordo`, '/docs', assets, html`
${navigation(page, pages)}
<main id="main" class="docs-prose">
<p class="docs-all"><a href="#pages">All pages</a></p>
${page.content}
</main>`).text;
}

/** Where an address leads to no page: what there is instead. */
export const missingPage = (pages: readonly GuidePage[], assets: PageAssets): string => frame('No such page · Ordo', '/docs', assets, html`
${navigation(null, pages)}
<main id="main" class="docs-prose"><h1>There is no such page</h1><p>Pages are renamed now and then. <a href="/docs">All of them</a> are listed by what they are for.</p></main>`).text;

const navigation = (here: GuidePage | null, pages: readonly GuidePage[]): Html => html`<nav class="docs-nav docs-pages" id="pages" aria-label="Pages">
${Object.keys(SECTIONS).map((section) => group(section as Section, here, pages))}</nav>`;

const group = (section: Section, here: GuidePage | null, pages: readonly GuidePage[]): Html => html`<section class="docs-group" id="section-${section}"><h2>${SECTIONS[section]}</h2><ul>${pages.filter((one) => one.section === section).map((one) => (
  html`<li><a href="${one.address}"${one === here ? html` aria-current="page"` : null}>${one.title}</a>${one === here ? contents(one) : null}</li>`))}</ul></section>`;

function contents({ headings }: GuidePage): Html | null {
  const parts = headings.filter(({ depth }) => depth === 2);
  return parts.length < 2 ? null : html`<ul>${parts.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}</ul>`;
}
