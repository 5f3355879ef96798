import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GUIDES } from '../../console/src/app/guides.ts';
import { SCREENS } from '../../src/server/console-page.ts';
import { readGuide } from '../../src/server/docs/guide.ts';

const SOURCE = fileURLToPath(new URL('../../console/src/', import.meta.url));

test('every screen has a page about it, and nothing else has', () => {
  expect(Object.keys(GUIDES).toSorted()).toEqual(SCREENS.map((path) => path.replaceAll(':', '$')).toSorted());
});

test('every page and every place in it that the console leads to is there', async () => {
  const { pages } = await readGuide();
  const text = readFileSync(fileURLToPath(new URL('../../docs/reference/openapi.json', import.meta.url)), 'utf8');
  const source = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file)).map((file) => readFileSync(join(SOURCE, file), 'utf8')).join('\n');
  const addresses = [...source.matchAll(/['"`](\/docs[^'"`]*)['"`]/g)].map(([, address = '']) => address);
  expect(addresses.length).toBeGreaterThan(Object.keys(GUIDES).length);
  for (const address of addresses.filter((one) => !one.includes('${'))) {
    const [path = '', anchor] = address.split('#');
    if (path === '/docs/api') {
      expect(text, address).toContain(`"operationId": "${anchor}"`);
      continue;
    }
    const page = pages.get(path);
    expect(page, address).toBeDefined();
    if (anchor !== undefined) expect(page?.headings.map(({ id }) => id), address).toContain(anchor);
  }
});
