import { CAUSES, FORMATS, HOLD_KINDS, LEVELS, MAIL_KINDS, MAIL_STATES, MESSAGE_STATES, MORNING_SORTS, ORDER_STATUSES, PACES, PAYMENT_STATES, PLACED_KINDS, RATES, SCOPES, WAYS } from './choices.ts';
import { type Command, type CommandOption, from, limit } from './command.ts';
import { SHELLS } from './completion.ts';
import { REPORT_COMMANDS } from './report-commands.ts';
import { ROUTING_COMMANDS } from './routing-commands.ts';
import { USER_COMMANDS } from './user-commands.ts';

const reason: CommandOption = { name: '--reason TEXT', meaning: 'Why; it is kept with the change.' };

const orders = () => import('./commands/orders.ts');
const search = () => import('./commands/search.ts');
const keys = () => import('./commands/keys.ts');
const connections = () => import('./commands/connections.ts');
const invoices = () => import('./commands/invoices.ts');
const inbox = () => import('./commands/inbox.ts');
const channelSweeps = () => import('./commands/channel-sweeps.ts');
const mails = () => import('./commands/mails.ts');
const orderActions = () => import('./commands/order-actions.ts');
const promises = () => import('./commands/promises.ts');
const channels = () => import('./commands/channels.ts');
const demo = () => import('./commands/demo.ts');
const nodes = () => import('./commands/nodes.ts');

const state: CommandOption = { name: '--state STATE', meaning: 'Only messages in this state.', choices: MESSAGE_STATES };
const ofConnection: CommandOption = { name: '--connection CODE', meaning: 'Only messages of this connection.' };

const mailState: CommandOption = { name: '--state STATE', meaning: 'Only mails in this state.', choices: MAIL_STATES };
const mailKind: CommandOption = { name: '--kind KIND', meaning: 'Only mails of this kind.', choices: MAIL_KINDS };

const files = () => import('./commands/import-file.ts');
const fileOptions = (kind: string): readonly CommandOption[] => [
  { name: '--map PAIRS', meaning: 'Headings that are to be read as fields, as column=field, several with commas.' },
  { name: '--dry-run', meaning: 'Change nothing; count what would be created, updated, left as it is and refused.' },
  { name: '--errors FILE', meaning: `Where to write rows that could not be used, as they are, with what is wrong (default ${kind}-errors.csv or .ndjson).` },
];
const zone: CommandOption = { name: '--time-zone ZONE', meaning: 'Zone of times that name none (default UTC).' };

const exportsOf = () => import('./commands/export.ts');
const exportOptions: readonly CommandOption[] = [
  { name: '--format FORMAT', meaning: 'csv where nothing is said; an --out that ends in .ndjson says so too.', choices: FORMATS },
  { name: '--out FILE', meaning: 'Write to this file instead of stdout; it is there once all of it is.' },
  { name: '--bom', meaning: 'Begin a table with a byte order mark, for spreadsheets that need one.' },
];

/** Every command. docs/reference/cli.md and --help are made from this table; --json and --help go with all of them. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'start', usage: 'ordo start [--scenario NAME]', summary: 'Starts Ordo: database, API and workers in one process, until Ctrl-C',
    options: [{ name: '--scenario NAME', meaning: 'Plays this in the demonstration: peak (more orders than a store can send, some that will be late), stores (ship from store: handed out, sent and turned down) or outage (a store closes with orders in flight).' }],
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
    name: 'search rebuild', usage: 'ordo search rebuild', load: from(search, 'rebuild'),
    summary: 'Makes anew what orders are found by, beside live work; may be stopped and run again',
  },
  ...REPORT_COMMANDS,
  {
    name: 'backup', usage: 'ordo backup [FILE]', summary: 'Writes everything to one file, as of one moment, beside a running Ordo; the file holds secrets',
    load: from(() => import('./commands/backup.ts'), 'backup'),
  },
  {
    name: 'restore', usage: 'ordo restore FILE', summary: 'Loads a backup into an empty database, checked before and verified after; across PostgreSQL versions',
    needs: ['FILE'], load: from(() => import('./commands/backup.ts'), 'restore'),
  },
  {
    name: 'doctor', usage: 'ordo doctor', summary: 'Checks the set-up and names what fails, with its fix',
    load: from(() => import('./commands/doctor.ts'), 'doctor'),
  },
  {
    name: 'orders list', usage: 'ordo orders list [--status STATUS] [--channel CODE] [--limit N]', summary: 'Lists orders, the newest first',
    options: [
      { name: '--status STATUS', meaning: 'Only orders in this status.', choices: ORDER_STATUSES, several: true },
      { name: '--channel CODE', meaning: 'Only orders of this channel.' },
      { name: '--node CODE', meaning: 'Only orders with a shipment at this node.' },
      { name: '--hold KIND', meaning: 'Only orders with an open hold of this kind.', choices: HOLD_KINDS },
      limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' },
    ],
    load: from(orders, 'list'),
  },
  {
    name: 'orders search', usage: 'ordo orders search WORD... [--limit N]', summary: 'Finds orders by number, external id, customer, e-mail, phone, SKU, item, tracking number or place; every word has to match',
    needs: ['WORD'], options: [limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' }], load: from(search, 'search'),
  },
  { name: 'orders get', usage: 'ordo orders get ID', summary: 'Shows one order, by its id (ord_…) or its number', needs: ['ID'], load: from(orders, 'get') },
  {
    name: 'orders explain', usage: 'ordo orders explain ID', needs: ['ID'], load: from(orders, 'explain'),
    summary: 'Says why an order is routed as it is: each decision with its sentence and its candidates',
  },
  { name: 'orders timeline', usage: 'ordo orders timeline ID', summary: 'Shows everything that happened to an order', needs: ['ID'], load: from(orders, 'timeline') },
  {
    name: 'orders hold', usage: 'ordo orders hold ID --reason TEXT [--kind MANUAL]', summary: 'Places a hold, so that nothing of the order is released',
    needs: ['ID'], options: [reason, { name: '--kind KIND', meaning: 'Kind of hold (default MANUAL).', choices: PLACED_KINDS }], load: from(orders, 'hold'),
  },
  {
    name: 'orders release-hold', usage: 'ordo orders release-hold ID [HOLD_NO] --reason TEXT', summary: 'Releases one hold, or every open one',
    needs: ['ID'], options: [reason], load: from(orders, 'releaseHold'),
  },
  {
    name: 'orders cancel', usage: 'ordo orders cancel ID --reason TEXT [--customer] [--force]', summary: 'Cancels what has not left, and asks the nodes that work on the rest; ends with 3 while a node has to answer',
    needs: ['ID'], options: [reason, { name: '--customer', meaning: 'The customer asked for it: it does not count in the channel\'s rate of cancellations.' }, { name: '--force', meaning: 'Take it from the nodes without asking.' }], load: from(orders, 'cancel'),
  },
  {
    name: 'orders route', usage: 'ordo orders route ID [--node CODE --reason TEXT]', summary: 'Routes what waits, or sends unreleased units to a node by hand',
    needs: ['ID'], options: [{ name: '--node CODE', meaning: 'The node to send everything unreleased to.' }, reason], load: from(orders, 'route'),
  },
  {
    name: 'orders act', usage: 'ordo orders act ACTION [ID...] [--status STATUS] [--channel CODE] [--dry-run | --yes]', needs: ['ACTION'], load: from(orderActions, 'act'),
    summary: 'Does one thing to many orders: says first what would come of each, does it with --yes; ends with 3 when some were left as they are',
    options: [
      { name: '--dry-run', meaning: 'Only say what would come of each order.' }, { name: '--yes', meaning: 'Do it. ACTION is hold, release-hold, release, reroute, cancel, tag, untag or assign.' },
      { name: '--status STATUS', meaning: 'Orders in this status.', choices: ORDER_STATUSES, several: true }, { name: '--channel CODE', meaning: 'Orders of this channel.' }, { name: '--node CODE', meaning: 'Orders with a shipment at this node.' },
      { name: '--hold KIND', meaning: 'Orders with an open hold of this kind.', choices: HOLD_KINDS }, { name: '--tag TAG', meaning: 'Orders with this tag.' }, { name: '--assignee PERSON', meaning: 'Orders of this person, by id; none for those that nobody has.' },
      { name: '--level LEVEL', meaning: 'Orders whose date is in this danger.', choices: LEVELS }, { name: '--sku SKU', meaning: 'Orders with this item.' }, { name: '--country CODE', meaning: 'Orders that go there.' }, { name: '--payment STATE', meaning: 'Orders in this state of payment.', choices: PAYMENT_STATES },
      { name: '--placed-from TIME', meaning: 'Orders placed then or later, such as 2026-03-01T00:00:00Z.' }, { name: '--placed-to TIME', meaning: 'Orders placed before.' }, { name: '--search WORDS', meaning: 'Orders that these words find.' }, { name: '--all', meaning: 'Every order, where nothing else chooses.' },
      reason, { name: '--kind KIND', meaning: 'Of hold and release-hold: the kind of hold (default MANUAL, and every kind).', choices: HOLD_KINDS }, { name: '--due TIME', meaning: 'Of hold: until when somebody should have looked.' }, { name: '--send-to CODE', meaning: 'Of reroute: the node; without it, what waits is routed.' },
      { name: '--customer', meaning: 'Of cancel: the customer asked for it.' }, { name: '--force', meaning: 'Of cancel: take it from the nodes without asking.' }, { name: '--tags TAGS', meaning: 'Of tag and untag: several with commas.' },
      { name: '--give-to PERSON', meaning: 'Of assign: a person, by id, or nobody.' }, { name: '--failures FILE', meaning: 'Where to write the orders that are left as they are, with the reason (with --yes, by default orders-failures.csv).' },
    ],
  },
  {
    name: 'promises at-risk', usage: 'ordo promises at-risk [--level LEVEL] [--channel CODE] [--limit N]', summary: 'Lists orders with a date that is at risk or will be missed, the nearest date first', load: from(promises, 'atRisk'),
    options: [{ name: '--level LEVEL', meaning: 'Only dates in this danger.', choices: LEVELS }, { name: '--channel CODE', meaning: 'Only orders of this channel.' }, limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' }],
  },
  {
    name: 'channels performance', usage: 'ordo channels performance CODE [--orders RATE] [--limit N]', summary: "Shows a channel's rates of late shipments and of cancellations against their limits; ends with 3 when one is over", needs: ['CODE'], load: from(promises, 'performance'),
    options: [{ name: '--orders RATE', meaning: 'List the orders behind this rate instead.', choices: RATES }, limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' }],
  },
  ...ROUTING_COMMANDS,
  {
    name: 'invoices list', usage: 'ordo invoices list [--order ID] [--channel CODE] [--from DAY] [--to DAY]', summary: 'Lists invoices, the latest first', load: from(invoices, 'list'),
    options: [
      { name: '--order ID', meaning: 'Only invoices of this order, by its id or its number.' }, { name: '--channel CODE', meaning: 'Only invoices of orders of this channel.' },
      { name: '--from DAY', meaning: 'Issued on this day (UTC, such as 2026-01-31) or after it.' }, { name: '--to DAY', meaning: 'Issued before this day.' },
      limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' },
    ],
  },
  { name: 'invoices show', usage: 'ordo invoices show ID', summary: 'Shows one invoice with its lines', needs: ['ID'], load: from(invoices, 'show') },
  {
    name: 'invoices pdf', usage: 'ordo invoices pdf ID [--out FILE]', summary: 'Writes one invoice as PDF', needs: ['ID'], load: from(invoices, 'pdf'),
    options: [{ name: '--out FILE', meaning: 'Where to (default its number with .pdf, here).' }],
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
    name: 'webhooks listen', usage: 'ordo webhooks listen [--types A,B] [--forward URL] [--from POSITION]', summary: 'Prints events as they happen and forwards each to an address of yours as a signed webhook, until Ctrl-C',
    options: [
      { name: '--types A,B', meaning: 'Only events of these types.' }, { name: '--from POSITION', meaning: 'Begin with the event at this position instead of now.' },
      { name: '--forward URL', meaning: 'Send each event there, such as http://localhost:3000/ordo, and show the answer.' },
      { name: '--secret SECRET', meaning: 'Sign with this secret (whsec_…) instead of a new one.' },
    ],
    load: from(() => import('./commands/webhooks.ts'), 'listen'),
  },
  { name: 'connections', usage: 'ordo connections', summary: 'The same as "ordo connections list"', load: from(connections, 'list') },
  {
    name: 'morning', usage: 'ordo morning [--cause CAUSE] [--node CODE] [--sort cut-off]', summary: "Shows what tonight's cut-offs will miss, the most valuable first, each with its fix", load: from(() => import('./commands/morning.ts'), 'morning'),
    options: [{ name: '--cause CAUSE', meaning: 'Only this cause.', choices: CAUSES }, { name: '--node CODE', meaning: 'Only what is at this node.' }, { name: '--sort WHAT', meaning: 'By value the most valuable come first (default), by cut-off the next one, with those that have passed after it.', choices: MORNING_SORTS }, { name: '--limit N', meaning: 'Rows at most, 1 to 100.' }],
  },
  { name: 'channels list', usage: 'ordo channels list', summary: 'Lists channels: whether each is open, paused or throttled, and how many orders wait', options: [limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' }], load: from(channels, 'list') },
  {
    name: 'channels pause', usage: 'ordo channels pause CODE --reason TEXT [--until TIME]', summary: 'Holds new orders of a channel back from release; they are captured and keep their stock', needs: ['CODE'], load: from(channels, 'pause'),
    options: [reason, { name: '--until TIME', meaning: 'When it resumes by itself, such as 2026-03-01T08:00:00Z.' }],
  },
  {
    name: 'channels throttle', usage: 'ordo channels throttle CODE --orders N [--per minute] --reason TEXT [--until TIME]', summary: 'Lets new orders of a channel through to release only so many in a time', needs: ['CODE'], load: from(channels, 'throttle'),
    options: [{ name: '--orders N', meaning: 'Orders at most.' }, { name: '--per UNIT', meaning: 'In this time (default a minute).', choices: PACES }, reason, { name: '--until TIME', meaning: 'When it ends by itself.' }],
  },
  { name: 'channels resume', usage: 'ordo channels resume CODE [--reason TEXT]', summary: 'Lets the orders of a channel through again', needs: ['CODE'], options: [reason], load: from(channels, 'resume') },
  {
    name: 'nodes close', usage: 'ordo nodes close CODE... --reason TEXT [--until TIME] [--apply]', summary: 'Shows what closing nodes would do to their orders; with --apply, closes them and lets the orders leave; ends with 3 when some could not be moved for a defect',
    needs: ['CODE'], load: from(nodes, 'close'),
    options: [
      reason, { name: '--until TIME', meaning: 'When they open again by themselves, such as 2026-03-01T08:00:00Z (default: when somebody opens them).' },
      { name: '--include-accepted', meaning: 'Also take back what the nodes accepted and have not picked.' }, { name: '--apply', meaning: 'Do it.' },
    ],
  },
  { name: 'nodes apply', usage: 'ordo nodes apply ID', summary: 'Closes the nodes of a preview, and says what changed since', needs: ['ID'], load: from(nodes, 'apply') },
  { name: 'nodes closures', usage: 'ordo nodes closures', summary: 'Lists closures of nodes and their previews, latest first', load: from(nodes, 'closures'), options: [limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' }] },
  { name: 'nodes closure', usage: 'ordo nodes closure ID', summary: 'Shows a closure: what was expected, what came of it, how far it is', needs: ['ID'], load: from(nodes, 'closure') },
  { name: 'nodes reopen', usage: 'ordo nodes reopen CODE... [--reason TEXT]', summary: 'Lets closed nodes take orders again', needs: ['CODE'], options: [reason], load: from(nodes, 'reopen') },
  { name: 'connections list', usage: 'ordo connections list', summary: 'Lists connected channels, how far behind each is, and what it is told', load: from(connections, 'list') },
  { name: 'connections kinds', usage: 'ordo connections kinds', summary: 'Lists the kinds of channel that can be connected, and what each can tell and be told', load: from(connections, 'kinds') },
  {
    name: 'connections create', usage: 'ordo connections create --code CODE --connector NAME --channel CODE [--secret TEXT]', summary: 'Connects a channel: prints where it sends its messages, and a new secret once',
    options: [
      { name: '--code CODE', meaning: 'What the connection is called here.' }, { name: '--connector NAME', meaning: 'Kind of channel; "ordo connections kinds" lists them.' },
      { name: '--channel CODE', meaning: 'Channel of the orders that come in.' }, { name: '--secret TEXT', meaning: 'The secret that the channel shows; without it, one is made.' },
    ],
    load: from(connections, 'create'),
  },
  {
    name: 'connections sweep', usage: 'ordo connections sweep CODE [--since TIME] [--last]', summary: 'Reads again what changed at a channel, fetches what is missing here, and compares both sides',
    needs: ['CODE'], load: from(channelSweeps, 'sweep'),
    options: [
      { name: '--since TIME', meaning: 'Also what changed earlier, since such as 2026-03-01T00:00:00Z; without it, since the last sweep.' },
      { name: '--last', meaning: 'Show the last sweep rather than begin one.' },
    ],
  },
  {
    name: 'connections differences', usage: 'ordo connections differences CODE [--closed]', summary: 'Lists where a channel and Ordo disagree: orders, money and units', needs: ['CODE'],
    options: [{ name: '--closed', meaning: 'Those that are settled rather than those that are open.' }, limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' }],
    load: from(channelSweeps, 'differences'),
  },
  {
    name: 'inbox list', usage: 'ordo inbox list [--state STATE] [--connection CODE] [--limit N]', summary: 'Lists messages of channels, the latest first',
    options: [
      state, ofConnection, { name: '--order ID', meaning: 'Only messages of this order.' }, { name: '--external-id TEXT', meaning: 'Only messages about what the channel calls this.' }, limit,
      { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' },
    ],
    load: from(inbox, 'list'),
  },
  { name: 'inbox show', usage: 'ordo inbox show ID', summary: 'Shows a message, what came of it, and its body', needs: ['ID'], load: from(inbox, 'show') },
  {
    name: 'inbox replay', usage: 'ordo inbox replay ID... | --state STATE [--connection CODE]', summary: 'Takes messages in again; ends with 3 when some could not be',
    options: [state, ofConnection], load: from(inbox, 'replay'),
  },
  {
    name: 'inbox drop', usage: 'ordo inbox drop ID --reason TEXT', summary: 'Sets a message aside for good', needs: ['ID'], options: [reason], load: from(inbox, 'drop'),
  },
  { name: 'inbox erase', usage: 'ordo inbox erase ID', summary: 'Erases the body of a message and whatever quotes it; its hash stays', needs: ['ID'], load: from(inbox, 'erase') },
  {
    name: 'mails list', usage: 'ordo mails list [--state STATE] [--kind KIND] [--order ID] [--limit N]', summary: 'Lists mails to customers, the newest first',
    options: [mailState, mailKind, { name: '--order ID', meaning: 'Only mails about this order.' }, limit, { name: '--cursor TEXT', meaning: 'Goes on after an earlier page.' }],
    load: from(mails, 'list'),
  },
  { name: 'mails show', usage: 'ordo mails show ID', summary: 'Shows a mail as it was written, and what became of it', needs: ['ID'], load: from(mails, 'show') },
  {
    name: 'mails retry', usage: 'ordo mails retry ID... | --state STATE [--kind KIND]', summary: 'Writes mails that did not leave anew and sends them; ends with 3 when some could not be',
    options: [mailState, mailKind], load: from(mails, 'retry'),
  },
  {
    name: 'import items', usage: 'ordo import items FILE [--map PAIRS] [--time-zone ZONE] [--dry-run] [--errors FILE]', summary: 'Creates and updates items from a CSV or NDJSON file',
    needs: ['FILE'], options: [...fileOptions('items'), zone], load: from(files, 'items'),
  },
  {
    name: 'import nodes', usage: 'ordo import nodes FILE [--map PAIRS] [--dry-run] [--errors FILE]', summary: 'Creates and updates nodes from a CSV or NDJSON file',
    needs: ['FILE'], options: fileOptions('nodes'), load: from(files, 'nodes'),
  },
  {
    name: 'import stock', usage: 'ordo import stock FILE [--map PAIRS] [--dry-run] [--errors FILE]', summary: 'Receives stock from a CSV or NDJSON file, each row once',
    needs: ['FILE'], options: [...fileOptions('stock'), zone], load: from(files, 'stock'),
  },
  {
    name: 'import prices', usage: 'ordo import prices FILE [--list CODE] [--map PAIRS] [--dry-run] [--errors FILE]', summary: 'Adds and changes prices of price lists from a CSV or NDJSON file',
    needs: ['FILE'], options: [...fileOptions('prices'), zone, { name: '--list CODE', meaning: 'Price list of rows that name none.' }], load: from(files, 'prices'),
  },
  {
    name: 'import rates', usage: 'ordo import rates FILE [--card CODE] [--map PAIRS] [--dry-run] [--errors FILE]', summary: 'Creates and changes rate cards from a CSV or NDJSON file, each card whole',
    needs: ['FILE'], options: [...fileOptions('rates'), zone, { name: '--card CODE', meaning: 'Rate card of rows that name none.' }], load: from(files, 'rates'),
  },
  {
    name: 'import supplies', usage: 'ordo import supplies FILE [--map PAIRS] [--time-zone ZONE] [--dry-run] [--errors FILE]', summary: 'Announces purchase orders and transfers from a CSV or NDJSON file, each document whole and once',
    needs: ['FILE'], options: [...fileOptions('supplies'), zone], load: from(files, 'supplies'),
  },
  {
    name: 'import duties', usage: 'ordo import duties FILE [--map PAIRS] [--dry-run] [--errors FILE]', summary: 'Creates and changes duty rates from a CSV or NDJSON file, each destination whole',
    needs: ['FILE'], options: [...fileOptions('duties'), zone], load: from(files, 'duties'),
  },
  {
    name: 'import orders', usage: 'ordo import orders FILE [--channel CODE | --connection CODE] [--create-items] [--stock infinite|none|FILE] [--dry-run]', needs: ['FILE'], load: from(files, 'orders'),
    summary: 'Captures orders from a CSV, NDJSON or channel JSON file; may be stopped and run again',
    options: [
      ...fileOptions('orders'), zone, { name: '--connection CODE', meaning: 'The file is JSON as this connection\'s channel (Shopify, WooCommerce) writes it.' }, { name: '--channel CODE', meaning: 'Channel of orders that name none.' }, { name: '--currency CODE', meaning: 'Currency of orders that name none.' },
      { name: '--create-items', meaning: 'Create items for SKUs that are not there.' },
      { name: '--stock KIND', meaning: 'infinite: more than enough of everything; none (default); or a file that is imported as stock first.' },
    ],
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
    name: 'import uci', usage: 'ordo import uci FILE [--channel CODE] [--limit N] [--errors FILE]', needs: ['FILE'], load: from(() => import('./commands/import-uci.ts'), 'uci'),
    summary: 'Replays a file of invoices in the layout of the UCI Online Retail data as orders; may be stopped and run again',
    options: [
      { name: '--channel CODE', meaning: 'Channel of the orders (default uci); it is made when it is missing.' }, { name: '--limit N', meaning: 'Only the first N invoices of the file.' },
      { name: '--errors FILE', meaning: 'Where to write rows that could not be used, as they are, with what is wrong (default uci-errors.csv).' },
      { name: '--cancellations FILE', meaning: 'Where to keep the rows of cancellation invoices (default uci-cancellations.csv).' },
    ],
  },
  {
    name: 'export orders', usage: 'ordo export orders [--format csv|ndjson] [--out FILE] [--since INSTANT]', summary: 'Writes orders to a file that can be imported, newest first',
    options: [
      ...exportOptions, { name: '--since INSTANT', meaning: 'Only orders captured from then on.' }, { name: '--status STATUS', meaning: 'Only orders in this status.', choices: ORDER_STATUSES },
      { name: '--channel CODE', meaning: 'Only orders of this channel.' }, { name: '--node CODE', meaning: 'Only orders with a shipment at this node.' },
      { name: '--hold KIND', meaning: 'Only orders with an open hold of this kind.', choices: HOLD_KINDS },
    ],
    load: from(exportsOf, 'orders'),
  },
  { name: 'export items', usage: 'ordo export items [--format csv|ndjson] [--out FILE]', summary: 'Writes items to a file that can be imported', options: exportOptions, load: from(exportsOf, 'items') },
  { name: 'export nodes', usage: 'ordo export nodes [--format csv|ndjson] [--out FILE]', summary: 'Writes nodes to a file that can be imported', options: exportOptions, load: from(exportsOf, 'nodes') },
  {
    name: 'export stock', usage: 'ordo export stock [--format csv|ndjson] [--out FILE] [--sku SKU] [--node CODE]', summary: 'Writes what each node has of each item to a file that can be imported',
    options: [...exportOptions, { name: '--sku SKU', meaning: 'Only this item.' }, { name: '--node CODE', meaning: 'Only this node.' }], load: from(exportsOf, 'stock'),
  },
  {
    name: 'export events', usage: 'ordo export events [--format csv|ndjson] [--out FILE] [--after POSITION] [--since INSTANT] [--via WAY] [--job ID]', summary: 'Writes everything that happened to a file, oldest first',
    options: [...exportOptions, { name: '--after POSITION', meaning: 'Begin after this position.' }, { name: '--since INSTANT', meaning: 'Only what was recorded from then on.' },
      { name: '--actor ID', meaning: 'Only what this key, person or part of the program did.' }, { name: '--type TYPE', meaning: 'Only this type, such as OrderCancelled.' },
      { name: '--via WAY', meaning: 'Only what came about this way.', choices: WAYS }, { name: '--request ID', meaning: 'Only what this request asked for.' }, { name: '--job ID', meaning: 'Only what this action over many orders, import or closure made.' }],
    load: from(exportsOf, 'events'),
  },
  {
    name: 'sign-in', usage: 'ordo sign-in [--user EMAIL]', summary: "Prints a link that signs one browser in, once, within 15 minutes; needs an administrator's key",
    options: [{ name: '--user EMAIL', meaning: 'As whom, by address or id; without it, as the administrator who was there first.' }],
    load: from(() => import('./commands/sign-in.ts'), 'signIn'),
  },
  ...USER_COMMANDS,
  {
    name: 'clock', usage: 'ordo clock [MOVE]', summary: 'Shows what time it is in the sandbox, or moves it on: +30m, +5h, +3d, or reset', load: from(demo, 'clock'),
  },
  { name: 'demo order', usage: 'ordo demo order', summary: 'Places an order in the demonstration that is worth explaining', load: from(demo, 'order') },
  { name: 'demo play', usage: 'ordo demo play SCENARIO', summary: 'Plays a scenario in the demonstration, to its end: peak, stores or outage', needs: ['SCENARIO'], load: from(demo, 'play') },
  {
    name: 'demo wipe', usage: 'ordo demo wipe [--yes]', summary: 'Removes the demonstration, for your own data; people and API keys stay', load: from(demo, 'wipe'),
    options: [{ name: '--yes', meaning: 'Do it; without it the command says what would go.' }],
  },
  {
    name: 'keys create', usage: 'ordo keys create --name NAME --scope SCOPE', summary: 'Creates an API key and shows it once',
    options: [
      { name: '--name NAME', meaning: 'What the key is for.' }, { name: '--scope SCOPE', meaning: 'What it may do.', choices: SCOPES, several: true },
      { name: '--days N', meaning: 'Days until it expires; without it, it does not.' },
    ],
    load: from(keys, 'create'),
  },
  { name: 'keys list', usage: 'ordo keys list', summary: 'Lists API keys, never the keys themselves', load: from(keys, 'list') },
  { name: 'keys revoke', usage: 'ordo keys revoke ID', summary: 'Ends a key at once', needs: ['ID'], load: from(keys, 'revoke') },
  { name: 'keys rotate', usage: 'ordo keys rotate ID', summary: 'Creates a successor; both are valid for a while', needs: ['ID'], load: from(keys, 'rotate') },
  ...SHELLS.map((shell): Command => ({
    name: `completion ${shell}`, usage: `ordo completion ${shell}`, summary: `Prints a script with which ${shell} completes commands and options`, load: from(() => import('./commands/completion.ts'), 'completion'),
  })),
  { name: 'version', usage: 'ordo version', summary: 'Shows the version', load: from(() => import('./commands/version.ts'), 'version') },
];
