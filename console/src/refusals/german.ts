// What the server refuses, in German: for every error code what happened and what to do. English comes with the answer itself.

/** By error code. */
export const REFUSED: Readonly<Record<string, readonly [title: string, advice: string]>> = {
  INVALID_BODY: ['Die Angaben passen nicht zu dem, was hier verlangt ist', 'Berichtigen Sie jedes genannte Feld.'],
  INVALID_FIELD: ['Ein Feld hat einen Wert, der nicht erlaubt ist', 'Geben Sie einen erlaubten Wert ein.'],
  MALFORMED_JSON: ['Was gesendet wurde, ist kein lesbares JSON', 'Senden Sie gültiges JSON in UTF-8, höchstens 64 Ebenen tief.'],
  UNSUPPORTED_MEDIA_TYPE: ['Diese Art von Inhalt wird hier nicht angenommen', 'Senden Sie eine Datei oder Angaben der Art, die hier genannt ist.'],
  BODY_TOO_LARGE: ['Das ist mehr, als hier auf einmal angenommen wird', 'Senden Sie weniger auf einmal, zum Beispiel in mehreren Teilen.'],
  NOT_FOUND: ['Das gibt es hier nicht', 'Prüfen Sie die Nummer oder Adresse, und ob es zu diesem Mandanten gehört.'],
  METHOD_NOT_ALLOWED: ['Das ist an dieser Adresse nicht möglich', 'Verwenden Sie die Methode, die die API-Beschreibung nennt.'],
  UNAUTHENTICATED: ['Niemand weiß, wer da fragt', 'Melden Sie sich an; Programme senden einen gültigen API-Schlüssel.'],
  FORBIDDEN: ['Dazu fehlt das Recht', 'Wer dieses Ordo betreibt, kann Ihnen eine Rolle mit dem genannten Recht geben.'],
  CROSS_SITE_REQUEST: ['Die Sitzung wurde von einer anderen Website aus benutzt', 'Arbeiten Sie auf den Seiten dieses Servers; Programme verwenden einen API-Schlüssel.'],
  TOO_MANY_REQUESTS: ['Es wartet mehr, als bald bedient werden kann', 'Versuchen Sie dasselbe in einigen Sekunden noch einmal.'],
  UNAVAILABLE: ['Die Datenbank ist gerade nicht erreichbar', 'Versuchen Sie dasselbe in einigen Sekunden noch einmal.'],
  OUTCOME_UNKNOWN: ['Die Verbindung brach ab, während die Änderung geschrieben wurde', 'Sehen Sie nach, ob es geschehen ist, bevor Sie es noch einmal versuchen.'],
  INTERNAL: ['Ordo hat einen eigenen Fehler', 'Es wurde nichts geschrieben. Melden Sie die Nummer der Anfrage; noch einmal versuchen schadet nicht.'],
  IDEMPOTENCY_KEY_REUSED: ['Dieser Idempotency-Key wurde schon mit anderen Angaben verwendet', 'Nehmen Sie für eine neue Anfrage einen neuen Schlüssel, oder wiederholen Sie die erste unverändert.'],
  ORDER_EXISTS: ['Kanal und externe Nummer bezeichnen schon einen anderen Auftrag', 'Ändern Sie den vorhandenen Auftrag, oder nehmen Sie eine andere externe Nummer.'],
  UNKNOWN_CHANNEL: ['Kein Kanal hat diesen Code', 'Legen Sie den Kanal zuerst an, oder berichtigen Sie den Code.'],
  UNKNOWN_ITEM: ['Kein Artikel hat diese SKU', 'Legen Sie den Artikel zuerst an, oder berichtigen Sie die SKU.'],
  KIT_IN_KIT: ['Ein Bestandteil eines Sets ist selbst ein Set', 'Nennen Sie die Bestandteile des inneren Sets als Bestandteile des äußeren.'],
  KIT_HAS_NO_STOCK: ['Ein Set hat keinen eigenen Bestand', 'Buchen, zählen, berichtigen oder melden Sie seine Bestandteile.'],
  UNKNOWN_NODE: ['Kein Standort hat diesen Code', 'Legen Sie den Standort zuerst an, oder berichtigen Sie den Code.'],
  UNKNOWN_PRICE_LIST: ['Keine Preisliste hat diesen Code', 'Legen Sie die Preisliste zuerst an, oder berichtigen Sie den Code.'],
  UNKNOWN_STRATEGY: ['Keine Strategie mit diesem Code gilt zurzeit', 'Veröffentlichen Sie die Strategie zuerst, oder berichtigen Sie den Code.'],
  UNKNOWN_CALENDAR: ['Kein Kalender hat diesen Code', 'Sichern Sie den Kalender zuerst, oder berichtigen Sie den Code.'],
  UNKNOWN_SERVICE: ['Kein Versandservice heißt so', 'Sichern Sie den Service des Versenders zuerst, oder berichtigen Sie Versender und Service.'],
  LANES_OVERLAP: ['Zwei Strecken eines Service sind gleich genau und führen an denselben Ort', 'Ändern Sie eine der beiden, damit eindeutig ist, welche gilt.'],
  ZONE_UNPRICED: ['Eine Strecke führt in eine Zone, für die der Tarif keine Preise hat', 'Sichern Sie den Tarif mit Preisen für die Zone, oder berichtigen Sie die Zone.'],
  TERRITORIES_OVERLAP: ['Ein Land gehört zu zwei Zollgebieten', 'Nehmen Sie das Land aus einem der beiden heraus.'],
  DUTY_RATES_OVERLAP: ['Ein Land hat eigene Zollsätze neben denen seines Zollgebiets', 'Behalten Sie die Sätze des Gebiets, oder nehmen Sie das Land heraus.'],
  UNKNOWN_TERRITORY: ['Das ist weder ein Land noch ein Zollgebiet', 'Sichern Sie das Zollgebiet zuerst, oder berichtigen Sie den Code.'],
  DUTY_RATE_MISSING: ['Niemand hat gesagt, welcher Zoll anfällt', 'Ergänzen Sie den Zollsatz, oder beim Artikel, was ihm fehlt.'],
  FACT_IN_USE: ['Etwas anderes bezieht sich noch darauf', 'Ändern oder löschen Sie zuerst, was unten genannt ist.'],
  DISCOUNT_TOO_HIGH: ['Der Nachlass ist höher, als Sie geben dürfen', 'Geben Sie weniger, oder lassen Sie jemanden bestellen, dessen Rolle mehr erlaubt.'],
  UNPRICED: ['Die Position hat keinen Preis, und keine Preisliste nennt einen', 'Geben Sie einen Preis ein, oder nehmen Sie ihn in eine Preisliste auf, die für den Kanal gilt.'],
  UNKNOWN_UNIT: ['Der Artikel wird nicht in dieser Einheit verkauft', 'Nehmen Sie die Grundeinheit des Artikels oder eine seiner benannten Einheiten.'],
  QUANTITY_NOT_POSITIVE: ['Eine Menge muss größer als null sein', 'Geben Sie eine Menge über null ein, oder lassen Sie die Position weg.'],
  QUANTITY_TOO_FINE: ['Die Menge ist feiner, als der Artikel gezählt wird', 'Runden Sie auf die Nachkommastellen, in denen der Artikel gezählt wird.'],
  QUANTITY_TOO_LARGE: ['Die Menge ist größer, als sicher gezählt werden kann', 'Geben Sie je Position höchstens 1.000.000.000.000 Grundeinheiten ein.'],
  UNKNOWN_CURRENCY: ['Die Währung ist kein gebräuchlicher Code nach ISO 4217', 'Geben Sie einen Code aus drei Buchstaben nach ISO 4217 ein, zum Beispiel EUR.'],
  CURRENCY_MISMATCH: ['Die Währung des Auftrags ist nicht die des Kanals', 'Erfassen Sie den Auftrag in der Währung des Kanals.'],
  EXCHANGE_RATE_MISSING: ['Ein Betrag hat eine Währung ohne Wechselkurs', 'Ergänzen Sie den Wechselkurs, oder geben Sie den Preis in der Grundwährung an.'],
  DUPLICATE_VALUE: ['Derselbe Wert steht da, wo jeder ein anderer sein muss', 'Geben Sie an den genannten Stellen verschiedene Werte ein.'],
  INSUFFICIENT_STOCK: ['Es ist nicht genug da, um es zuzusagen', 'Nehmen Sie höchstens, was verfügbar ist, oder warten Sie auf Ware.'],
  STALE_VERSION: ['Es wurde geändert, seit Sie es gelesen haben', 'Laden Sie es neu, und ändern Sie dann noch einmal.'],
  CHANGED_SINCE: ['Jemand hat das inzwischen geändert', 'Sehen Sie im Verlauf nach; was noch zurückgenommen werden soll, ändern Sie von Hand.'],
  HOLD_BLOCKS: ['Eine offene Sperre hält das auf', 'Heben Sie zuerst die Sperre auf.'],
  HOLD_NOT_OPEN: ['Diese Sperre ist nicht offen', 'Sehen Sie in den Sperren des Auftrags nach; was aufgehoben ist, bleibt aufgehoben.'],
  NOT_A_SANDBOX: ['Das ist kein Sandkasten', 'Nur eine Vorführung (ORDO_DEMO=1 auf einem leeren System) lässt sich so ausprobieren: ihre Uhr stellen, ein Szenario spielen oder alles löschen.'],
  NOT_IN_STATE: ['Das geht nicht in dem Zustand, in dem es ist', 'Sehen Sie nach, in welchem Zustand es ist und was darin möglich ist.'],
  NOTHING_TO_DO: ['Es ist schon so', 'Lassen Sie es, wie es ist, oder wählen Sie etwas anderes.'],
  QUANTITY_NOT_THERE: ['Es wurde mehr genannt, als in diesem Schritt da ist', 'Nennen Sie höchstens die Mengen, die da sind.'],
  ALREADY_SHIPPED: ['Was versandt ist, lässt sich nicht stornieren', 'Stornieren Sie, was noch nicht versandt ist; der Rest wird zur Retoure.'],
  NO_CANCEL_REQUESTED: ['Niemand hat diesen Standort gebeten zu stornieren', 'Beantworten Sie nur Sendungen, für die eine Stornierung angefragt ist.'],
  DRAFT_PLACED: ['Aus dem Entwurf ist ein Auftrag geworden', 'Sehen Sie sich den Auftrag an; für einen weiteren beginnen Sie einen neuen Entwurf.'],
  CUSTOMER_GONE: ['Der Kunde wurde zusammengeführt oder gelöscht', 'Nehmen Sie den Kunden, zu dem er gehört; ein gelöschter ist nicht mehr bekannt.'],
  CLAIM_NOT_OPEN: ['Die Vormerkung ist nicht offen', 'Legen Sie eine neue an; diese wurde eingelöst, aufgehoben oder ist abgelaufen.'],
  NODE_CANNOT_TAKE: ['Der gewählte Standort kann diese Positionen nicht übernehmen', 'Wählen Sie einen anderen Standort; der Grund steht unten.'],
  SUPPLY_NOT_OPEN: ['Dieser Zugang ist abgeschlossen', 'Buchen Sie den Eingang ohne Bezug auf ihn, oder legen Sie einen neuen an.'],
  OCCURRED_IN_FUTURE: ['Was geschehen ist, kann nicht in der Zukunft liegen', 'Geben Sie einen Zeitpunkt an, der nicht nach jetzt liegt.'],
  TARGET_REFUSED: ['Diese Adresse darf nicht aufgerufen werden', 'Nehmen Sie eine öffentliche https-Adresse; private und lokale werden abgelehnt.'],
  CONNECTION_EXISTS: ['Dieser Code bezeichnet schon eine andere Verbindung', 'Wählen Sie einen anderen Code, oder ändern Sie die Verbindung, die ihn hat.'],
  CONNECTION_IN_USE: ['Die Verbindung hat noch Nachrichten, die niemand erledigt hat', 'Lassen Sie die wartenden übernehmen, und wiederholen oder verwerfen Sie die in Quarantäne; löschen Sie sie danach.'],
  SWEEP_NOT_POSSIBLE: ['Diese Verbindung lässt sich jetzt nicht abgleichen', 'Geben Sie ihr Adresse und Zugangsdaten und schalten Sie sie ein, oder warten Sie den laufenden Abgleich ab.'],
  SIGNATURE_WRONG: ['Die Nachricht ist nicht mit dem Geheimnis dieser Verbindung unterschrieben', 'Geben Sie Kanal und Verbindung dasselbe Geheimnis, und senden Sie genau das, was unterschrieben wurde.'],
  MESSAGE_SETTLED: ['Was die Nachricht sagte, ist getan', 'Ändern Sie den Auftrag selbst; was übernommen ist, lässt sich nicht verwerfen.'],
  MESSAGE_ERASED: ['Der Inhalt dieser Nachricht wurde gelöscht', 'Lassen Sie den Kanal sie noch einmal senden.'],
  SIGN_IN_REFUSED: ['So meldet sich niemand an', 'Prüfen Sie Adresse, Passwort und Code, oder nehmen Sie einen Passkey, der hier angelegt wurde; ein Administrator kann Sie neu einladen.'],
  PROVIDER_UNAVAILABLE: ['Der Identitätsanbieter antwortet nicht', 'Versuchen Sie es nach einer Weile wieder, oder melden Sie sich anders an; wer dieses Ordo betreibt, findet den Grund im Log.'],
  TOO_MANY_TRIES: ['Es gab zu viele Versuche, sich anzumelden', 'Warten Sie, bevor Sie es wieder versuchen; die Wartezeit wächst auf bis zu eine Viertelstunde.'],
  LINK_ENDED: ['Der Link gilt nicht mehr', 'Lassen Sie sich einen neuen geben; jeder gilt einmal und nicht lange.'],
  USER_EXISTS: ['Diese E-Mail-Adresse hat schon jemand', 'Ändern Sie die Person, die sie hat, oder nehmen Sie eine andere Adresse.'],
  LAST_ADMINISTRATOR: ['Danach dürfte niemand mehr Personen verwalten', 'Machen Sie zuerst jemand anderen zum Administrator.'],
};

/** Beside the field that it is about, which need not be spoken of again. */
export const BESIDE: Readonly<Record<string, string>> = {
  INVALID_BODY: 'Das passt hier nicht', INVALID_FIELD: 'Dieser Wert ist nicht erlaubt', DUPLICATE_VALUE: 'Dieser Wert steht schon an anderer Stelle',
};

/** Fields of what is sent, by their names in the API: what a fault is about. */
const FIELDS: Readonly<Record<string, string>> = {
  active: 'Eingeschaltet', address: 'Adresse', address1: 'Straße und Hausnummer', address2: 'Adresszusatz', at: 'Zeitpunkt', base_url: 'Adresse des Shops', cadence: 'Wie oft', calendar: 'Kalender', carrier: 'Versender', category: 'Kategorie', channel: 'Kanal', city: 'Ort', code: 'Code',
  company: 'Firma', country: 'Land', currency: 'Währung', customer: 'Kunde', cut_off: 'Annahmeschluss', cut_offs: 'Annahmeschlüsse', date: 'Datum', day: 'Tag', description: 'Beschreibung', discount_percent: 'Nachlass in Prozent', display_name: 'Name', due_at: 'Fällig am', email: 'E-Mail', expected_at: 'Erwartet am', expires_at: 'Gilt bis',
  external_id: 'Externe Nummer', file: 'Datei', from: 'Von', groups: 'Gruppen', hold_no: 'Sperre', ids: 'Einträge', item: 'Artikel', items: 'Artikel', key: 'Schlüssel', kind: 'Art', language: 'Sprache', lines: 'Positionen', location: 'Standort', name: 'Name', node: 'Standort', nodes: 'Standorte', note: 'Anmerkung', operations: 'Betrieb', orders: 'Aufträge',
  password: 'Passwort', period: 'Zeitraum', phone: 'Telefon', postcode: 'Postleitzahl', price: 'Preis', price_list: 'Preisliste', priority: 'Rang', quantity: 'Menge', reason: 'Grund', reference: 'Bezug', roles: 'Rollen', scopes: 'Rechte', secret: 'Geheimnis', service: 'Service', shipping_minor: 'Versandkosten', ship_to: 'Lieferadresse', bill_to: 'Rechnungsadresse', shipments: 'Sendungen', sku: 'SKU',
  status: 'Zustand', strategy: 'Strategie', supplier: 'Lieferant', tag: 'Schlagwort', tags: 'Schlagworte', text: 'Text', time: 'Uhrzeit', time_zone: 'Zeitzone', to: 'An', topic: 'Thema', tracking_number: 'Sendungsnummer', unit: 'Einheit', unit_price: 'Stückpreis', until: 'Bis', url: 'Adresse', variant: 'Variante', weekday: 'Wochentag', weight: 'Gewicht', weights: 'Gewichtungen', when: 'Bedingung', zone: 'Zone',
};

/** What each entry of a list is called, where it has its own name. */
const ENTRIES: Readonly<Record<string, string>> = { lines: 'Position', groups: 'Gruppe', cut_offs: 'Annahmeschluss', items: 'Artikel', nodes: 'Standort', orders: 'Auftrag', shipments: 'Sendung', prices: 'Preis', ids: 'Eintrag' };

/** Steps that say nothing to whoever filled a form. */
const OUTER: ReadonlySet<string> = new Set(['', 'query', 'path', 'args']);

/** "#/lines/2/quantity" as "Position 3, Menge"; null where a step of it has no name here. */
export function fieldName(pointer: string): string | null {
  const steps = pointer.replace(/^#/, '').split('/').filter((step) => !OUTER.has(step));
  const said: string[] = [];
  for (const [at, step] of steps.entries()) {
    const next = steps[at + 1];
    if (/^\d+$/.test(step)) continue;
    const counted = next !== undefined && /^\d+$/.test(next);
    const name = counted ? ENTRIES[step] ?? FIELDS[step] : FIELDS[step];
    if (name === undefined) return null;
    said.push(counted ? `${name} ${Number(next) + 1}` : name);
  }
  return said.length === 0 ? null : said.join(', ');
}
