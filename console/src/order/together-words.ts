import { words } from '../i18n/words.ts';

/** Working on one order with others. */
export const w = words(
  {
    present: 'Who else has this order open', looks: '{name} has this order open.', edits: '{name} is editing.', editing: 'editing',
    meanwhile: 'This happened to the order meanwhile', wanted: 'You wanted: {what}', because: ' (“{reason}”)', again: 'Do it on the order as it is now', seen: 'What it would do now stands below.',
    desk: 'Who looks after it', nobodys: 'Nobody looks after this order.', mine: 'You look after it.', theirs: '{name} looks after it.', take: 'Take it', takeKey: 'Take it (T)', give: 'Give to …', giveTo: 'Give to {name}', writeNote: 'Write a note', giveBack: 'Give it back', choose: 'Choose a person',
    tags: 'Tags', noTags: 'No tags.', addTag: 'Add a tag', addIt: 'Add', removeTag: 'Take the tag {tag} off', taggedWith: 'Tagged: {tag}', untaggedWith: 'Tag taken off: {tag}', givenTo: 'Given to {name}', givenBack: 'Given back', taken: 'You look after it now',
    mentionHow: 'Write @ and a name to mention somebody.', people: 'People', mentioned: 'mentions {names}', you: 'you',
  },
  {
    present: 'Wer diesen Auftrag noch offen hat', looks: '{name} hat diesen Auftrag offen.', edits: '{name} bearbeitet ihn gerade.', editing: 'bearbeitet',
    meanwhile: 'Das geschah inzwischen mit dem Auftrag', wanted: 'Sie wollten: {what}', because: ' („{reason}“)', again: 'Am jetzigen Auftrag tun', seen: 'Was es jetzt bewirken würde, steht darunter.',
    desk: 'Wer sich kümmert', nobodys: 'Um diesen Auftrag kümmert sich niemand.', mine: 'Sie kümmern sich darum.', theirs: '{name} kümmert sich darum.', take: 'Übernehmen', takeKey: 'Übernehmen (T)', give: 'Geben an …', giveTo: 'Geben an {name}', writeNote: 'Notiz schreiben', giveBack: 'Zurückgeben', choose: 'Person wählen',
    tags: 'Schlagwörter', noTags: 'Keine Schlagwörter.', addTag: 'Schlagwort hinzufügen', addIt: 'Hinzufügen', removeTag: 'Schlagwort {tag} entfernen', taggedWith: 'Verschlagwortet: {tag}', untaggedWith: 'Schlagwort entfernt: {tag}', givenTo: 'An {name} gegeben', givenBack: 'Zurückgegeben', taken: 'Sie kümmern sich jetzt darum',
    mentionHow: 'Mit @ und einem Namen sprechen Sie jemanden an.', people: 'Personen', mentioned: 'spricht {names} an', you: 'Sie',
  },
);
