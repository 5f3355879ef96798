import type { MailWords } from "../layout.ts";

export const fr: MailWords = {
  hello: "Bonjour {{customer.name}},", helloNobody: "Bonjour,", regards: "Cordialement", toFollow: "à suivre",
  total: "Total", shipping: "Livraison", discount: "Remise", tax: "Taxes en sus", taxIncluded: "Dont taxes", deliverTo: "Adresse de livraison", parcel: "Colis", track: "Suivre le colis",
  confirmation: {
    subject: "Votre commande {{order.name}}", title: "Merci pour votre commande",
    text: "Nous avons bien reçu votre commande {{order.name}} le {{order.date}}. Nous vous écrirons à nouveau dès son expédition.",
    items: "Votre commande", toFollowNote: "Les articles marqués « à suivre » ne sont pas en stock pour le moment. Nous vous les enverrons dès leur arrivée.",
  },
  shipped: {
    subject: "Votre commande {{order.name}} est en route", title: "Votre colis est en route", text: "Nous avons expédié les articles suivants de votre commande {{order.name}} du {{order.date}}.",
    items: "Dans cet envoi", remaining: "Encore à venir", complete: "Votre commande est maintenant complète.",
  },
  delayed: {
    subject: "Votre commande {{order.name}} prend un peu de retard", title: "Il nous faut un peu plus de temps",
    text: "Une partie de votre commande {{order.name}} du {{order.date}} ne peut pas partir comme prévu. Nous vous prions de nous en excuser.",
    items: "Articles retardés", after: "Vous n’avez rien à faire : nous les enverrons dès que possible et vous en informerons.",
  },
  cancelled: {
    subject: "Annulation dans votre commande {{order.name}}", title: "Des articles ont été annulés",
    text: "Les articles suivants de votre commande {{order.name}} du {{order.date}} ont été annulés. Ils ne seront pas expédiés.",
    items: "Annulé", remaining: "Encore à venir", nothingLeft: "Il ne reste rien d’autre à livrer pour cette commande.",
  },
};
