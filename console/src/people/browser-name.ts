// What browsers say they are, as people call them. The package is dear for the page that needs it, so only the lazy page of oneself imports this.
import { getParser } from 'bowser';
import { t } from './words.ts';

/** "Firefox on Windows"; what no known browser says stays as it was said. */
export function browserName(userAgent: string | null): string {
  if (userAgent === null || userAgent.trim() === '') return t('unknownBrowser');
  const said = getParser(userAgent);
  // Some names of browsers name the system, too, which is said behind them.
  const browser = said.getBrowserName().replace(/ for Android$/, '');
  const system = said.getOSName();
  if (browser === '') return userAgent;
  return system === '' ? browser : t('browserOn', { browser, system });
}
