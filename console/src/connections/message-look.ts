import type { Look } from '../words.ts';
import type { InboxMessage } from './api.ts';
import { t } from './inbox-words.ts';

const LOOKS: Readonly<Record<InboxMessage['state'], Omit<Look, 'word'>>> = {
  waiting: { tone: 'blue', glyph: 'third' }, done: { tone: 'green', glyph: 'full' }, ignored: { tone: 'neutral', glyph: 'slash' }, kept: { tone: 'neutral', glyph: 'half' }, quarantined: { tone: 'amber', glyph: 'stop' }, dropped: { tone: 'neutral', glyph: 'cross' },
};
export const messageLook = (state: InboxMessage['state']): Look => ({ word: t(`message.${state}`), ...LOOKS[state] });
