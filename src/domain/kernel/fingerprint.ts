/**
 * A number below 2^53 that stands for a text: equal for equal texts, and for others with a chance of about 2^-53. Two halves of
 * multiply-and-xor mixing ("cyrb53", public domain, 2018). It hides nothing: what must not be guessed needs a keyed hash.
 */
export function fingerprint(text: string): number {
  let high = 0xdeadbeef, low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 2 ** 32 * (2_097_151 & low) + (high >>> 0);
}
