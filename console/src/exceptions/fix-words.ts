import type { WorkQueueItem } from '@ordo/client';
import { words } from '../i18n/words.ts';

/** What helps, in the reader's language. English is what the server says. */
export const f = words(
  {
    retry_call: 'Tell the channel again: it is looked at first, so nothing is done twice.', replay_message: 'Take the message in again: what it says is done once, however often it is taken in.', retry_work: 'Do the next work again.', re_evaluate: 'Decide again where it is sent from, as far as its node was not told of it yet.',
    override_routing: 'Send it from a node of your choice, whatever the rules say.', count_stock: 'Count what is there: a count that covers what was released ends the shortage.', resolve: 'Settle it with the customer, and say here what was done.', route_again: 'Look again for a node: that helps where stock came in or a rule changed. Otherwise cancel the line.',
    map_variant: 'Say which item the channel means by "{variant}": every order that waits for it goes on.', resume_channel: 'Let the orders of {channel} through again, all of them.', release_hold: 'Release the hold: what waited for it goes on.',
  },
  {
    retry_call: 'Dem Kanal noch einmal Bescheid geben: Vorher wird dort nachgesehen, daher geschieht nichts doppelt.', replay_message: 'Die Nachricht noch einmal aufnehmen: Was sie sagt, geschieht einmal, gleich wie oft sie aufgenommen wird.', retry_work: 'Die anstehende Arbeit noch einmal tun.', re_evaluate: 'Noch einmal entscheiden, von wo er versandt wird, soweit der Standort noch nichts davon weiß.',
    override_routing: 'Von einem Standort Ihrer Wahl versenden, was die Regeln auch sagen.', count_stock: 'Zählen, was da ist: Eine Zählung, die das Freigegebene deckt, beendet den Fehlbestand.', resolve: 'Mit dem Kunden klären und hier sagen, was getan wurde.', route_again: 'Noch einmal einen Standort suchen: Das hilft, wenn Ware kam oder eine Regel sich änderte. Sonst die Position stornieren.',
    map_variant: 'Sagen, welchen Artikel der Kanal mit „{variant}“ meint: Jeder Auftrag, der darauf wartet, geht weiter.', resume_channel: 'Die Aufträge von {channel} wieder durchlassen, alle.', release_hold: 'Die Sperre aufheben: Was auf sie wartete, geht weiter.',
  },
);

/** The sentence of a fix; what it names is in its operation. */
export function fixSentence({ fix: { action, operation: { body, path } } }: Pick<WorkQueueItem, 'fix'>): string {
  const { variant } = body;
  return f(action, { variant: typeof variant === 'string' ? variant : '', channel: decodeURIComponent(path.split('/')[3] ?? '') });
}
