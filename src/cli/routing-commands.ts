import { type Command, type CommandOption, from, limit } from './command.ts';

const routing = () => import('./commands/routing.ts');
const simulate = () => import('./commands/simulate.ts');
const shadow = () => import('./commands/shadow.ts');
const reEvaluate = () => import('./commands/re-evaluate.ts');
const whatIf = () => import('./commands/what-if.ts');
const note: CommandOption = { name: '--note TEXT', meaning: 'What changes and why; it is kept with the version.' };
const publishAt: CommandOption = { name: '--at TIME', meaning: 'When it takes over, such as 2026-03-01T00:00:00Z (default now).' };

/** What people do with routing strategies, and ask of them; a part of COMMANDS. */
export const ROUTING_COMMANDS: readonly Command[] = [
  {
    name: 'routing strategies', usage: 'ordo routing strategies', summary: 'Lists routing strategies: the version that decides, what is announced, the draft, and the channels', load: from(routing, 'strategies'),
    options: [limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' }],
  },
  {
    name: 'routing show', usage: 'ordo routing show CODE [--version N]', summary: 'Shows a strategy with its versions and groups; with --json its document, as it can be drafted again', needs: ['CODE'], load: from(routing, 'show'),
    options: [{ name: '--version N', meaning: 'Only this version (default the draft, or the one that decides).' }],
  },
  {
    name: 'routing draft', usage: 'ordo routing draft CODE [FILE] [--preset NAME] [--note TEXT]', summary: 'Writes the draft of a strategy from a JSON file or a preset; it decides nothing before it is published', needs: ['CODE'], load: from(routing, 'draft'),
    options: [
      { name: '--preset NAME', meaning: 'least_cost, nearest, fewest_splits, fastest, stores_first, balanced_load or priority_list.' }, { name: '--name TEXT', meaning: 'What people call the strategy.' }, note,
    ],
  },
  {
    name: 'routing check', usage: 'ordo routing check FILE [--code CODE]', summary: 'Names everything that is wrong with a strategy in a JSON file, and keeps nothing; ends with 1 where there is something', needs: ['FILE'], load: from(routing, 'check'),
    options: [{ name: '--code CODE', meaning: 'The strategy it is meant for: no alternate may lead back there.' }],
  },
  {
    name: 'routing publish', usage: 'ordo routing publish CODE [--at TIME] [--note TEXT]', summary: 'Publishes the draft of a strategy, now or from a time on', needs: ['CODE'], load: from(routing, 'publish'),
    options: [publishAt, note, { name: '--revision N', meaning: 'Only if the draft is still at this revision.' }],
  },
  {
    name: 'routing rollback', usage: 'ordo routing rollback CODE --to N [--at TIME] [--note TEXT]', summary: 'Publishes again what an older version said, as a new version', needs: ['CODE'], load: from(routing, 'rollback'),
    options: [{ name: '--to N', meaning: 'The version to go back to.' }, publishAt, note],
  },
  {
    name: 'routing withdraw', usage: 'ordo routing withdraw CODE --version N --reason TEXT', summary: 'Withdraws an announced version before it takes effect; what decides up to then goes on deciding', needs: ['CODE'], load: from(routing, 'withdraw'),
    options: [{ name: '--version N', meaning: 'The announced version.' }, { name: '--reason TEXT', meaning: 'Why; it is kept with the version.' }],
  },
  {
    name: 'routing diff', usage: 'ordo routing diff CODE --from N --to N', summary: 'Names every place in which two versions of a strategy differ', needs: ['CODE'], load: from(routing, 'diff'),
    options: [{ name: '--from N', meaning: 'The earlier version.' }, { name: '--to N', meaning: 'The later one.' }],
  },
  {
    name: 'routing what-if', usage: 'ordo routing what-if ORDER [--exclude NODE] [--strategy CODE] [--weight label=0.5]', needs: ['ORDER'], load: from(whatIf, 'whatIf'),
    summary: 'Says where an order would go if something were otherwise, and what that would change; changes nothing',
    options: [
      { name: '--exclude NODES', meaning: 'Without these nodes; several with commas.' }, { name: '--only NODES', meaning: 'With no node but these.' },
      { name: '--strategy CODE', meaning: 'By this strategy.' }, { name: '--draft', meaning: 'By the draft of that strategy, or of the channel\'s own.' },
      { name: '--groups FILE', meaning: 'By the groups in a JSON file, as "ordo routing draft" takes them.' }, { name: '--weight TERMS', meaning: 'With other weights of costs, as label=0.5,split=2.' },
      { name: '--stock COUNTS', meaning: 'With other stock, as SKU@NODE=5; several with commas.' }, { name: '--country CODE', meaning: 'To another country.' },
      { name: '--postcode TEXT', meaning: 'With --country: the postcode there.' }, { name: '--city TEXT', meaning: 'With --country: the town there.' },
      { name: '--service-level LEVEL', meaning: 'By a service of this level.' }, { name: '--deliver-by TIME', meaning: 'To be there by this time.' }, { name: '--now TIME', meaning: 'As if it were this time.' },
    ],
  },
  {
    name: 'routing simulate', usage: 'ordo routing simulate --from TIME --to TIME [--strategy CODE[@VERSION]] [--channel CODE]', load: from(simulate, 'simulate'),
    summary: 'Routes past orders again by the draft of a strategy, against stock, calendars and capacity as they were, and says what would move; changes nothing',
    options: [
      { name: '--from TIME', meaning: 'Orders that came in from this time on, such as 2026-03-01T00:00:00Z.' }, { name: '--to TIME', meaning: 'Orders that came in before this time (default now).' },
      { name: '--strategy CODE', meaning: 'By the draft of this strategy, or as CODE@VERSION by one of its versions; without it, by what held then, against what happened.' },
      { name: '--channel CODE', meaning: 'Only orders of this channel, which then goes by the strategy whatever it went by.' }, { name: '--generated N', meaning: 'As many orders, drawn from those of the time.' },
      { name: '--show N', meaning: 'Orders that move to show (default 10, at most 250).' }, { name: '--detach', meaning: 'Start it, print its id, and do not wait.' },
    ],
  },
  {
    name: 'routing shadow', usage: 'ordo routing shadow CODE [--on [--channel CODE] | --off]', needs: ['CODE'], load: from(shadow, 'shadow'),
    summary: 'Shows what the draft in shadow would have made of the orders since; --on puts the present draft there, --off takes it out',
    options: [
      { name: '--on', meaning: 'Puts the draft in shadow: orders are routed under it too from now on, and stay where they are.' }, { name: '--off', meaning: 'Takes it out; what was found stays to be read.' },
      { name: '--channel CODE', meaning: 'With --on: of this channel\'s orders, whatever it goes by.' }, { name: '--show N', meaning: 'Orders that would have moved to show (default 10, at most 250).' },
    ],
  },
  {
    name: 'routing re-evaluate', usage: 'ordo routing re-evaluate [ORDER ...] [--apply] [--minimum-saving AMOUNT] [--no-swap]', load: from(reEvaluate, 'reEvaluate'),
    summary: 'Says which unreleased orders could be sent better now, each with its saving; with --apply changes them',
    options: [
      { name: '--apply', meaning: 'Changes the orders.' }, { name: '--minimum-saving AMOUNT', meaning: 'Whole units of the base currency that a change has to save (default as the orders\' strategies say).' },
      { name: '--no-swap', meaning: 'Decides each order on its own.' },
    ],
  },
];
