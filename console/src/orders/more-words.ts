import { locale, words } from '../i18n/words.ts';

/** The filters that the list keeps behind a button. */
export const m = words(
  {
    sku: 'With the SKU', country: 'Goes to', anyCountry: 'Any country', currency: 'Currency', anyCurrency: 'Any currency', least: 'Total from', most: 'Total to', currencyFirst: 'Amounts are of a currency: choose it first.', wrongAmount: 'Not an amount of {currency}.', wrongCountry: 'A country has two letters, such as DE.',
  },
  {
    sku: 'Mit der SKU', country: 'Geht nach', anyCountry: 'Jedes Land', currency: 'Währung', anyCurrency: 'Jede Währung', least: 'Summe von', most: 'Summe bis', currencyFirst: 'Beträge gehören zu einer Währung: wählen Sie sie zuerst.', wrongAmount: 'Kein Betrag in {currency}.', wrongCountry: 'Ein Land hat zwei Buchstaben, zum Beispiel DE.',
  },
);

/** As the reader's language calls it; the code itself where nobody knows it. */
export function countryName(code: string): string {
  return new Intl.DisplayNames(locale(), { type: 'region', fallback: 'code' }).of(code) ?? code;
}
