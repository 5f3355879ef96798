import { expect, test } from 'vitest';
import { countText, currencyDigits, decimalOf, degrees, measure, minorUnits, moneyText } from './numbers.ts';
import { clockReader, isTimeZone } from './local-time.ts';

test('money is read to the minor unit, or not at all', () => {
  expect(['58.90', '58.9', '58', '0', '0.010', '999999999999.99'].map((text) => minorUnits(text, 2))).toEqual([5890, 5890, 5800, 0, 1, 99999999999999]);
  expect(['', '-1', '1,50', '1.005', '1e3', '.5', '1.', ' 1', 'NaN', '9999999999999'].map((text) => minorUnits(text, 2))).toEqual(Array.from({ length: 10 }, () => undefined));
  expect([minorUnits('120', 0), minorUnits('1.5', 0), minorUnits('1.255', 3)]).toEqual([120, undefined, 1255]);
});

test('money is written back as it was', () => {
  expect([decimalOf(5890, 2), decimalOf(5, 2), decimalOf(120, 0), decimalOf(-7, 2)]).toEqual(['58.90', '0.05', '120', '-0.07']);
  expect([moneyText(88303234, 2), moneyText(0, 2), moneyText(1234567, 0), countText(6685), countText(12)]).toEqual(['883,032.34', '0.00', '1,234,567', '6,685', '12']);
});

test('measures, degrees and currencies', () => {
  expect([measure('16', 10), measure('16.55', 10), measure('1e9', 1), measure('', 1), measure('-3', 1)]).toEqual([160, 166, undefined, undefined, undefined]);
  expect([degrees('-23.54', 90), degrees('91', 90), degrees('x', 90)]).toEqual([-23.54, undefined, undefined]);
  expect([currencyDigits('BRL'), currencyDigits('JPY'), currencyDigits('KWD'), currencyDigits('ABC'), currencyDigits('')]).toEqual([2, 0, 3, undefined, undefined]);
});

test('clocks are those of their zone, over both changes of summer time', () => {
  const read = (text: string): string | undefined => {
    const at = clockReader('America/Sao_Paulo')(text);
    return at === undefined ? undefined : new Date(at).toISOString();
  };
  expect(read('2017-07-02 10:56:33')).toBe('2017-07-02T13:56:33.000Z');
  expect(read('2017-12-02 10:56')).toBe('2017-12-02T12:56:00.000Z');
  // On 2017-10-15 the hour from midnight to one did not exist; on 2018-02-17 the one before midnight came twice.
  expect(read('2017-10-15 00:30:00')).toBe('2017-10-15T03:30:00.000Z');
  expect(read('2017-10-15 01:00:00')).toBe('2017-10-15T03:00:00.000Z');
  expect(read('2018-02-17 23:30:00')).toBe('2018-02-18T01:30:00.000Z');
  expect(read('2018-02-18 00:00:00')).toBe('2018-02-18T03:00:00.000Z');
  expect(read('2017-07-02T10:00:00.250Z')).toBe('2017-07-02T10:00:00.000Z');
  expect(read('2017-07-02T10:00:00+02:30')).toBe('2017-07-02T07:30:00.000Z');
  expect(['2017-02-30 10:00:00', '02/10/2017', '2017-13-01', '', 'yesterday', '0017-01-01', '2017-07-02 25:00:00'].map(read)).toEqual(Array.from({ length: 7 }, () => undefined));
});

test('every local time of a year reads back as itself', () => {
  for (const zone of ['America/Sao_Paulo', 'Europe/Berlin', 'Australia/Adelaide', 'Asia/Kathmandu']) {
    const read = clockReader(zone);
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    for (let at = Date.UTC(2017, 0, 1); at < Date.UTC(2018, 0, 1); at += 7 * 3_600_000 + 600_000) {
      const local = format.format(at);
      expect(format.format(read(local) ?? 0)).toBe(local);
    }
  }
  expect([isTimeZone('Europe/Berlin'), isTimeZone('Europe/Nowhere')]).toEqual([true, false]);
});
