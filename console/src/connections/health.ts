// How a connection stands, in one word.
import { count } from '../numbers.ts';
import type { Look } from '../words.ts';
import type { Connection } from './api.ts';
import { t } from './channel-words.ts';

const HOUR = 3_600_000;
/** A channel that is connected and says nothing for so long is worth a look. */
const SILENT_MS = 3 * HOUR;
const BEHIND_SECONDS = 60;

export function healthOf({ status, lag_seconds: lag, messages, last_received_at: last }: Connection): Look {
  if (status === 'paused') return { word: t('paused'), tone: 'neutral', glyph: 'slash' };
  if (messages.quarantined > 0) return { word: `${t('quarantined')}: ${count(messages.quarantined)}`, tone: 'amber', glyph: 'stop' };
  if (lag > BEHIND_SECONDS) return { word: t('behind'), tone: 'amber', glyph: 'alert' };
  const silent = last === null ? 0 : Date.now() - Date.parse(last);
  return silent > SILENT_MS ? { word: t('silent', { hours: Math.floor(silent / HOUR) }), tone: 'amber', glyph: 'alert' } : { word: t('healthy'), tone: 'green', glyph: 'full' };
}
