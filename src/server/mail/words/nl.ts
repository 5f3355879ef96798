import type { MailWords } from "../layout.ts";

export const nl: MailWords = {
  hello: "Hallo {{customer.name}},", helloNobody: "Hallo,", regards: "Met vriendelijke groet", toFollow: "volgt later",
  total: "Totaal", shipping: "Verzending", discount: "Korting", tax: "Exclusief belasting", taxIncluded: "Inclusief belasting", deliverTo: "Bezorgadres", parcel: "Pakket", track: "Volg je pakket",
  confirmation: {
    subject: "Je bestelling {{order.name}}", title: "Bedankt voor je bestelling", text: "We hebben je bestelling {{order.name}} op {{order.date}} ontvangen. Zodra die onderweg is, hoor je weer van ons.",
    items: "Dit heb je besteld", toFollowNote: "Wat met ‘volgt later’ is aangegeven, is nu niet op voorraad. We sturen het zodra het binnen is.",
  },
  shipped: {
    subject: "Je bestelling {{order.name}} is onderweg", title: "Je pakket is onderweg", text: "We hebben het volgende uit je bestelling {{order.name}} van {{order.date}} verstuurd.",
    items: "In deze zending", remaining: "Dit volgt nog", complete: "Hiermee is je bestelling compleet.",
  },
  delayed: {
    subject: "Je bestelling {{order.name}} duurt iets langer", title: "We hebben iets meer tijd nodig",
    text: "Een deel van je bestelling {{order.name}} van {{order.date}} kan niet volgens plan worden verstuurd. Onze excuses daarvoor.",
    items: "Dit is vertraagd", after: "Je hoeft niets te doen: we sturen het zodra we het hebben en laten het je dan weten.",
  },
  cancelled: {
    subject: "Annulering in je bestelling {{order.name}}", title: "Er is iets geannuleerd", text: "Het volgende uit je bestelling {{order.name}} van {{order.date}} is geannuleerd. Het wordt niet verstuurd.",
    items: "Geannuleerd", remaining: "Dit volgt nog", nothingLeft: "Verder volgt er niets meer uit deze bestelling.",
  },
};
