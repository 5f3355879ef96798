/** Most characters a text may have on our side; longer ones are shortened, never refused: a long name is no reason to lose an order. */
export const LENGTHS = { name: 200, email: 320, phone: 50, street: 300, region: 100, postcode: 40, note: 5000, attributeName: 100, attributeValue: 1000, sku: 200, tender: 100, customerClass: 100 } as const;

/** Without NUL and half surrogates, which no database text can hold, trimmed and cut to `most` characters. */
export const shorten = (text: string, most: number): string => text.replaceAll('\0', '').trim().slice(0, most).replace(/\p{Surrogate}/gu, '').trimEnd();

const NAMED: ReadonlyMap<string, string> = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", ndash: '–', mdash: '—', nbsp: ' ' }));

/** HTML as a shop stores it in titles, as plain text: tags go first, so that "&lt;b&gt;" stays what the buyer read. Entities are decoded once. */
export function plainText(html: string, most: number): string {
  const text = html.replace(/<\/?[a-z!][^<>]*>/gi, '').replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, decode);
  return shorten(text.replace(/\s+/g, ' '), most);
}

function decode(entity: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return NAMED.get(name) ?? entity;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '0', 16) : Number(decimal);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}
