// Every kind of event that a webhook may be told of, in the groups in which people look for them. One that the server gets is missing here at once: this does not compile then.
import type { EventType } from './api.ts';

export const GROUPS = ['orders', 'shipments', 'stock', 'promises', 'channels', 'routing', 'people', 'setup'] as const;
export type Group = (typeof GROUPS)[number];

const GROUP_OF: Readonly<Record<EventType, Group>> = {
  OrderCaptured: 'orders', OrderRouted: 'orders', HoldPlaced: 'orders', HoldReleased: 'orders', ReservationExpired: 'orders', LinesCancelled: 'orders', CancelRequested: 'orders', CancelAnswered: 'orders', OrderFollowedChannel: 'orders', OrderTagged: 'orders', OrderAssigned: 'orders', OrderNoted: 'orders', LineIdentified: 'orders', InvoiceCreated: 'orders', ExceptionResolved: 'orders', OrderDraftPlaced: 'orders', OrderDraftDiscarded: 'orders',
  ShipmentReleased: 'shipments', ShipmentAccepted: 'shipments', ShipmentRejected: 'shipments', ShipmentPicked: 'shipments', ShipmentPacked: 'shipments', ShipmentShipped: 'shipments', ShipmentHandedOver: 'shipments', ShipmentArrivedAtStore: 'shipments', ShipmentDelivered: 'shipments', ShipmentLost: 'shipments', ShipmentReturnedToSender: 'shipments', ShipmentTimedOut: 'shipments',
  StockReceived: 'stock', StockAdjusted: 'stock', SupplyCreated: 'stock', SupplyOrderCreated: 'stock', SupplyShipped: 'stock', SupplyChanged: 'stock', SupplyDiscrepancy: 'stock', SupplyFreed: 'stock',
  PromiseChanged: 'promises', PromiseAtRisk: 'promises', ClaimCreated: 'promises', ClaimExtended: 'promises', ClaimReleased: 'promises', ClaimExpired: 'promises',
  VariantMapped: 'channels', ItemSaved: 'channels', PriceListSaved: 'channels', PricesSaved: 'channels', ChannelRateRaised: 'channels', ChannelPaused: 'channels', ChannelThrottled: 'channels', ChannelResumed: 'channels', ChannelSaved: 'channels',
  NodeSaved: 'routing', NodesClosed: 'routing', NodesOpened: 'routing', StrategyDrafted: 'routing', StrategyDraftDropped: 'routing', StrategyPublished: 'routing', StrategyWithdrawn: 'routing', ShippingFactSaved: 'routing',
  UserAdded: 'people', UserChanged: 'people', UserDisabled: 'people', UserSecured: 'people', UserPasskeyAdded: 'people', UserPasskeyRemoved: 'people', UserLinked: 'people', UserUnlinked: 'people', UserErased: 'people', CustomerChanged: 'people', CustomerMerged: 'people', CustomerExported: 'people', CustomerErased: 'people',
  InvoiceSellerSaved: 'setup', ApiKeySaved: 'setup', ApiKeyRevoked: 'setup', WebhookSaved: 'setup', WebhookDeleted: 'setup', ConnectionSaved: 'setup', ConnectionDeleted: 'setup', MailSettingsSaved: 'setup', ReportScheduleSaved: 'setup', ReportScheduleDeleted: 'setup',
};

const isEventType = (text: string): text is EventType => Object.hasOwn(GROUP_OF, text);
export const EVENT_TYPES: readonly EventType[] = Object.keys(GROUP_OF).filter(isEventType);
export const typesIn = (group: Group): readonly EventType[] => EVENT_TYPES.filter((type) => GROUP_OF[type] === group);
/** Those of a webhook that are still known. */
export const knownTypes = (types: readonly string[]): EventType[] => types.filter(isEventType);
