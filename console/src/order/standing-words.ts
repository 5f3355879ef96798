import { words } from '../i18n/words.ts';

/** How far an order is, and how it stands with its date. */
export const s = words(
  {
    fulfilment: 'Fulfilment', fulfilled: 'Shipped', partFulfilled: '{units} of {all} shipped', backordered: 'Backordered', partBackordered: '{units} of {all} backordered', routed: 'Routed', partRouted: '{units} of {all} routed', unrouted: 'Not routed',
    'clock.kept': 'Kept', 'clock.missed': 'Missed', 'clock.onTrack': 'On track', 'clock.atRisk': 'At risk', 'clock.late': 'Late',
    promise: 'Promised', deliver_by: 'Deliver by', ship_by: 'Ship by', expected: 'expected {when}',
  },
  {
    fulfilment: 'Versand', fulfilled: 'Versandt', partFulfilled: '{units} von {all} versandt', backordered: 'Im Rückstand', partBackordered: '{units} von {all} im Rückstand', routed: 'Zugeteilt', partRouted: '{units} von {all} zugeteilt', unrouted: 'Nicht zugeteilt',
    'clock.kept': 'Gehalten', 'clock.missed': 'Verfehlt', 'clock.onTrack': 'Im Plan', 'clock.atRisk': 'Gefährdet', 'clock.late': 'Zu spät',
    promise: 'Zugesagt', deliver_by: 'Zustellung bis', ship_by: 'Versand bis', expected: 'erwartet {when}',
  },
);
