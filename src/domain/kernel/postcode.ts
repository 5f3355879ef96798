/** The digits of Arabic, Persian and Hindi keyboards; wide ones are NFKC's business. */
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g;
const ZEROES = [0x0966, 0x06f0, 0x0660] as const;
const plainDigit = (digit: string): string => {
  const code = digit.charCodeAt(0);
  return String(code - (ZEROES.find((zero) => zero <= code) ?? code));
};
/** A postcode in plain digits and capitals, with whatever stands between them. */
export const plainPostcode = (postcode: string): string => postcode.normalize("NFKC").toUpperCase().replace(OTHER_DIGITS, plainDigit);

/** The letters and digits of a postcode, in capitals. In Japan a sign of its own stands before it. */
export const compactPostcode = (postcode: string): string => (/^[A-Z\d]+$/.test(postcode) ? postcode : plainPostcode(postcode).replace(/[\s.\-–—‐−〒]+/gu, ""));
