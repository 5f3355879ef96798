import type { Random } from './random.ts';

export interface Customer {
  readonly contact: Readonly<Record<string, unknown>>;
  readonly coordinates: { readonly latitude: number; readonly longitude: number };
}

const NAMES = [
  'Anna Schneider', 'Jonas Weber', 'Emilia Hoffmann', 'Łukasz Kowalski', 'Zoë Fitzgerald', 'Oliver Hughes', 'Amelia Wright', 'Nguyễn Thị Mai', 'Ayşe Yılmaz', 'Björn Sørensen',
  'Sophie Gruber', 'Maximilian Huber', 'Priya Raman', 'Chloé Lefèvre', 'Marta Nováková', 'Γιώργος Παπαδόπουλος', 'Олена Шевченко', '李娜', '佐藤 美咲', '김민준', 'Fatima Al-Sayed', 'Samuel O’Connor',
] as const;

/** City, postal code, country, coordinates, and a street as it is written there. */
const TOWNS: readonly (readonly [string, string, string, number, number, string])[] = [
  ['Berlin', '10437', 'DE', 52.5417, 13.4149, 'Schönhauser Allee'], ['Potsdam', '14467', 'DE', 52.3989, 13.0657, 'Brandenburger Straße'], ['Leipzig', '04109', 'DE', 51.3397, 12.3731, 'Petersstraße'],
  ['Hamburg', '20357', 'DE', 53.5622, 9.9614, 'Schulterblatt'], ['Bremen', '28203', 'DE', 53.0722, 8.8256, 'Vor dem Steintor'], ['Köln', '50674', 'DE', 50.9339, 6.9406, 'Lindenstraße'],
  ['Frankfurt', '60316', 'DE', 50.1236, 8.6969, 'Berger Straße'], ['Stuttgart', '70176', 'DE', 48.7795, 9.1608, 'Johannesstraße'], ['München', '80469', 'DE', 48.1316, 11.5749, 'Baaderstraße'],
  ['Nürnberg', '90403', 'DE', 49.4539, 11.0775, 'Weinmarkt'], ['Wien', '1060', 'AT', 48.1955, 16.3528, 'Gumpendorfer Straße'], ['Graz', '8010', 'AT', 47.0707, 15.4395, 'Sporgasse'],
  ['Salzburg', '5020', 'AT', 47.8011, 13.0448, 'Linzer Gasse'], ['London', 'N1 8EG', 'GB', 51.5366, -0.1031, 'Upper Street'], ['Brighton', 'BN1 1AL', 'GB', 50.8236, -0.1394, 'Gardner Street'],
  ['Bristol', 'BS1 3QY', 'GB', 51.4578, -2.5892, 'Broadmead'], ['Manchester', 'M4 1LE', 'GB', 53.4851, -2.2354, 'Tib Street'], ['Leeds', 'LS1 6LT', 'GB', 53.7973, -1.5437, 'Briggate'],
  ['Edinburgh', 'EH1 2JL', 'GB', 55.9486, -3.1936, 'Victoria Street'], ['Cardiff', 'CF10 1BH', 'GB', 51.4802, -3.1779, 'Castle Arcade'],
];

/** Somebody with an address; one in fifty lives where text runs from right to left. */
export function createCustomer(random: Random): Customer {
  const toTheLeft = random.chance(0.02);
  const name = toTheLeft ? random.pick(['נועה כהן', 'ليلى حداد'] as const) : random.pick(NAMES);
  const number = random.between(2, 180);
  if (toTheLeft && name.startsWith('נ')) return customer(random, name, `רחוב דיזנגוף ${number}`, 'תל אביב', '6433222', 'IL', 32.0853, 34.7818);
  if (toTheLeft) return customer(random, name, `شارع الحمرا ${number}`, 'بيروت', '1103', 'LB', 33.8938, 35.5018);
  const [city, postcode, country, latitude, longitude, street] = random.pick(TOWNS);
  const spread = (): number => Math.round((random.next() - 0.5) * 1000) / 10_000;
  return customer(random, name, country === 'GB' ? `${number} ${street}` : `${street} ${number}`, city, postcode, country, latitude + spread(), longitude + spread());
}

function customer(random: Random, name: string, street: string, city: string, postcode: string, country: string, latitude: number, longitude: number): Customer {
  const coordinates = { latitude, longitude };
  return {
    contact: { customer: { name, email: `customer${random.between(1000, 9999)}@example.com` }, ship_to: { name, street, city, postcode, country, coordinates }, coordinates },
    coordinates,
  };
}
