/** Where the public page of a carrier shows a parcel; carriers by a part of their name, as shops write it. */
const PAGES: readonly (readonly [RegExp, string])[] = [
  [/\bdhl\b/i, "https://www.dhl.com/global-en/home/tracking.html?tracking-id="],
  [/\bups\b/i, "https://www.ups.com/track?tracknum="],
  [/\bfed\s?ex\b/i, "https://www.fedex.com/fedextrack/?trknbr="],
  [/\busps\b/i, "https://tools.usps.com/go/TrackConfirmAction?tLabels="],
  [/\broyal mail\b/i, "https://www.royalmail.com/track-your-item#/tracking-results/"],
  [/\bgls\b/i, "https://gls-group.eu/track/"],
  [/\bdpd\b/i, "https://www.dpdgroup.com/mydpd/my-parcels/search?parcelNumber="],
  [/\bhermes\b|\bevri\b/i, "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation/#"],
  [/\bpostnl\b/i, "https://postnl.post/details?barcodes="],
  [/\bcorreos\b/i, "https://www.correos.es/es/en/tools/tracker/items/details?tracking-number="],
  [/\bla poste\b|\bcolissimo\b/i, "https://www.laposte.fr/outils/suivre-vos-envois?code="],
];

/** Empty where the carrier is not one of those: then the number has to do. */
export function trackingUrl(carrier: string, number: string): string {
  const page = PAGES.find(([name]) => name.test(carrier))?.[1];
  return page === undefined || number === "" ? "" : page + encodeURIComponent(number);
}
