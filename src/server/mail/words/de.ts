import type { MailWords } from "../layout.ts";

export const de: MailWords = {
  hello: "Guten Tag {{customer.name}},", helloNobody: "Guten Tag,", regards: "Freundliche Grüße", toFollow: "folgt später",
  total: "Gesamtbetrag", shipping: "Versand", discount: "Rabatt", tax: "zzgl. Steuer", taxIncluded: "Enthaltene Steuer", deliverTo: "Lieferadresse", parcel: "Paket", track: "Sendung verfolgen",
  confirmation: {
    subject: "Ihre Bestellung {{order.name}}", title: "Vielen Dank für Ihre Bestellung",
    text: "wir haben Ihre Bestellung {{order.name}} am {{order.date}} erhalten. Sobald sie unterwegs ist, schreiben wir Ihnen wieder.",
    items: "Das haben Sie bestellt", toFollowNote: "Was mit „folgt später“ gekennzeichnet ist, haben wir gerade nicht auf Lager. Wir senden es Ihnen, sobald es eintrifft.",
  },
  shipped: {
    subject: "Ihre Bestellung {{order.name}} ist unterwegs", title: "Ihr Paket ist unterwegs", text: "wir haben Folgendes aus Ihrer Bestellung {{order.name}} vom {{order.date}} verschickt.",
    items: "In dieser Lieferung", remaining: "Das folgt noch", complete: "Damit ist Ihre Bestellung vollständig.",
  },
  delayed: {
    subject: "Ihre Bestellung {{order.name}} verzögert sich", title: "Wir brauchen etwas mehr Zeit",
    text: "ein Teil Ihrer Bestellung {{order.name}} vom {{order.date}} kann nicht wie geplant verschickt werden. Das tut uns leid.",
    items: "Das verzögert sich", after: "Sie müssen nichts tun: Wir verschicken es, sobald wir es haben, und schreiben Ihnen dann.",
  },
  cancelled: {
    subject: "Stornierung zu Ihrer Bestellung {{order.name}}", title: "Es wurde etwas storniert", text: "aus Ihrer Bestellung {{order.name}} vom {{order.date}} wurde Folgendes storniert. Es wird nicht verschickt.",
    items: "Storniert", remaining: "Das folgt noch", nothingLeft: "Aus dieser Bestellung folgt sonst nichts mehr.",
  },
};
