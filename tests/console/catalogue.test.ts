// English and German say the same: every text has its other one, with the same values in it.
import { IntlMessageFormat } from 'intl-messageformat';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { f } from '../../console/src/exceptions/fix-words.ts';
import { d } from '../../console/src/reports/definition-words.ts';
import { FIX_ACTIONS } from '../../src/flows/desk.ts';
import { REPORTS } from '../../src/flows/report-catalogue.ts';
import type { Words } from '../../console/src/i18n/words.ts';
import { e } from '../../console/src/settings/environment-words.ts';
import { SETTINGS } from '../../src/server/settings.ts';

const SOURCE = fileURLToPath(new URL('../../console/src/', import.meta.url));
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).map((file) => join(SOURCE, file));
const code = files.filter((file) => /\.tsx?$/.test(file));
const withWords = code.filter((file) => / = words\(/.test(readFileSync(file, 'utf8')));

type Part = Readonly<{ type: number; value?: string; options?: Readonly<Record<string, { value: readonly Part[] }>> }>;
const names = (parts: readonly Part[]): string[] => parts.flatMap(({ type, value, options }) => [...(type === 0 || type === 7 ? [] : [value ?? '']), ...Object.values(options ?? {}).flatMap((one) => names(one.value))]);
const valuesOf = (text: string): string[] => [...new Set(names(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst() as readonly Part[]))].toSorted();

const isWords = (value: unknown): value is Words<string> => typeof value === 'function' && 'texts' in value;

test('each text names the same values in both languages, and none is empty', async () => {
  let texts = 0;
  for (const file of withWords.filter((one) => /words\.ts$|states\.ts$|keys\.ts$/.test(one))) {
    const catalogues = Object.values(await import(/* @vite-ignore */ pathToFileURL(file).href) as Record<string, unknown>).filter(isWords);
    expect(catalogues.length, file).toBeGreaterThan(0);
    for (const { texts: { en, de } } of catalogues) {
      for (const [key, text] of Object.entries(en)) {
        texts += 1;
        expect(valuesOf(de[key] ?? ''), `${file} ${key}`).toEqual(valuesOf(text));
        expect([text.trim(), (de[key] ?? '').trim()], `${file} ${key}`).not.toContain('');
      }
    }
  }
  expect(texts).toBeGreaterThan(200);
});

/** The texts with values in them that a file says without any: a brace is what people would read. */
function saidWithoutValues(file: string, catalogues: ReadonlyMap<string, Words<string>>): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/import (?:type )?\{([^}]*)\} from '(\.[^']*)'/g)].flatMap(([, imported = '', from = '']) => imported.split(',').flatMap((one) => {
    const [name = '', called = name] = one.trim().split(' as ');
    const texts = catalogues.get(`${join(dirname(file), from)} ${name}`)?.texts.en ?? {};
    return [...source.matchAll(new RegExp(`(?<![\\w.])${called}\\('([^']+)'\\)`, 'g'))].flatMap(([, key = '']) => (valuesOf(texts[key] ?? '').length === 0 ? [] : [`${file.slice(SOURCE.length)}: ${key}`]));
  }));
}

test('no screen says a text without the values that stand in it', async () => {
  const catalogues = new Map<string, Words<string>>();
  for (const file of withWords.filter((one) => one.endsWith('words.ts'))) {
    for (const [name, one] of Object.entries(await import(/* @vite-ignore */ pathToFileURL(file).href) as Record<string, unknown>)) if (isWords(one)) catalogues.set(`${file} ${name}`, one);
  }
  expect(code.flatMap((file) => saidWithoutValues(file, catalogues))).toEqual([]);
});

test('nothing that people read stands in the screens themselves', () => {
  const found: string[] = [];
  for (const file of code.filter((one) => one.endsWith('.tsx'))) {
    const text = readFileSync(file, 'utf8').replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
    for (const [whole] of text.matchAll(/(?:aria-label|title|placeholder|label)="[^"{]*[a-z]{3}[^"]*"|(?<=[a-z"}/]>)\s*[A-Z][a-z]+(?: [a-z]+)*\s*(?=<|\{)/g)) if (!/Ordo/.test(whole)) found.push(`${file.slice(SOURCE.length)}: ${whole.trim()}`);
  }
  expect(found).toEqual([]);
});

test('what reports and their figures mean, and what helps, is said as the server says it, and so in every language', () => {
  const said = REPORTS.flatMap(({ code, definition, figures, orders, ordersWhy }) => [
    [code, definition], ...figures.map(({ name, definition: meaning }) => [`${code}.${name}`, meaning]), ...(orders === null && ordersWhy !== null ? [[`why.${code}`, ordersWhy]] : []),
  ]);
  expect(d.texts.en).toEqual(Object.fromEntries(said));
  expect(Object.keys(f.texts.en).toSorted()).toEqual([...FIX_ACTIONS].toSorted());
  const server = readFileSync(fileURLToPath(new URL('../../src/flows/desk.ts', import.meta.url)), 'utf8');
  for (const sentence of Object.values(f.texts.en)) expect(server).toContain(sentence.replace('{variant}', '${variant}').replace('{channel}', '${channel}'));
});

test('what environment variables mean is said as the server says it, and so in every language', () => {
  expect(e.texts.en).toEqual(Object.fromEntries(SETTINGS.map(({ name, meaning }) => [name, meaning])));
  for (const { name, meaning } of SETTINGS) expect(e.texts.de[name], name).not.toBe(meaning);
});

test('no style sheet says a word: it would be the same in every language', () => {
  const sheets = files.filter((file) => file.endsWith('.css'));
  expect(sheets.length).toBeGreaterThan(20);
  for (const sheet of sheets) expect(readFileSync(sheet, 'utf8').match(/content: *['"][^'"]*\p{L}{2,}[^'"]*['"]/gu) ?? [], sheet).toEqual([]);
});
