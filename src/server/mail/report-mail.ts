import type { MailMessage } from '../../flows/mails.ts';
import type { ReportSchedule } from '../../flows/report-schedules.ts';
import { oneLine } from './address.ts';
import { renderHtml, renderText } from './template.ts';

/** The mail of a report that is sent again and again. */

const WORDS = {
  en: {
    days: '{{from}} to {{to}}, days of {{zone}}', now: 'as of now', table: 'The numbers are in the attached table {{file}}.', link: 'Look at it in Ordo', why: 'You get this because somebody arranged for it to be sent {{how}}. Whoever arranged it can pause or end that on the page of the report.',
    daily: 'every day at {{time}}', weekly: 'every week at {{time}}', monthly: 'every month at {{time}}',
  },
  de: {
    days: '{{from}} bis {{to}}, Tage in {{zone}}', now: 'Stand jetzt', table: 'Die Zahlen stehen in der angehängten Tabelle {{file}}.', link: 'In Ordo ansehen', why: 'Sie erhalten dies, weil jemand den Versand {{how}} eingerichtet hat. Wer ihn eingerichtet hat, kann ihn auf der Seite des Berichts anhalten oder beenden.',
    daily: 'täglich um {{time}}', weekly: 'wöchentlich um {{time}}', monthly: 'monatlich um {{time}}',
  },
} as const;

export interface ReportLetter {
  readonly schedule: ReportSchedule;
  /** The days it is about, both included; null for one of now. */
  readonly days: { readonly from: string; readonly to: string } | null;
  readonly csv: string;
  /** Where it stands in the console; null where nobody knows the address that links begin with. */
  readonly link: string | null;
}

/** One mail for each address. */
export function reportMails({ schedule, days, csv, link }: ReportLetter, from: string, addresses: readonly string[]): MailMessage[] {
  const { language, name, minute, zone, cadence, report } = schedule;
  const words = WORDS[language];
  const title = oneLine(name);
  const file = `${report}${days === null ? '' : `-${days.from}-${days.to}`}.csv`;
  const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')} (${zone})`;
  const said = { title, link, file, when: renderText(days === null ? words.now : words.days, { ...days, zone }), how: renderText(words[cadence], { time }) };
  const text = `{{title}}\n{{when}}\n\n${words.table}\n{{#link}}\n${words.link}: {{link}}\n{{/link}}\n\n${words.why}\n`;
  const html = `<h1>{{title}}</h1><p>{{when}}</p><p>${words.table}</p>{{#link}}<p><a href="{{link}}">${words.link}</a></p>{{/link}}<p><small>${words.why}</small></p>`;
  return addresses.map((to) => ({
    language, from: { name: 'Ordo', address: from }, replyTo: null, to, subject: `${title}: ${said.when}`, text: renderText(text, said), html: renderHtml(html, said), attachment: { name: file, csv },
  }));
}
