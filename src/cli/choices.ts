/** What options take that know a few words only. main.test.ts holds them against docs/reference/openapi.json. */
export const ORDER_STATUSES = ['PENDING', 'ON_HOLD', 'BACKORDERED', 'PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED', 'COMPLETED', 'PARTIALLY_CANCELLED', 'CANCELLED'] as const;
export const HOLD_KINDS = ['ITEM', 'ADDRESS', 'PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL', 'PRICING', 'TAX', 'CHANNEL_CHANGE', 'CHANNEL_PAUSED', 'CUSTOMER', 'MANUAL'] as const;
/** The kinds that somebody may place: a paused channel places its own. */
export const PLACED_KINDS = HOLD_KINDS.filter((kind) => kind !== 'CHANNEL_PAUSED');
export const PAYMENT_STATES = ['pending', 'authorised', 'partially_paid', 'paid', 'failed'] as const;
export const LEVELS = ['at_risk', 'late'] as const;
export const RATES = ['late_shipments', 'cancellations'] as const;
export const CAUSES = ['HELD', 'WAITING_FOR_STOCK', 'NODE_CLOSED', 'NODE_BEHIND', 'NOT_ACCEPTED', 'NOT_RELEASED'] as const;
export const MORNING_SORTS = ['value', 'cut-off'] as const;
export const PACES = ['second', 'minute', 'hour'] as const;
export const MESSAGE_STATES = ['waiting', 'done', 'ignored', 'kept', 'quarantined', 'dropped'] as const;
export const MAIL_STATES = ['waiting', 'ready', 'sending', 'sent', 'kept', 'joined', 'dropped', 'refused', 'dead'] as const;
export const MAIL_KINDS = ['confirmation', 'shipped', 'delayed', 'cancelled', 'report'] as const;
export const FORMATS = ['csv', 'ndjson'] as const;
export const WAYS = ['person', 'api_key', 'cli', 'job', 'worker', 'channel', 'program'] as const;
export const ROLES = ['admin', 'manager', 'agent', 'store', 'planner', 'finance', 'viewer', 'developer'] as const;
export const SCOPES = [
  'orders:read', 'orders:read_personal', 'orders:write', 'shipments:write', 'catalogue:read', 'catalogue:write', 'stock:read', 'stock:write', 'events:read', 'webhooks:read', 'webhooks:write', 'channels:read',
  'channels:write', 'jobs:read', 'jobs:write', 'admin',
] as const;
export const GROUPS = ['day', 'week', 'channel', 'node'] as const;
export const COMPARED = ['previous', 'year'] as const;
export const CADENCES = ['daily', 'weekly', 'monthly'] as const;
export const PERIODS = ['yesterday', 'last_7_days', 'last_14_days', 'last_30_days', 'last_90_days', 'last_365_days', 'last_week', 'last_month'] as const;
export const LANGUAGES = ['en', 'de'] as const;
