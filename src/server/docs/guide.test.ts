import { expect, test } from 'vitest';
import { REFUSALS } from '../../domain/kernel/index.ts';
import { guidePage, missingPage } from './guide-page.ts';
import { readGuide, resolveLink, SECTIONS } from './guide.ts';
import { renderMarkdown } from './markdown.ts';

const guide = readGuide();
const ASSETS = { script: '/assets/s.js', style: '/assets/s.css' };
const text = (markdown: string) => renderMarkdown(markdown, (href) => (href === 'gone.md' ? null : href)).content.text;

test('what is written as markup is text, comments are left out, and nothing asks for a script or a style', () => {
  expect(text('<!-- made -->\n\nA <b>b</b> <img src=x onerror=alert(1)>')).toBe('<p>A &lt;b&gt;b&lt;/b&gt; &lt;img src=x onerror=alert(1)&gt;</p>\n');
  expect(text('<script>alert(1)</script>')).not.toContain('<script');
  expect(text('`<a>` & "c"')).toBe('<p><code>&lt;a&gt;</code> &amp; &quot;c&quot;</p>\n');
  expect(text('```sh\necho "<x>"\n```')).toContain('aria-label="Example (sh)"><code>echo &quot;&lt;x&gt;&quot;');
  expect(text('| a | b |\n|---|--:|\n| 1 | 2 |')).toContain('<th scope="col" class="figure">b</th></tr></thead><tbody><tr><td>1</td><td class="figure">2</td>');
  expect(text('[there](gone.md) ![a "picture"](x.webp)')).toBe('<p>there <img src="x.webp" alt="a &quot;picture&quot;" loading="lazy"></p>\n');
});

test('headings have the anchors that GitHub makes, each its own', () => {
  const { headings } = renderMarkdown('# What is `best` & why?\n\n## 1. Orders in\n\n## Same\n\n## Same\n\n## It\'s "so"', () => null);
  expect(headings.map(({ depth, text: words, id }) => [depth, words, id])).toEqual([[1, 'What is best & why?', 'what-is-best--why'], [2, '1. Orders in', '1-orders-in'], [2, 'Same', 'same'], [2, 'Same', 'same-1'], [2, 'It\'s "so"', 'its-so']]);
});

test('links of a file lead to where their target is served', () => {
  const served = new Set(['README.md', 'how-to/a.md', 'how-to/b.md', 'reference/errors.md', 'reference/openapi.json', 'pictures/p.webp']);
  const from = (href: string): string | null => resolveLink('how-to/a.md', href, served);
  expect(['b.md#part', '../README.md', '../reference/errors.md#not_found', '../reference/openapi.json', '../pictures/p.webp', '../decisions', '../decisions/', '#here', 'https://cel.dev'].map(from))
    .toEqual(['/docs/how-to/b#part', '/docs', '/docs/errors#NOT_FOUND', '/docs/api', '/docs/pictures/p.webp', '/docs#section-decisions', '/docs#section-decisions', '#here', 'https://cel.dev']);
  expect(['c.md', '../../package.json', '../../../etc/passwd', 'javascript:alert(1)', 'mailto:orders@shop.example'].map(from)).toEqual([null, null, null, null, null]);
});

test('the index leads to every page of the four sections, and no link of any page is dead', async () => {
  const { pages, files } = await guide;
  const all = [...pages.values()];
  expect(all.length).toBeGreaterThan(60);
  expect(new Set(all.map(({ section }) => section))).toEqual(new Set([null, ...Object.keys(SECTIONS)]));
  const served = new Set(all.map(({ file }) => file).concat([...files.keys()].map((address) => address.slice('/docs/'.length)), 'reference/errors.md', 'reference/openapi.json'));
  const dead: string[] = [];
  for (const { file, links } of all) {
    for (const href of links.filter((one) => !/^(https?|mailto):/.test(one))) {
      const [path = '', anchor] = (resolveLink(file, href, served) ?? 'nothing').split('#');
      const target = path === '' ? all.find((one) => one.file === file) : pages.get(path);
      const there = target !== undefined ? anchor === undefined || anchor === 'section-decisions' || target.headings.some(({ id }) => id === anchor)
        : path === '/docs/errors' ? anchor === undefined || anchor in REFUSALS : path === '/docs/api' || files.has(path);
      if (!there) dead.push(`${file}: ${href}`);
    }
  }
  expect(dead).toEqual([]);
  const index = pages.get('/docs');
  const linked = new Set(index?.links.map((href) => resolveLink('README.md', href, served)));
  expect(all.filter(({ section, address }) => section !== null && section !== 'decisions' && !linked.has(address)).map(({ file }) => file)).toEqual([]);
});

test('every page is whole, under one heading, and says where it stands', async () => {
  const all = [...(await guide).pages.values()];
  for (const page of all) {
    const shown = guidePage(page, all, ASSETS);
    expect(page.headings.filter(({ depth }) => depth === 1), page.file).toHaveLength(1);
    expect(shown.match(/<h1/g), page.file).toHaveLength(1);
    expect(shown, page.file).not.toMatch(/<script(?![^>]* src=)|\sstyle=|\son\w+=|undefined|\[object/);
    const ids = [...shown.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at), page.file).toEqual([]);
    if (page.section !== null) expect(shown, page.file).toContain(`<a href="${page.address}" aria-current="page">`);
  }
  expect(missingPage(all, ASSETS)).toContain('There is no such page');
});
