import type { ChannelAddress, ChannelOrder } from '../kit/types.ts';
import { type Address, isRecord, type OrderMessage } from './message.ts';
import { LENGTHS, shorten } from './text.ts';

/** The entries that say something. */
function filled<T extends Readonly<Record<string, string>>>(texts: T): Partial<T> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) as Partial<T>;
}

const fullName = ({ first_name, last_name }: Address): string => shorten(`${first_name} ${last_name}`, LENGTHS.name);

/** Guests have a billing address like everybody else; the shop's account number is not needed. */
export function customerOf({ billing }: OrderMessage): ChannelOrder['customer'] {
  return filled({ name: fullName(billing), email: shorten(billing.email, LENGTHS.email), phone: shorten(billing.phone, LENGTHS.phone) });
}

/** The class of customers whose prices hold for it, where the shop keeps it with the order as "customer_class". */
export function classOf({ meta_data: meta }: OrderMessage): Pick<ChannelOrder, 'customerClass'> {
  const found: unknown = Array.isArray(meta) ? meta.find((one) => isRecord(one) && one['key'] === 'customer_class') : undefined;
  const name = isRecord(found) && typeof found['value'] === 'string' ? shorten(found['value'], LENGTHS.customerClass) : '';
  return name === '' ? {} : { customerClass: name };
}

/** Null where nothing is known but, perhaps, a name. */
export function addressOf(address: Address): ChannelAddress | null {
  if (![address.address_1, address.city, address.postcode, address.country].some((text) => text.trim() !== '')) return null;
  return filled({
    name: fullName(address),
    company: shorten(address.company, LENGTHS.name),
    street: shorten(address.address_1, LENGTHS.street),
    street2: shorten(address.address_2, LENGTHS.street),
    city: shorten(address.city, LENGTHS.name),
    region: shorten(address.state, LENGTHS.region),
    postcode: shorten(address.postcode, LENGTHS.postcode),
    country: /^[A-Z]{2}$/i.test(address.country) ? address.country.toUpperCase() : '',
  });
}

/**
 * The shop copies the billing address where the buyer ships to it, so an empty shipping address with no shipping line is an order
 * of nothing to ship. With a shipping line, or where the message does not say, the goods go to the billing address.
 */
export function shipToOf(order: OrderMessage): ChannelAddress | null {
  const shippingLines = order.shipping_lines ?? null;
  if (shippingLines !== null && shippingLines.length > 0 && shippingLines.every(({ method_id }) => isPickup(method_id))) return null;
  const shipTo = addressOf(order.shipping);
  if (shipTo) return shipTo;
  return shippingLines === null || shippingLines.length > 0 ? addressOf(order.billing) : null;
}

/** Older shops write the method with its instance: "local_pickup:3". */
const isPickup = (methodId: string): boolean => ['local_pickup', 'pickup_location'].includes(methodId.split(':')[0] ?? '');
