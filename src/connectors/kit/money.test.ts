import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minorUnits } from './money.ts';

describe('minor units', () => {
  it.each([
    ['12.50', 'EUR', 1250], ['12.5', 'EUR', 1250], ['12', 'EUR', 1200], [' 7.00 ', 'EUR', 700], ['007', 'EUR', 700],
    ['1999', 'JPY', 1999], ['1999.00', 'JPY', 1999], ['1999.5', 'JPY', 2000], ['1999.49', 'JPY', 1999],
    ['1.234', 'KWD', 1234], ['1.2345', 'KWD', 1235], ['1.5', 'KWD', 1500], ['0.12345', 'CLF', 1235],
    ['0.005', 'EUR', 1], ['0.0049999', 'EUR', 0], ['-0.005', 'EUR', -1], ['-12.34', 'EUR', -1234], ['-0.00', 'EUR', 0], ['-0.001', 'EUR', 0],
    [12.5, 'EUR', 1250], [0.1, 'EUR', 10], [-3, 'EUR', -300], [1e-7, 'EUR', 0], [-0, 'EUR', 0], [8.325, 'EUR', 833],
  ])('%j in %s is %d', (value, currency, minor) => {
    expect(minorUnits(value, currency)).toBe(minor);
  });

  it('reads the digits a quotient in binary floating point leaves behind', () => {
    expect(minorUnits(0.1 + 0.2, 'EUR')).toBe(30);
    expect(minorUnits(25 / 3, 'EUR')).toBe(833);
    expect(minorUnits('8.333333333333334', 'EUR')).toBe(833);
  });

  it.each<unknown>([
    '', ' ', 'free', '1,50', '1.234,50', '+1', '--1', '.5', '1.', '1e3', '0x10', '١٢', '1 000', '9'.repeat(16), '90071992547409.93',
    NaN, Infinity, -Infinity, 1e21, null, undefined, true, {}, [], ['12.50'], { toString: 1, valueOf: 1 },
  ])('%j is no amount', (value) => {
    expect(minorUnits(value, 'EUR')).toBeUndefined();
  });

  it('knows no currency that is not in use', () => {
    for (const currency of ['', 'eur', 'BTC', 'XXX', 'constructor']) expect(minorUnits('1.00', currency)).toBeUndefined();
  });

  it('is the inverse of writing minor units, and odd about zero', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (minor) => {
      const text = `${BigInt(minor) / 100n}.${String(minor % 100).padStart(2, '0')}`;
      if (text.length > 18) return;
      expect(minorUnits(text, 'EUR')).toBe(minor);
      expect(minorUnits(`-${text}`, 'EUR')).toBe(minor === 0 ? 0 : -minor);
    }));
  });
});
