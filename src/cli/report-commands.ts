import { CADENCES, COMPARED, GROUPS, LANGUAGES, PERIODS } from './choices.ts';
import { type Command, type CommandOption, from } from './command.ts';

const reports = () => import('./commands/reports.ts');
const schedules = () => import('./commands/report-schedules.ts');

const scheduleOptions: readonly CommandOption[] = [
  { name: '--name NAME', meaning: 'The subject of the mail.' }, { name: '--to PEOPLE', meaning: 'People by their ids, or e-mail addresses; several with commas.' },
  { name: '--cadence CADENCE', meaning: 'How often.', choices: CADENCES }, { name: '--time TIME', meaning: 'When, by the clocks of --zone, such as 07:30.' },
  { name: '--zone ZONE', meaning: 'Whose clocks and days, such as Europe/Berlin (of a new one: UTC).' }, { name: '--weekday N', meaning: 'Of a weekly one: 1 is Monday, 7 is Sunday.' },
  { name: '--month-day N', meaning: 'Of a monthly one: 1 to 31; of a shorter month its last day.' },
  { name: '--period PERIOD', meaning: 'Which days that are over it says (of a new one: last_7_days).', choices: PERIODS },
  { name: '--by GROUP', meaning: 'What the rows are.', choices: [...GROUPS, 'none'] }, { name: '--channel CODE', meaning: 'Only this channel.' }, { name: '--node CODE', meaning: 'Only this node.' },
  { name: '--compare TIME', meaning: 'With as many days before, or the same days a year earlier.', choices: [...COMPARED, 'none'] }, { name: '--language LANGUAGE', meaning: 'Of the mail (of a new one: en).', choices: LANGUAGES },
];

/** Commands that read reports, and that have them sent by mail. */
export const REPORT_COMMANDS: readonly Command[] = [
  { name: 'reports list', usage: 'ordo reports list', summary: 'Lists reports with what each of them says', load: from(reports, 'list') },
  {
    name: 'reports show', usage: 'ordo reports show CODE [--from DAY] [--to DAY] [--by GROUP] [--compare TIME]', summary: 'Shows a report, the last 30 days by day where nothing else is asked', needs: ['CODE'], load: from(reports, 'show'),
    options: [
      { name: '--from DAY', meaning: 'The first day, such as 2026-03-01.' }, { name: '--to DAY', meaning: 'The last day (default today).' }, { name: '--zone ZONE', meaning: 'Whose days, such as Europe/Berlin (default UTC).' },
      { name: '--channel CODE', meaning: 'Only this channel.' }, { name: '--node CODE', meaning: 'Only this node.' }, { name: '--by GROUP', meaning: 'What the rows are (default day).', choices: GROUPS },
      { name: '--compare TIME', meaning: 'With previous, as many days before; with year, the same days a year earlier.', choices: COMPARED },
    ],
  },
  {
    name: 'reports schedule list', usage: 'ordo reports schedule list [--report CODE]', summary: 'Lists the reports that are sent by mail, when each is next, and what came of the last time', load: from(schedules, 'list'),
    options: [{ name: '--report CODE', meaning: 'Only this report.' }],
  },
  {
    name: 'reports schedule create', usage: 'ordo reports schedule create REPORT --name NAME --to PEOPLE --cadence CADENCE --time TIME', needs: ['REPORT'], load: from(schedules, 'create'),
    summary: 'Has a report sent by mail again and again, as a table with a link', options: [...scheduleOptions, { name: '--paused', meaning: 'Sends nothing until it is resumed.' }],
  },
  {
    name: 'reports schedule change', usage: 'ordo reports schedule change ID [--time TIME] [--to PEOPLE]', summary: 'Changes when, what and to whom a report is sent; what is left out stays, "none" takes a choice back', needs: ['ID'], options: scheduleOptions,
    load: from(schedules, 'change'),
  },
  { name: 'reports schedule pause', usage: 'ordo reports schedule pause ID', summary: 'Sends a report no more until it is resumed', needs: ['ID'], load: from(schedules, 'pause') },
  { name: 'reports schedule resume', usage: 'ordo reports schedule resume ID', summary: 'Sends a paused report again, from its next time on', needs: ['ID'], load: from(schedules, 'resume') },
  { name: 'reports schedule send', usage: 'ordo reports schedule send ID', summary: 'Sends a report now, beside its times, and waits for what comes of it', needs: ['ID'], load: from(schedules, 'send') },
  { name: 'reports schedule remove', usage: 'ordo reports schedule remove ID', summary: 'Sends a report never again', needs: ['ID'], load: from(schedules, 'remove') },
  {
    name: 'reports rebuild', usage: 'ordo reports rebuild', load: from(reports, 'rebuild'),
    summary: 'Counts anew what reports are made of, beside live work; may be stopped and run again',
  },
];
