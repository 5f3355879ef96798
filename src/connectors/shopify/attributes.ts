import { type RemainingLine, titleOf } from './lines.ts';
import type { OrderMessage } from './message.ts';
import { NAME_MAX, namedTexts, VALUE_MAX } from './named-texts.ts';
import { firstText, shortened } from './text.ts';

const ATTRIBUTES_MAX = 100;

/** What the channel says beside, never of the person: its own figures, and what the shop asked of the buyer ("note: "). */
export function attributesOf(order: OrderMessage, lines: readonly RemainingLine[]): Record<string, string> {
  const asked = namedTexts(order.note_attributes).map(({ name, value }) => [shortened(`note: ${name}`, NAME_MAX), value] as const);
  const all = [...ownAttributes(order, lines), ...asked].flatMap(([name, value]) => {
    const text = firstText(VALUE_MAX, value);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(all.slice(0, ATTRIBUTES_MAX));
}

function ownAttributes(order: OrderMessage, lines: readonly RemainingLine[]): readonly (readonly [string, string | null | undefined])[] {
  const foreign = order.presentment_currency !== order.currency;
  const presentment = (order.current_total_price_set ?? order.total_price_set)?.presentment_money;
  const services = lines.filter(({ shipped, remaining }) => !shipped && remaining > 0);
  return [
    ['name', order.name], ['source_name', order.source_name], ['tags', order.tags],
    ['presentment_currency', foreign ? order.presentment_currency : null],
    ['presentment_total', foreign && presentment?.currency_code === order.presentment_currency ? presentment?.amount : null],
    ['service_lines', services.map(({ line }) => titleOf(line)).join(', ')],
    ['discount_codes', listed(order.discount_codes?.map(({ code }) => code))],
    ['shipping_method', listed(order.shipping_lines?.filter((line) => line.is_removed !== true).map(({ title }) => title))],
  ];
}

const listed = (values: readonly (string | null | undefined)[] | undefined): string =>
  (values ?? []).flatMap((value) => firstText(VALUE_MAX, value) ?? []).join(', ');
