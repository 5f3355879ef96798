// Every setting that is changed at run time: where it is kept, what it takes, and what holds where nobody says anything.

export const SECTIONS = ['checks', 'routing', 'dates', 'stock', 'mail', 'invoice', 'danger'] as const;
export type Section = (typeof SECTIONS)[number];
export const SOURCES = ['channel', 'mail', 'seller'] as const;
/** A channel's own facts, its mails, or who sells on its invoices. */
export type Source = (typeof SOURCES)[number];

export type Kind =
  | { readonly as: 'whole' | 'maybeWhole' | 'flag' | 'text' | 'maybeText' | 'list' }
  | { readonly as: 'choice' | 'choices'; readonly of: readonly string[] }
  /** Several fields that only mean something together, as JSON; null switches it off. */
  | { readonly as: 'object'; readonly like: object };

export interface Setting {
  readonly id: SettingId;
  readonly section: Section;
  readonly source: Source;
  /** Where it stands in the body. */
  readonly path: readonly string[];
  readonly kind: Kind;
  /** What holds where nothing is said; undefined where something has to be. */
  readonly usual: unknown;
  /** The name of what changed in the audit log. */
  readonly told: string;
}

const whole = { as: 'whole' } as const;
const maybeWhole = { as: 'maybeWhole' } as const;
const choice = (...of: readonly string[]) => ({ as: 'choice', of }) as const;
const object = (like: object) => ({ as: 'object', like }) as const;
const channel = <I extends string>(id: I, section: Section, told: string, kind: Kind, usual: unknown) => ({ id, section, source: 'channel', path: id.split('.'), kind, usual, told }) as const;
const ofMail = <I extends string>(id: I, kind: Kind, usual: unknown, told: string) => ({ id: `mail.${id}`, section: 'mail', source: 'mail', path: [id], kind, usual, told }) as const;
const ofSeller = <I extends string>(id: I, kind: Kind, usual: unknown, section: Section = 'invoice') => ({ id: `seller.${id}`, section, source: 'seller', path: [id], kind, usual, told: id }) as const;

const TABLE = [
  channel('payment_rules.hold', 'checks', 'checks', { as: 'choices', of: ['pending', 'authorised', 'partially_paid', 'paid', 'failed'] }, ['pending', 'failed']),
  channel('payment_rules.accept_tenders', 'checks', 'checks', { as: 'list' }, []),
  channel('payment_rules.due_minutes', 'checks', 'checks', maybeWhole, null),
  channel('address_rules.due_minutes', 'checks', 'checks', maybeWhole, 1440),
  channel('duplicate_rules', 'checks', 'checks', object({ within_minutes: 60, by: ['email', 'address'], hold: 'FRAUD' }), null),
  channel('velocity_rules', 'checks', 'checks', object({ within_minutes: 60, by: ['email'], maximum_orders: 5, maximum_total_minor: null }), null),
  channel('risk_rules', 'checks', 'checks', object({ review_from: 60, reject_above: 90, usual_total_minor: null }), null),
  channel('price_check', 'checks', 'priceCheck', object({ tolerance_percent: '1', tolerance_minor: 0, when_unpriced: 'accept' }), null),
  channel('strategy', 'routing', 'strategy', { as: 'maybeText' }, null),
  channel('auto_release', 'routing', 'autoRelease', { as: 'flag' }, false),
  channel('routing.split_cost_micros', 'routing', 'routing', whole, 5_000_000),
  channel('routing.distance_cost_per_km_micros', 'routing', 'routing', whole, 10_000),
  channel('routing.maximum_distance_km', 'routing', 'routing', maybeWhole, null),
  channel('routing.attempt_limit', 'routing', 'routing', whole, 3),
  channel('routing.cool_down_minutes', 'routing', 'routing', whole, 1440),
  channel('routing.accept_within_minutes', 'routing', 'routing', maybeWhole, null),
  channel('routing.hold_keeps_stock_minutes', 'routing', 'routing', whole, 4320),
  channel('incoterm', 'routing', 'routing', choice('DAP', 'DDP'), 'DAP'),
  channel('deadlines.ship_by', 'dates', 'deadlines', object({ business_days: 2, calendar: null, time_zone: 'Europe/Berlin', cut_off: '14:00' }), null),
  channel('deadlines.deliver_by', 'dates', 'deadlines', object({ hours: 72 }), null),
  channel('deadlines.warn_minutes', 'dates', 'deadlines', whole, 120),
  channel('deadlines.rescue_cost_micros', 'dates', 'deadlines', maybeWhole, 10_000_000),
  channel('deadlines.late_shipments', 'dates', 'deadlines', object({ threshold_percent: '4', window_days: 30 }), null),
  channel('deadlines.cancellations', 'dates', 'deadlines', object({ threshold_percent: '2.5', window_days: 7 }), null),
  channel('buffer', 'stock', 'buffer', whole, 0),
  channel('when_unavailable', 'stock', 'whenUnavailable', choice('backorder', 'exception', 'refuse'), 'backorder'),
  channel('backorder_release', 'stock', 'backorders', choice('first_come', 'priority'), 'first_come'),
  channel('backorder_cancel_after_days', 'stock', 'backorders', maybeWhole, null),
  ofMail('kinds', { as: 'choices', of: ['confirmation', 'shipped', 'delayed', 'cancelled'] }, ['confirmation', 'shipped', 'delayed', 'cancelled'], 'kinds'),
  ofMail('confirm_when', choice('captured', 'unheld'), 'captured', 'confirmWhen'), ofMail('from_name', { as: 'maybeText' }, null, 'fromName'), ofMail('from_address', { as: 'maybeText' }, null, 'fromAddress'), ofMail('reply_to', { as: 'maybeText' }, null, 'replyTo'),
  ofMail('language', { as: 'text' }, 'en', 'language'), ofMail('shop_name', { as: 'text' }, undefined, 'shopName'), ofMail('brand_colour', { as: 'text' }, '#1a6f78', 'brandColour'), ofMail('footer', { as: 'maybeText' }, '', 'footer'), ofMail('time_zone', { as: 'text' }, 'UTC', 'timeZone'),
  ofSeller('name', { as: 'text' }, undefined), ofSeller('address', { as: 'list' }, []), ofSeller('tax_id', { as: 'maybeText' }, null), ofSeller('footer', { as: 'maybeText' }, null),
  channel('node_pool', 'danger', 'nodePool', { as: 'list' }, null), channel('currency', 'danger', 'currency', { as: 'text' }, undefined), ofSeller('number_prefix', { as: 'text' }, 'INV-', 'danger'),
] as const;

export type SettingId = (typeof TABLE)[number]['id'];
export const SETTINGS: readonly Setting[] = TABLE;
/** Operations whose reference says what a setting takes. */
export const REFERENCE: Readonly<Record<Source, string>> = { channel: '/docs/api#putChannel', mail: '/docs/api#putChannelMail', seller: '/docs/api#putInvoiceSeller' };
