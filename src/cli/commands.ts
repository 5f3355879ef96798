import type { Command, CommandOption, Run } from './command.ts';

const reason: CommandOption = { name: '--reason TEXT', meaning: 'Why; it is kept with the change.' };
const limit: CommandOption = { name: '--limit N', meaning: 'Rows at most, 1 to 250.' };

/** Takes one function of a command file, which is read only when the command runs. */
function from<K extends string>(file: () => Promise<Record<K, Run>>, name: K): () => Promise<Run> {
  return async () => (await file())[name];
}

const orders = () => import('./commands/orders.ts');
const keys = () => import('./commands/keys.ts');

/** Every command. docs/reference/cli.md and --help are made from this table; --json and --help go with all of them. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'start', usage: 'ordo start', summary: 'Starts Ordo: database, API and workers in one process, until Ctrl-C',
    load: from(() => import('./commands/start.ts'), 'start'),
  },
  {
    name: 'migrate', usage: 'ordo migrate', summary: 'Brings the database up to this version of the program, and ends',
    load: from(() => import('./commands/migrate.ts'), 'migrate'),
  },
  {
    name: 'verify', usage: 'ordo verify [--throttle]', summary: 'Recomputes every counter from its ledger and names each difference; ends with 1 when there is one',
    options: [
      { name: '--throttle', meaning: 'Work in small steps with pauses, beside live work.' },
      { name: '--limit N', meaning: 'Differences named per check at most (default 20); all are counted.' },
    ],
    load: from(() => import('./commands/verify.ts'), 'verify'),
  },
  {
    name: 'doctor', usage: 'ordo doctor', summary: 'Checks the set-up and names what fails, with its fix',
    load: from(() => import('./commands/doctor.ts'), 'doctor'),
  },
  {
    name: 'orders list', usage: 'ordo orders list [--status STATUS] [--channel CODE] [--limit N]', summary: 'Lists orders, the newest first',
    options: [
      { name: '--status STATUS', meaning: 'Only orders in this status, such as ON_HOLD; several with commas.' },
      { name: '--channel CODE', meaning: 'Only orders of this channel.' },
      { name: '--node CODE', meaning: 'Only orders with a shipment at this node.' },
      { name: '--hold KIND', meaning: 'Only orders with an open hold of this kind, such as PAYMENT.' },
      limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' },
    ],
    load: from(orders, 'list'),
  },
  { name: 'orders get', usage: 'ordo orders get ID', summary: 'Shows one order, by its id (ord_…) or its number', needs: ['ID'], load: from(orders, 'get') },
  {
    name: 'orders explain', usage: 'ordo orders explain ID', needs: ['ID'], load: from(orders, 'explain'),
    summary: 'Says why an order is routed as it is: each decision with its sentence and its candidates',
  },
  { name: 'orders timeline', usage: 'ordo orders timeline ID', summary: 'Shows everything that happened to an order', needs: ['ID'], load: from(orders, 'timeline') },
  {
    name: 'orders hold', usage: 'ordo orders hold ID --reason TEXT [--kind MANUAL]', summary: 'Places a hold, so that nothing of the order is released',
    needs: ['ID'], options: [reason, { name: '--kind KIND', meaning: 'Kind of hold (default MANUAL).' }], load: from(orders, 'hold'),
  },
  {
    name: 'orders release-hold', usage: 'ordo orders release-hold ID [HOLD_NO] --reason TEXT', summary: 'Releases one hold, or every open one',
    needs: ['ID'], options: [reason], load: from(orders, 'releaseHold'),
  },
  {
    name: 'orders cancel', usage: 'ordo orders cancel ID --reason TEXT [--force]', summary: 'Cancels what has not left, and asks the nodes that work on the rest',
    needs: ['ID'], options: [reason, { name: '--force', meaning: 'Take it from the nodes without asking.' }], load: from(orders, 'cancel'),
  },
  {
    name: 'orders route', usage: 'ordo orders route ID [--node CODE --reason TEXT]', summary: 'Routes what waits, or sends unreleased units to a node by hand',
    needs: ['ID'], options: [{ name: '--node CODE', meaning: 'The node to send everything unreleased to.' }, reason], load: from(orders, 'route'),
  },
  {
    name: 'stock get', usage: 'ordo stock get SKU [--node CODE]', summary: 'Shows what each node has of an item, and who has a claim on it',
    needs: ['SKU'], options: [{ name: '--node CODE', meaning: 'Only this node.' }], load: from(() => import('./commands/stock.ts'), 'get'),
  },
  {
    name: 'availability', usage: 'ordo availability SKU... [--node CODE]', summary: 'Shows how much of items can be promised, per node or in all',
    needs: ['SKU'], options: [{ name: '--node CODE', meaning: 'At this node rather than over the network.' }],
    load: from(() => import('./commands/stock.ts'), 'availability'),
  },
  {
    name: 'events tail', usage: 'ordo events tail [--after POSITION] [--order ID]', summary: 'Prints events as they happen, until Ctrl-C',
    options: [
      { name: '--after POSITION', meaning: 'Begin after this position instead of now.' }, { name: '--order ID', meaning: 'Only events of this order.' },
      { name: '--once', meaning: 'End when there are no more.' },
    ],
    load: from(() => import('./commands/events.ts'), 'tail'),
  },
  {
    name: 'import olist', usage: 'ordo import olist DIR [--errors FILE]', summary: 'Replays a directory of real orders by their own clocks; may be stopped and run again',
    needs: ['DIR'], load: from(() => import('./commands/import.ts'), 'olist'),
    options: [
      { name: '--errors FILE', meaning: 'Where to write what was left out or put in order, row by row (default olist-errors.csv).' },
      { name: '--channel CODE', meaning: 'Channel of the orders (default olist).' }, { name: '--currency CODE', meaning: 'Currency of the files (default BRL).' },
      { name: '--time-zone ZONE', meaning: 'Zone of the clocks in the files (default America/Sao_Paulo).' }, { name: '--country CODE', meaning: 'Country of the addresses (default BR).' },
    ],
  },
  {
    name: 'sign-in', usage: 'ordo sign-in', summary: "Prints a link that signs one browser in, once, within 15 minutes; needs an administrator's key",
    load: from(() => import('./commands/sign-in.ts'), 'signIn'),
  },
  {
    name: 'keys create', usage: 'ordo keys create --name NAME --scope SCOPE', summary: 'Creates an API key and shows it once',
    options: [
      { name: '--name NAME', meaning: 'What the key is for.' }, { name: '--scope SCOPE', meaning: 'What it may do; several with commas.' },
      { name: '--days N', meaning: 'Days until it expires; without it, it does not.' },
    ],
    load: from(keys, 'create'),
  },
  { name: 'keys list', usage: 'ordo keys list', summary: 'Lists API keys, never the keys themselves', load: from(keys, 'list') },
  { name: 'keys revoke', usage: 'ordo keys revoke ID', summary: 'Ends a key at once', needs: ['ID'], load: from(keys, 'revoke') },
  { name: 'keys rotate', usage: 'ordo keys rotate ID', summary: 'Creates a successor; both are valid for a while', needs: ['ID'], load: from(keys, 'rotate') },
  { name: 'version', usage: 'ordo version', summary: 'Shows the version', load: from(() => import('./commands/version.ts'), 'version') },
];
