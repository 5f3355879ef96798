// The names of states, holds and stages.
import { words } from './words.ts';

export const stateWords = words(
  {
    'order.PENDING': 'Pending', 'order.ON_HOLD': 'On hold', 'order.BACKORDERED': 'Backordered', 'order.PROCESSING': 'Processing', 'order.PARTIALLY_SHIPPED': 'Part-shipped', 'order.SHIPPED': 'Shipped',
    'order.COMPLETED': 'Completed', 'order.PARTIALLY_CANCELLED': 'Part-cancelled', 'order.CANCELLED': 'Cancelled',
    'shipment.PLANNED': 'Planned', 'shipment.RELEASED': 'Released', 'shipment.ACCEPTED': 'Accepted', 'shipment.PICKED': 'Picked', 'shipment.PACKED': 'Packed', 'shipment.SHIPPED': 'Shipped',
    'shipment.AT_STORE': 'At the store', 'shipment.HANDED_OVER': 'Handed over', 'shipment.DELIVERED': 'Delivered', 'shipment.LOST': 'Lost', 'shipment.RETURNED_TO_SENDER': 'Returned', 'shipment.CANCELLED': 'Cancelled',
    'payment.paid': 'Paid', 'payment.authorised': 'Authorised', 'payment.partially_paid': 'Partly paid', 'payment.pending': 'Unpaid', 'payment.failed': 'Failed',
    'hold.ITEM': 'Item', 'hold.ADDRESS': 'Address', 'hold.PAYMENT': 'Payment', 'hold.FRAUD': 'Fraud', 'hold.CREDIT': 'Credit', 'hold.APPROVAL': 'Approval', 'hold.PRICING': 'Pricing', 'hold.TAX': 'Tax',
    'hold.CHANNEL_CHANGE': 'Channel change', 'hold.CHANNEL_PAUSED': 'Channel paused', 'hold.CUSTOMER': 'Customer', 'hold.MANUAL': 'By hand',
    'blocks.all': 'stops routing and release', 'blocks.release': 'stops release',
    'mail.waiting': 'To be written', 'mail.ready': 'To be sent', 'mail.sending': 'Being sent', 'mail.sent': 'Sent', 'mail.kept': 'Kept here', 'mail.joined': 'In another', 'mail.dropped': 'Not needed', 'mail.refused': 'Refused', 'mail.dead': 'Not taken',
    'stage.delivered': 'delivered', 'stage.handed_over': 'handed over', 'stage.in_transit': 'in transit', 'stage.packed': 'packed', 'stage.picked': 'picked', 'stage.released': 'at the node', 'stage.reserved': 'reserved',
    'stage.preordered': 'pre-ordered', 'stage.backordered': 'backordered', 'stage.pending': 'without a node', 'stage.lost': 'lost', 'stage.returned_to_sender': 'returned to sender', 'stage.cancelled': 'cancelled',
    'found.number': 'Number', 'found.external_id': 'External id', 'found.channel_name': 'Name at the channel', 'found.email': 'E-mail', 'found.name': 'Name', 'found.company': 'Company', 'found.phone': 'Phone',
    'found.tracking_number': 'Tracking', 'found.sku': 'SKU', 'found.title': 'Item', 'found.postcode': 'Postcode', 'found.city': 'Town',
  },
  {
    'order.PENDING': 'Offen', 'order.ON_HOLD': 'Angehalten', 'order.BACKORDERED': 'Im Rückstand', 'order.PROCESSING': 'In Arbeit', 'order.PARTIALLY_SHIPPED': 'Teilversandt', 'order.SHIPPED': 'Versandt',
    'order.COMPLETED': 'Abgeschlossen', 'order.PARTIALLY_CANCELLED': 'Teilstorniert', 'order.CANCELLED': 'Storniert',
    'shipment.PLANNED': 'Geplant', 'shipment.RELEASED': 'Freigegeben', 'shipment.ACCEPTED': 'Angenommen', 'shipment.PICKED': 'Kommissioniert', 'shipment.PACKED': 'Gepackt', 'shipment.SHIPPED': 'Versandt',
    'shipment.AT_STORE': 'In der Filiale', 'shipment.HANDED_OVER': 'Übergeben', 'shipment.DELIVERED': 'Zugestellt', 'shipment.LOST': 'Verloren', 'shipment.RETURNED_TO_SENDER': 'Zurückgekommen', 'shipment.CANCELLED': 'Storniert',
    'payment.paid': 'Bezahlt', 'payment.authorised': 'Autorisiert', 'payment.partially_paid': 'Teilbezahlt', 'payment.pending': 'Unbezahlt', 'payment.failed': 'Gescheitert',
    'hold.ITEM': 'Artikel', 'hold.ADDRESS': 'Adresse', 'hold.PAYMENT': 'Zahlung', 'hold.FRAUD': 'Betrugsverdacht', 'hold.CREDIT': 'Kredit', 'hold.APPROVAL': 'Genehmigung', 'hold.PRICING': 'Preise', 'hold.TAX': 'Steuer',
    'hold.CHANNEL_CHANGE': 'Kanaländerung', 'hold.CHANNEL_PAUSED': 'Kanal pausiert', 'hold.CUSTOMER': 'Kunde', 'hold.MANUAL': 'Von Hand',
    'blocks.all': 'hält Zuteilung und Freigabe auf', 'blocks.release': 'hält die Freigabe auf',
    'mail.waiting': 'Zu schreiben', 'mail.ready': 'Zu senden', 'mail.sending': 'Wird gesendet', 'mail.sent': 'Gesendet', 'mail.kept': 'Hier behalten', 'mail.joined': 'In einer anderen', 'mail.dropped': 'Nicht nötig', 'mail.refused': 'Abgelehnt', 'mail.dead': 'Nicht angenommen',
    'stage.delivered': 'zugestellt', 'stage.handed_over': 'übergeben', 'stage.in_transit': 'unterwegs', 'stage.packed': 'gepackt', 'stage.picked': 'kommissioniert', 'stage.released': 'am Standort', 'stage.reserved': 'reserviert',
    'stage.preordered': 'vorbestellt', 'stage.backordered': 'im Rückstand', 'stage.pending': 'ohne Standort', 'stage.lost': 'verloren', 'stage.returned_to_sender': 'zurückgekommen', 'stage.cancelled': 'storniert',
    'found.number': 'Nummer', 'found.external_id': 'Externe Nummer', 'found.channel_name': 'Name im Kanal', 'found.email': 'E-Mail', 'found.name': 'Name', 'found.company': 'Firma', 'found.phone': 'Telefon',
    'found.tracking_number': 'Sendung', 'found.sku': 'SKU', 'found.title': 'Artikel', 'found.postcode': 'Postleitzahl', 'found.city': 'Ort',
  },
);
