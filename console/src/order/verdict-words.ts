import { words } from '../i18n/words.ts';

/** What set off a decision, and what it says of each node. */
export const v = words(
  {
    'trigger.CAPTURE': 'when the order came in', 'trigger.HOLD_RELEASED': 'after a hold was released', 'trigger.REJECTED': 'after a node refused', 'trigger.SHORT_PICK': 'after a short pick',
    'trigger.TIME_IN_STATE': 'after a node did not answer', 'trigger.STOCK_SHORT': 'after stock turned out short', 'trigger.STOCK_ARRIVED': 'after stock arrived', 'trigger.NODE_OFFLINE': 'after a node went offline',
    'trigger.RE_EVALUATED': 'because something better became possible', 'trigger.MANUAL': 'by hand', 'trigger.other': 'after {what}',
    'verdict.CHOSEN': 'Chosen', 'verdict.COSTLIER': 'Costs more', 'verdict.PARTIAL': 'Has only part', 'verdict.NO_STOCK': 'No stock',
    'verdict.OFFLINE': 'Offline', 'verdict.NOT_IN_POOL': 'Not in the pool', 'verdict.ITEM_CLASS': 'May not hold it', 'verdict.EXCLUDED': 'Tried before', 'verdict.NOT_PRESELECTED': 'Another was asked for', 'verdict.TOO_FAR': 'Too far',
    'verdict.PAUSED': 'Paused', 'verdict.VIRTUAL': 'Not a place', 'verdict.AT_CAPACITY': 'No capacity', 'verdict.SLOTS_FULL': 'Slots full', 'verdict.NODE_KIND': 'Not that kind', 'verdict.NOT_LISTED': 'Not allowed', 'verdict.OTHER_COUNTRY': 'Other country',
    'verdict.SERVICE': 'No such service', 'verdict.SHIPS_LATER': 'Ships later', 'verdict.ARRIVES_LATE': 'Arrives late', 'verdict.NOT_WHOLE': 'Not all of it', 'verdict.BACKLOG': 'Too much waiting', 'verdict.RULE': 'Fails a condition',
    'verdict.CLOSED': 'Closed', 'verdict.NO_LANE': 'No lane', 'verdict.NO_PRICE': 'No price', 'verdict.EXPORT': 'May not cross the border', 'verdict.ELSEWHERE': 'Collected elsewhere', 'verdict.ONLY_SENT': 'Hands out only',
  },
  {
    'trigger.CAPTURE': 'als der Auftrag einging', 'trigger.HOLD_RELEASED': 'nachdem eine Sperre aufgehoben wurde', 'trigger.REJECTED': 'nachdem ein Standort abgelehnt hat', 'trigger.SHORT_PICK': 'nach einer Fehlmenge beim Kommissionieren',
    'trigger.TIME_IN_STATE': 'nachdem ein Standort nicht geantwortet hat', 'trigger.STOCK_SHORT': 'nachdem Bestand fehlte', 'trigger.STOCK_ARRIVED': 'nach einem Wareneingang', 'trigger.NODE_OFFLINE': 'nachdem ein Standort ausfiel',
    'trigger.RE_EVALUATED': 'weil etwas Besseres möglich wurde', 'trigger.MANUAL': 'von Hand', 'trigger.other': 'nach {what}',
    'verdict.CHOSEN': 'Gewählt', 'verdict.COSTLIER': 'Teurer', 'verdict.PARTIAL': 'Hat nur einen Teil', 'verdict.NO_STOCK': 'Kein Bestand',
    'verdict.OFFLINE': 'Außer Betrieb', 'verdict.NOT_IN_POOL': 'Nicht im Verbund', 'verdict.ITEM_CLASS': 'Darf es nicht führen', 'verdict.EXCLUDED': 'Schon versucht', 'verdict.NOT_PRESELECTED': 'Ein anderer war gewünscht', 'verdict.TOO_FAR': 'Zu weit',
    'verdict.PAUSED': 'Pausiert', 'verdict.VIRTUAL': 'Kein Ort', 'verdict.AT_CAPACITY': 'Keine Kapazität', 'verdict.SLOTS_FULL': 'Abholzeiten voll', 'verdict.NODE_KIND': 'Andere Art', 'verdict.NOT_LISTED': 'Nicht erlaubt', 'verdict.OTHER_COUNTRY': 'Anderes Land',
    'verdict.SERVICE': 'Kein solcher Service', 'verdict.SHIPS_LATER': 'Versendet später', 'verdict.ARRIVES_LATE': 'Kommt zu spät', 'verdict.NOT_WHOLE': 'Nicht alles', 'verdict.BACKLOG': 'Zu viel wartet', 'verdict.RULE': 'Bedingung verfehlt',
    'verdict.CLOSED': 'Geschlossen', 'verdict.NO_LANE': 'Keine Strecke', 'verdict.NO_PRICE': 'Kein Preis', 'verdict.EXPORT': 'Darf nicht über die Grenze', 'verdict.ELSEWHERE': 'Abholung anderswo', 'verdict.ONLY_SENT': 'Gibt nur aus',
  },
);
