import type { ChannelAddress, ChannelOrder } from '../kit/types.ts';
import type { AddressMessage, OrderMessage } from './message.ts';
import { firstText } from './text.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Without the properties that are undefined. */
function present<T extends object>(values: { readonly [K in keyof T]-?: T[K] | undefined }): Partial<T> {
  const kept: Partial<Mutable<T>> = {};
  for (const key in values) {
    if (values[key] !== undefined) kept[key] = values[key];
  }
  return kept;
}

/** Guest orders have no customer: the addresses say who it is. */
export function customerOf(order: OrderMessage): ChannelOrder['customer'] {
  const { customer, billing_address: billing, shipping_address: shipping } = order;
  return present<ChannelOrder['customer']>({
    name: firstText(200, fullName(customer), nameOf(billing), nameOf(shipping)),
    email: firstText(320, order.email, order.contact_email, customer?.email),
    phone: firstText(50, order.phone, customer?.phone, shipping?.phone, billing?.phone),
    locale: firstText(35, order.customer_locale),
  });
}

const CLASS_TAG = /^class:\s*(\S.*)$/i;

/** Shops tag customers, and sometimes orders, with the class whose prices are theirs: "class:wholesale". */
export function classOf({ customer, tags }: OrderMessage): Pick<ChannelOrder, 'customerClass'> {
  const given: unknown = customer?.tags;
  const all = [...(typeof given === 'string' ? given.split(',') : []), ...(tags ?? '').split(',')];
  const name = firstText(100, ...all.map((tag) => CLASS_TAG.exec(tag.trim())?.[1]));
  return name === undefined ? {} : { customerClass: name };
}

type Named = { readonly first_name?: string | null | undefined; readonly last_name?: string | null | undefined } | null | undefined;

const fullName = (person: Named): string => `${person?.first_name ?? ''} ${person?.last_name ?? ''}`;

const nameOf = (address: AddressMessage): string | undefined => firstText(200, address?.name, fullName(address));

/** Null where nothing of it is known. */
export function addressOf(address: AddressMessage): ChannelAddress | null {
  if (!address) return null;
  const known = present<ChannelAddress>({
    name: nameOf(address), company: firstText(200, address.company), street: firstText(300, address.address1), street2: firstText(300, address.address2),
    city: firstText(200, address.city), region: firstText(100, address.province_code, address.province), postcode: firstText(40, address.zip),
    country: firstText(2, address.country_code?.toUpperCase()), coordinates: coordinatesOf(address),
  });
  return Object.keys(known).length === 0 ? null : known;
}

function coordinatesOf(address: NonNullable<AddressMessage>): ChannelAddress['coordinates'] {
  const latitude = degrees(address.latitude, 90);
  const longitude = degrees(address.longitude, 180);
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

function degrees(value: string | number | null | undefined, most: number): number | undefined {
  const text = String(value ?? '').trim();
  const figure = Number(text);
  return text !== '' && Math.abs(figure) <= most ? figure : undefined;
}
