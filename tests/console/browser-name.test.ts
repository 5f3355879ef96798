// Sessions are named by the browser and its system, as far as their text is one that browsers send.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { speak } from '../../console/src/i18n/words.ts';
import { browserName } from '../../console/src/people/browser-name.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const SAID: readonly (readonly [said: string | null, name: string])[] = [
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0', 'Firefox on Windows'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0`, 'Microsoft Edge on Windows'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/130.0.0.0 Mobile Safari/537.36`, 'Chrome on Android'],
  [`Mozilla/5.0 (Linux; Android 14; SM-S918B) ${WEBKIT} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36`, 'Samsung Internet on Android'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/130.0.0.0 Safari/537.36`, 'Chrome on Linux'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15', 'Safari on macOS'],
  [`${PHONE} Version/18.0 Mobile/15E148 Safari/604.1`, 'Safari on iOS'],
  [`${PHONE} CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1`, 'Chrome on iOS'],
  ['Firefox/132.0', 'Firefox'],
  ['Handheld scanner 7', 'Handheld scanner 7'],
  ['', 'Unknown browser'],
  [null, 'Unknown browser'],
];

beforeAll(() => void vi.stubGlobal('document', { documentElement: {} }));
afterAll(() => {
  speak('en');
  vi.unstubAllGlobals();
});

test.each(SAID)('%s', (said, name) => {
  expect(browserName(said)).toBe(name);
});

test('in German, too', () => {
  speak('de');
  expect([SAID[0], SAID.at(-1)].map((one) => browserName(one?.[0] ?? null))).toEqual(['Firefox unter Windows', 'Unbekannter Browser']);
});
