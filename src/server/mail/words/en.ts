import type { MailWords } from "../layout.ts";

export const en: MailWords = {
  hello: "Hello {{customer.name}},", helloNobody: "Hello,", regards: "Kind regards", toFollow: "to follow",
  total: "Total", shipping: "Shipping", discount: "Discount", tax: "Plus tax", taxIncluded: "Tax included", deliverTo: "Delivery address", parcel: "Parcel", track: "Track it here",
  confirmation: {
    subject: "Your order {{order.name}}", title: "Thank you for your order", text: "We received your order {{order.name}} on {{order.date}}. We will write again as soon as it is on its way.",
    items: "What you ordered", toFollowNote: "What is marked “to follow” is not in stock right now. We will send it as soon as it arrives.",
  },
  shipped: {
    subject: "Your order {{order.name}} is on its way", title: "Your parcel is on its way", text: "We have sent the following from your order {{order.name}} of {{order.date}}.",
    items: "In this delivery", remaining: "Still to come", complete: "With this, your order is complete.",
  },
  delayed: {
    subject: "Your order {{order.name}} will take a little longer", title: "We need a little more time", text: "Some of your order {{order.name}} of {{order.date}} cannot leave as planned. We are sorry about that.",
    items: "What is delayed", after: "You do not need to do anything: we will send it as soon as we have it, and write to you then.",
  },
  cancelled: {
    subject: "Cancellation from your order {{order.name}}", title: "Something was cancelled", text: "The following was cancelled from your order {{order.name}} of {{order.date}}. It will not be sent.",
    items: "Cancelled", remaining: "Still to come", nothingLeft: "Nothing else of this order is still to come.",
  },
};
