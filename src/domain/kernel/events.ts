/** Every fact that can be recorded. docs/reference/events.md is generated from this table. */
export const EVENTS = {
  OrderCaptured: { meaning: "An order was accepted, with its lines and first holds.", data: "channel, external_id, lines, total_minor, currency, holds, rejected; where prices differ from their lists: differing_prices, price_differences" },
  OrderRouted: { meaning: "A routing decision was made for lines that needed a node.", data: "decision_no, trigger, placed (line, quantity, node), unplaced (line, quantity); where units leave a node: trigger, left; where they wait for a launch: trigger, preordered" },
  HoldPlaced: { meaning: "A hold was placed after capture.", data: "hold_no, kind; where prices differ from their lists: differing_prices, price_differences" },
  HoldReleased: { meaning: "A hold was released.", data: "hold_no, kind" },
  ReservationExpired: { meaning: "A hold outlived its due time and the stock it kept was let go.", data: "holds, shipments" },
  LinesCancelled: { meaning: "Units were cancelled, or a node was asked to.", data: "lines, forced, requested_by (customer or seller)" },
  CancelRequested: { meaning: "A node was asked to stop work on units it already has.", data: "shipment_no, lines" },
  CancelAnswered: { meaning: "A node answered a cancel request.", data: "shipment_no, accepted, requested_by" },
  ShipmentReleased: { meaning: "A shipment was handed to its node.", data: "shipment_no, node, planned_ship_date, time_zone; where it shares a parcel: parcel, parcel_shipments, saving_micros; where a late release moves its claim on capacity: moved_from (date, hour)" },
  ShipmentAccepted: { meaning: "The node took the shipment on.", data: "shipment_no" },
  ShipmentRejected: { meaning: "The node refused, or what it was told of was taken from it again before it was accepted (CLOSED, AT_RISK); what it had was re-sourced away from it.", data: "shipment_no, reason_code" },
  ShipmentPicked: { meaning: "Units were picked, in full or short.", data: "shipment_no, lines, short" },
  ShipmentPacked: { meaning: "Units were packed into packages.", data: "shipment_no, packages" },
  ShipmentShipped: { meaning: "Packed goods left with a carrier.", data: "shipment_no, carrier, tracking_number; where it shares a parcel: parcel_shipments, service" },
  ShipmentHandedOver: { meaning: "Packed goods were handed to the customer in person.", data: "shipment_no" },
  ShipmentArrivedAtStore: { meaning: "Goods that another node sent arrived where the customer collects them; what was missing was routed anew.", data: "shipment_no, node, lines, short" },
  ShipmentDelivered: { meaning: "The carrier delivered, or the customer collected what was sent to a store.", data: "shipment_no, lines" },
  ShipmentLost: { meaning: "The carrier lost goods.", data: "shipment_no, lines" },
  ShipmentReturnedToSender: { meaning: "The carrier brought goods back undelivered, or nobody collected them at the store they were sent to.", data: "shipment_no, lines" },
  ShipmentTimedOut: { meaning: "A node did not take a shipment on in time; it was re-sourced.", data: "shipment_no, since" },
  StockReceived: { meaning: "Goods arrived at a node.", data: "item, node, change; of a document's line also supply, condition" },
  StockAdjusted: { meaning: "A count or adjustment changed what is on hand.", data: "item, node, change; of a count also counted" },
  SupplyCreated: { meaning: "Inbound goods were announced.", data: "supply, item, node, quantity, due_at" },
  SupplyOrderCreated: { meaning: "A purchase order, transfer or other document of inbound goods was made; each of its lines is a supply.", data: "supply_order, kind, reference, node, from_node, lines" },
  SupplyShipped: { meaning: "The goods of a transfer left their source.", data: "supply_order, reference, lines" },
  SupplyChanged: { meaning: "Inbound goods were announced otherwise than before.", data: "supply, item, due_at, quantity, confidence" },
  SupplyDiscrepancy: { meaning: "More, less or in another condition than announced: over, short or damaged.", data: "supply, item, kind, quantity, announced, received" },
  SupplyFreed: { meaning: "Inbound goods that orders had claimed are free for others that wait.", data: "item" },
  PromiseChanged: { meaning: "Units that wait for stock, or whose date was promised with a claim, are to be there at another time, or nobody can say when.", data: "line, from, to" },
  PromiseAtRisk: { meaning: "A date that an order has to keep is at risk, or will be missed by what is known now, and could not be saved.", data: "level (at_risk or late), deadline (promise, deliver_by or ship_by), due_at, predicted_at, cause, shipment_no, tried" },
  ClaimCreated: { meaning: "Stock was claimed softly until a time.", data: "claim, expires_at, lines" },
  ClaimExtended: { meaning: "A soft claim was given more time.", data: "claim, expires_at" },
  ClaimReleased: { meaning: "A soft claim was given back, or became the reservation of an order.", data: "claim; where an order took it: converted" },
  ClaimExpired: { meaning: "A soft claim ran out.", data: "claim" },
  OrderFollowedChannel: { meaning: "A channel's newer state of an order was taken over, or held where it could not be.", data: "version, applied, open; of a line that was added: added, sku, quantity" },
  OrderTagged: { meaning: "Tags were put on an order, or taken off.", data: "added, removed" },
  OrderAssigned: { meaning: "An order was given to somebody to look after, or taken from them.", data: "from, to" },
  OrderNoted: { meaning: "Somebody wrote a note about an order, or deleted one; what it says is personal data and stands in no event.", data: "note, mentions; where it was deleted: deleted" },
  LineIdentified: { meaning: "Somebody said which item a line's goods are.", data: "line, item, sku, quantity" },
  VariantMapped: { meaning: "What a channel calls some goods was mapped to an item.", data: "channel, variant, item, sku, unit" },
  InvoiceCreated: {
    meaning: "An invoice was made of a shipment that left: everything that books need, in minor units of its currency.",
    data: "invoice, number, shipment_no, supplied_at, currency, tax_included, lines (line, sku, quantity, total_minor, discount_minor, order_discount_minor, tax_minor), goods_minor, discount_minor, shipping_minor, shipping_discount_minor, shipping_tax_minor, other_minor, adjustment_minor, tax_minor, total_minor",
  },
  InvoiceSellerSaved: { meaning: "Who sells, as invoices name them, was changed.", data: "channel, series" },
  ExceptionResolved: { meaning: "An exception was settled by hand.", data: "exception, kind" },
  ItemSaved: { meaning: "An item was created or changed.", data: "item, sku; of a change: changed (by field what it was and is, or hidden)" },
  NodeSaved: { meaning: "A node was created or changed.", data: "node, code, status, closure; of a change: changed" },
  NodesClosed: { meaning: "Nodes were closed together: they take no new orders, and those that wait there leave.", data: "closure, nodes, until, orders" },
  NodesOpened: { meaning: "Nodes that were closed take orders again.", data: "nodes" },
  PriceListSaved: { meaning: "A price list was created or changed.", data: "price_list, code" },
  PricesSaved: { meaning: "Prices of a list were added or changed.", data: "price_list, code, prices, skus" },
  StrategyDrafted: { meaning: "The draft of a routing strategy was written or changed.", data: "strategy, version, revision, groups" },
  StrategyDraftDropped: { meaning: "The draft of a routing strategy was thrown away.", data: "strategy, version" },
  StrategyPublished: { meaning: "A version of a routing strategy was published: it decides from valid_from on.", data: "strategy, version, valid_from, back_to" },
  StrategyWithdrawn: { meaning: "An announced version of a routing strategy was withdrawn before it took effect.", data: "strategy, version, valid_from; what goes on deciding in its place: in_effect, until" },
  ShippingFactSaved: { meaning: "A calendar, carrier service, rate card, package type, the exchange rates, a customs territory, duty rates or an export restriction were saved, or ended.", data: "kind, code, valid_from, ended" },
  ChannelRateRaised: { meaning: "A channel's rate of late shipments or of cancellations came near its limit, or over it.", data: "channel, rate, state (near or over), failed, orders, percent, threshold_percent, window_days" },
  ChannelPaused: { meaning: "New orders of a channel wait for it to be resumed before they are released.", data: "channel, until" },
  ChannelThrottled: { meaning: "New orders of a channel are let through to release only so many in a time.", data: "channel, until, orders, per_seconds" },
  ChannelResumed: { meaning: "Orders of a channel that waited are let through, and new ones as ever.", data: "channel" },
  UserAdded: { meaning: "A person who may sign in was added.", data: "user, roles, nodes" },
  UserChanged: { meaning: "A person was given other roles or nodes, another address or name, or may sign in again.", data: "user, changed, roles, nodes" },
  UserDisabled: { meaning: "A person may not sign in any more.", data: "user" },
  UserSecured: { meaning: "What a person signs in with was changed.", data: "user, what (password or totp)" },
  UserPasskeyAdded: { meaning: "A person may sign in with a further passkey.", data: "user, passkey" },
  UserPasskeyRemoved: { meaning: "A passkey signs nobody in any more, removed by its person or by an administrator.", data: "user, passkey" },
  UserLinked: { meaning: "A person signed in through the identity provider for the first time: that account there is this person from now on.", data: "user, issuer" },
  UserUnlinked: { meaning: "An administrator parted a person from its account at the identity provider.", data: "user, issuer" },
  UserSignedIn: { meaning: "A person signed in. Only administrators are told.", data: "user, method" },
  SignInFailed: { meaning: "Somebody tried to sign in as a person and was wrong. Only administrators are told.", data: "user, method" },
  UserErased: { meaning: "The name and the address of a person were erased.", data: "user" },
  CustomerChanged: { meaning: "A note or a consent of a customer was recorded, or a note deleted; what they say stands in no event.", data: "customer; of a note: note, deleted; of a consent: consent, kind, given" },
  CustomerMerged: { meaning: "A customer was found to be another one, who has all of it now.", data: "customer, merged_into, orders, notes, consents" },
  CustomerExported: { meaning: "Everything that is held of a customer was handed out.", data: "customer, orders" },
  CustomerErased: { meaning: "What is personal of a customer was erased, in every order, mail, note and message.", data: "customer, orders, notes, consents, messages, drafts" },
  OrderDraftPlaced: { meaning: "An order that somebody took down was placed.", data: "draft, owner, discount_minor" },
  OrderDraftDiscarded: { meaning: "An order that somebody was taking down was thrown away, by somebody or because nobody had changed it for so long.", data: "draft, owner, changed_at" },
  ChannelSaved: { meaning: "A channel was created or changed.", data: "channel, code; of a change: changed" },
  ApiKeySaved: { meaning: "An API key was made, or made in place of another.", data: "key, scopes, expires_at; where it replaces another: replaces, replaced_until" },
  ApiKeyRevoked: { meaning: "An API key was revoked.", data: "key" },
  WebhookSaved: { meaning: "A webhook was created or changed, or its secret replaced.", data: "webhook, status; of a change: changed" },
  WebhookDeleted: { meaning: "A webhook was deleted.", data: "webhook" },
  ConnectionSaved: { meaning: "A connection to a channel was created or changed, or its secret replaced.", data: "connection, code, status; of a change: changed" },
  ConnectionDeleted: { meaning: "A connection to a channel was deleted.", data: "connection" },
  MailSettingsSaved: { meaning: "What the mails of a channel are like was changed, or one of their templates.", data: "channel; of settings: changed; of a template: kind, language, removed" },
  ReportScheduleSaved: { meaning: "When and to whom a report is sent by mail was set, or changed.", data: "report_schedule, report; of a change: changed" },
  ReportScheduleDeleted: { meaning: "A report is not sent by mail any more.", data: "report_schedule, report" },
} as const satisfies Readonly<Record<string, { meaning: string; data: string }>>;

export type EventType = keyof typeof EVENTS;

/** Who signed in and when is for administrators alone. */
export const PRIVATE_EVENTS: readonly EventType[] = ["UserSignedIn", "SignInFailed"];
export const isPrivateEvent = (type: string): boolean => PRIVATE_EVENTS.some((one) => one === type);

/** A fact as the domain states it; the store gives it its position. Ids and figures only, never personal data. */
export interface OrdoEvent {
  readonly id: string;
  readonly type: EventType;
  readonly orderId: string | null;
  readonly occurredAt: number;
  readonly actor: string;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly origin?: Origin | null | undefined;
}

/** How a change came about, beside who made it. */
export interface Origin {
  /** The request that it was asked with, as answers and logs name it; null where nobody asked. */
  readonly request: string | null;
  /** What it came through, where its actor does not say: "cli" as the client claimed, or the public id of the job that made it. */
  readonly via: string | null;
}

/** In whose name something is done, and how it came about. */
export interface By {
  readonly actor: string;
  readonly origin?: Origin | null | undefined;
}

/** Who does this, when, and where new ids come from: all the outside world a decision may see. */
export interface Context extends By {
  readonly now: number;
  readonly newId: () => string;
}
