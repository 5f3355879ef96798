import type { MailWords } from "../layout.ts";

export const it: MailWords = {
  hello: "Buongiorno {{customer.name}},", helloNobody: "Buongiorno,", regards: "Cordiali saluti", toFollow: "seguirà",
  total: "Totale", shipping: "Spedizione", discount: "Sconto", tax: "Più imposte", taxIncluded: "Imposte incluse", deliverTo: "Indirizzo di consegna", parcel: "Pacco", track: "Segui la spedizione",
  confirmation: {
    subject: "Il tuo ordine {{order.name}}", title: "Grazie per il tuo ordine", text: "abbiamo ricevuto il tuo ordine {{order.name}} il {{order.date}}. Ti scriveremo di nuovo appena sarà in viaggio.",
    items: "Che cosa hai ordinato", toFollowNote: "Gli articoli con l’indicazione «seguirà» non sono al momento disponibili. Te li invieremo appena arrivano.",
  },
  shipped: {
    subject: "Il tuo ordine {{order.name}} è in viaggio", title: "Il tuo pacco è in viaggio", text: "abbiamo spedito i seguenti articoli del tuo ordine {{order.name}} del {{order.date}}.",
    items: "In questa spedizione", remaining: "Ancora in arrivo", complete: "Con questa spedizione il tuo ordine è completo.",
  },
  delayed: {
    subject: "Il tuo ordine {{order.name}} è in ritardo", title: "Ci serve ancora un po’ di tempo",
    text: "una parte del tuo ordine {{order.name}} del {{order.date}} non può partire come previsto. Ce ne scusiamo.",
    items: "Articoli in ritardo", after: "Non devi fare nulla: li spediremo appena disponibili e ti avviseremo.",
  },
  cancelled: {
    subject: "Annullamento nel tuo ordine {{order.name}}", title: "Alcuni articoli sono stati annullati",
    text: "i seguenti articoli del tuo ordine {{order.name}} del {{order.date}} sono stati annullati. Non saranno spediti.",
    items: "Annullato", remaining: "Ancora in arrivo", nothingLeft: "Di questo ordine non resta altro da spedire.",
  },
};
