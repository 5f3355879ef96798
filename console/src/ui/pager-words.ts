import { words } from '../i18n/words.ts';

/** Under lists that come page by page. */
export const t = words(
  {
    pages: 'Pages', 'shown.all': '{count, plural, one {This is all} other {These # are all}}', 'shown.more.time': '{count, plural, one {# shown, there are earlier ones} other {# shown, there are earlier ones}}', 'shown.more.row': '{count, plural, one {# shown, there are more} other {# shown, there are more}}', 'shown.last.time': '{count, plural, =0 {There are no earlier ones} one {# shown, the earliest} other {# shown, the earliest}}', 'shown.last.row': '{count, plural, =0 {There are no more} one {# shown, the last one} other {# shown, the last ones}}',
    'first.time': 'Latest', 'next.time': 'Earlier ones', 'first.row': 'First ones', 'next.row': 'More',
  },
  {
    pages: 'Seiten', 'shown.all': '{count, plural, one {Das ist alles} other {Das sind alle #}}', 'shown.more.time': '{count, plural, one {# gezeigt, es gibt frühere} other {# gezeigt, es gibt frühere}}', 'shown.more.row': '{count, plural, one {# gezeigt, es gibt weitere} other {# gezeigt, es gibt weitere}}', 'shown.last.time': '{count, plural, =0 {Frühere gibt es nicht} one {# gezeigt, das früheste} other {# gezeigt, die frühesten}}', 'shown.last.row': '{count, plural, =0 {Weitere gibt es nicht} one {# gezeigt, das letzte} other {# gezeigt, die letzten}}',
    'first.time': 'Neueste', 'next.time': 'Frühere', 'first.row': 'Zum Anfang', 'next.row': 'Weitere',
  },
);
