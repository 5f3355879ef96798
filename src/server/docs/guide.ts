import { readdir, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Rendered, renderMarkdown } from './markdown.ts';

/** The documentation as it is installed with the program, in its folders after Diátaxis. */

const ROOT = fileURLToPath(new URL('../../../docs/', import.meta.url));
export const SECTIONS = { tutorials: 'Tutorials', 'how-to': 'How-to guides', reference: 'Reference', explanation: 'Explanation', decisions: 'Decisions' } as const;
export type Section = keyof typeof SECTIONS;
const SECTION_NAMES = ['tutorials', 'how-to', 'reference', 'explanation', 'decisions'] as const satisfies readonly Section[];
const INDEX = 'README.md';
/** Pages that have a place of their own, because they are made from the code while the program runs. */
const ELSEWHERE: Readonly<Record<string, string>> = { [INDEX]: '/docs', 'reference/errors.md': '/docs/errors', 'reference/openapi.json': '/docs/api' };
const TYPES: Readonly<Record<string, string>> = { '.webp': 'image/webp', '.png': 'image/png', '.csv': 'text/plain; charset=utf-8', '.ndjson': 'text/plain; charset=utf-8', '.json': 'text/plain; charset=utf-8' };

export interface GuidePage extends Rendered {
  /** Where it is served. */
  readonly address: string;
  readonly file: string;
  /** Null for the index. */
  readonly section: Section | null;
  readonly title: string;
}

export interface GuideFile {
  readonly address: string;
  readonly type: string;
  read(): Promise<Buffer>;
}

export interface Guide {
  /** The index first, then each section's pages by title, decisions by number. */
  readonly pages: ReadonlyMap<string, GuidePage>;
  /** Pictures and examples. */
  readonly files: ReadonlyMap<string, GuideFile>;
}

/** Reads every page and lists every other file; rejects where the folder is not there. */
export async function readGuide(root: string = ROOT): Promise<Guide> {
  const names = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => posix.relative(root, posix.join(parentPath, name)));
  const served = new Set(names);
  const pages = await Promise.all(names.filter((name) => name.endsWith('.md') && name !== 'reference/errors.md').map(async (file) => pageOf(file, await readFile(root + file, 'utf8'), served)));
  const files = names.flatMap((name): GuideFile[] => {
    const type = TYPES[posix.extname(name)];
    return type === undefined || ELSEWHERE[name] !== undefined ? [] : [{ address: `/docs/${name}`, type, read: () => readFile(root + name) }];
  });
  return { pages: new Map(pages.toSorted(inOrder).map((page) => [page.address, page])), files: new Map(files.map((file) => [file.address, file])) };
}

const inOrder = (a: GuidePage, b: GuidePage): number => placeOf(a) - placeOf(b) || (a.section === 'decisions' ? (a.file < b.file ? -1 : 1) : a.title.localeCompare(b.title, 'en'));
const placeOf = ({ section }: GuidePage): number => (section === null ? -1 : SECTION_NAMES.indexOf(section));

function pageOf(file: string, text: string, served: ReadonlySet<string>): GuidePage {
  const rendered = renderMarkdown(text, (href) => resolveLink(file, href, served));
  const section = SECTION_NAMES.find((name) => file.startsWith(`${name}/`)) ?? null;
  return { ...rendered, file, section, address: ELSEWHERE[file] ?? `/docs/${file.slice(0, -'.md'.length)}`, title: rendered.headings[0]?.text ?? file };
}

/** Where a link of one file leads when it is served; null where it leads out of the documentation or to nothing. */
export function resolveLink(from: string, href: string, served: ReadonlySet<string>): string | null {
  // Addresses of mail in these pages are examples, which nobody is to write to.
  if (/^(https?:|#)/.test(href)) return href;
  const [path = '', anchor] = href.split('#', 2);
  const file = posix.normalize(posix.join(posix.dirname(from), path)).replace(/\/$/, '');
  const tail = anchor === undefined ? '' : `#${anchor}`;
  if (SECTION_NAMES.some((name) => name === file)) return `/docs#section-${file}`;
  if (!served.has(file)) return null;
  // Anchors of codes are written in small letters where headings make them; the page of errors has the codes themselves.
  if (file === 'reference/errors.md') return `/docs/errors${tail.toUpperCase()}`;
  return (ELSEWHERE[file] ?? `/docs/${file.replace(/\.md$/, '')}`) + tail;
}
