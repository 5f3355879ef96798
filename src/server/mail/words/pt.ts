import type { MailWords } from "../layout.ts";

export const pt: MailWords = {
  hello: "Olá, {{customer.name}}.", helloNobody: "Olá.", regards: "Com os melhores cumprimentos", toFollow: "segue mais tarde",
  total: "Total", shipping: "Envio", discount: "Desconto", tax: "Acrescem impostos", taxIncluded: "Impostos incluídos", deliverTo: "Endereço de entrega", parcel: "Encomenda", track: "Acompanhar o envio",
  confirmation: {
    subject: "O seu pedido {{order.name}}", title: "Obrigado pelo seu pedido", text: "Recebemos o seu pedido {{order.name}} em {{order.date}}. Voltaremos a escrever assim que estiver a caminho.",
    items: "O que pediu", toFollowNote: "Os artigos com a indicação «segue mais tarde» não estão disponíveis neste momento. Serão enviados assim que chegarem.",
  },
  shipped: {
    subject: "O seu pedido {{order.name}} está a caminho", title: "A sua encomenda está a caminho", text: "Enviámos os seguintes artigos do seu pedido {{order.name}} de {{order.date}}.",
    items: "Neste envio", remaining: "Ainda por enviar", complete: "Com este envio, o seu pedido fica completo.",
  },
  delayed: {
    subject: "O seu pedido {{order.name}} vai demorar um pouco mais", title: "Precisamos de um pouco mais de tempo",
    text: "Parte do seu pedido {{order.name}} de {{order.date}} não pode seguir como previsto. Pedimos desculpa.",
    items: "O que está atrasado", after: "Não precisa de fazer nada: enviaremos assim que possível e avisaremos nessa altura.",
  },
  cancelled: {
    subject: "Cancelamento no seu pedido {{order.name}}", title: "Houve um cancelamento", text: "Foi cancelado o seguinte do seu pedido {{order.name}} de {{order.date}}. Não será enviado.",
    items: "Cancelado", remaining: "Ainda por enviar", nothingLeft: "Não há mais nada deste pedido por enviar.",
  },
};
