import GithubSlugger from 'github-slugger';
import { Marked, type Tokens } from 'marked';
import { Html, html } from './html.ts';

export interface Heading {
  readonly depth: number;
  readonly text: string;
  /** As GitHub makes it of the text, so that an anchor leads to the same place there and here. */
  readonly id: string;
}

export interface Rendered {
  readonly content: Html;
  readonly headings: readonly Heading[];
  /** Addresses of links and pictures as they are written. */
  readonly links: readonly string[];
}

/** Where a link or a picture of the page leads here; null where it leads to nothing that is served. */
export type Resolve = (href: string) => string | null;

/** A page written in Markdown as markup without script and style: markup in it is text, comments are left out. */
export function renderMarkdown(text: string, resolve: Resolve): Rendered {
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  const links: string[] = [];
  const leading = (href: string): string | null => {
    links.push(href);
    return resolve(href);
  };
  const marked = new Marked({
    gfm: true, async: false,
    renderer: {
      heading({ tokens, depth }) {
        const plain = this.parser.parseInline(tokens, this.parser.textRenderer);
        const id = slugger.slug(plain);
        headings.push({ depth, text: plain, id });
        return `<h${depth} id="${id}"><a class="docs-anchor" href="#${id}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`;
      },
      link({ href, tokens }) {
        const [target, inner] = [leading(href), new Html(this.parser.parseInline(tokens))];
        return (target === null ? html`${inner}` : html`<a href="${target}">${inner}</a>`).text;
      },
      image({ href, text: alternative }) {
        const target = leading(href);
        return (target === null ? html`${alternative}` : html`<img src="${target}" alt="${alternative}" loading="lazy">`).text;
      },
      html: ({ text: markup }) => (markup.trimStart().startsWith('<!--') ? '' : html`${markup}`.text),
      code: ({ text: code, lang }) => html`<pre class="docs-code" tabindex="0" role="group" aria-label="${lang === undefined || lang === '' ? 'Example' : `Example (${lang})`}"><code>${code}</code></pre>\n`.text,
      table(token) {
        return `<div class="docs-wide" tabindex="0" role="group" aria-label="Table"><table class="docs-grid">${headOf(token, this.parser)}<tbody>${token.rows.map((cells) => `<tr>${cells.map((cell) => cellOf('td', cell, this.parser)).join('')}</tr>`).join('')}</tbody></table></div>\n`;
      },
    },
  });
  return { content: new Html(marked.parse(text) as string), headings, links };
}

interface Inline {
  parseInline(tokens: Tokens.TableCell['tokens']): string;
}

const headOf = ({ header }: Tokens.Table, parser: Inline): string => `<thead><tr>${header.map((cell) => (cell.text.trim() === '' ? '<td></td>' : cellOf('th', cell, parser))).join('')}</tr></thead>`;

const cellOf = (tag: 'th' | 'td', { tokens, align }: Tokens.TableCell, parser: Inline): string =>
  `<${tag}${tag === 'th' ? ' scope="col"' : ''}${align === 'right' ? ' class="figure"' : ''}>${parser.parseInline(tokens)}</${tag}>`;
