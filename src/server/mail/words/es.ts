import type { MailWords } from "../layout.ts";

export const es: MailWords = {
  hello: "Hola, {{customer.name}}:", helloNobody: "Hola:", regards: "Un saludo", toFollow: "se enviará más adelante",
  total: "Total", shipping: "Envío", discount: "Descuento", tax: "Impuestos aparte", taxIncluded: "Impuestos incluidos", deliverTo: "Dirección de entrega", parcel: "Paquete", track: "Seguir el envío",
  confirmation: {
    subject: "Tu pedido {{order.name}}", title: "Gracias por tu pedido", text: "Hemos recibido tu pedido {{order.name}} el {{order.date}}. Te escribiremos de nuevo en cuanto esté en camino.",
    items: "Lo que has pedido", toFollowNote: "Los artículos marcados con «se enviará más adelante» no están disponibles ahora mismo. Te los enviaremos en cuanto lleguen.",
  },
  shipped: {
    subject: "Tu pedido {{order.name}} está en camino", title: "Tu paquete está en camino", text: "Hemos enviado lo siguiente de tu pedido {{order.name}} del {{order.date}}.",
    items: "En este envío", remaining: "Pendiente de envío", complete: "Con esto, tu pedido está completo.",
  },
  delayed: {
    subject: "Tu pedido {{order.name}} tardará un poco más", title: "Necesitamos un poco más de tiempo",
    text: "Una parte de tu pedido {{order.name}} del {{order.date}} no puede salir según lo previsto. Lo sentimos mucho.",
    items: "Lo que se retrasa", after: "No tienes que hacer nada: lo enviaremos en cuanto lo tengamos y te avisaremos.",
  },
  cancelled: {
    subject: "Cancelación en tu pedido {{order.name}}", title: "Se han cancelado artículos", text: "Se ha cancelado lo siguiente de tu pedido {{order.name}} del {{order.date}}. No se enviará.",
    items: "Cancelado", remaining: "Pendiente de envío", nothingLeft: "No queda nada más por enviar de este pedido.",
  },
};
