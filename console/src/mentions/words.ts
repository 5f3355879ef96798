import { words } from '../i18n/words.ts';

/** Notes that mention whoever has signed in. */
export const t = words(
  { title: 'Mentions', how: 'Notes in which somebody mentions you, unread ones first.', none: 'Nobody has mentioned you yet', noneHow: 'Whoever writes @ and your name in a note about an order is found here.', unread: 'unread', readAll: 'Mark all as read', by: '{name} about order #{number}', gone: 'The note was erased, or you may not see it.', toOrder: 'Open order #{number}' },
  { title: 'Erwähnungen', how: 'Notizen, in denen jemand Sie anspricht, ungelesene zuerst.', none: 'Noch hat Sie niemand angesprochen', noneHow: 'Wer in einer Notiz zu einem Auftrag @ und Ihren Namen schreibt, ist hier zu finden.', unread: 'ungelesen', readAll: 'Alle als gelesen merken', by: '{name} zu Auftrag #{number}', gone: 'Die Notiz wurde gelöscht, oder Sie dürfen sie nicht sehen.', toOrder: 'Auftrag #{number} öffnen' },
);
