import { ROLES } from './choices.ts';
import { type Command, from } from './command.ts';

const users = () => import('./commands/users.ts');

/** Commands about people who sign in. */
export const USER_COMMANDS: readonly Command[] = [
  { name: 'users list', usage: 'ordo users list', summary: 'Lists people who may sign in, with their roles', load: from(users, 'list') },
  {
    name: 'users add', usage: 'ordo users add EMAIL --name NAME --roles ROLES [--nodes CODES]', summary: 'Adds a person', needs: ['EMAIL'], load: from(users, 'add'),
    options: [
      { name: '--name NAME', meaning: 'The name that others see.' }, { name: '--roles ROLES', meaning: 'What the person does here.', choices: ROLES, several: true },
      { name: '--nodes CODES', meaning: 'Nodes that the person is limited to, several with commas; everywhere without it.' },
    ],
  },
  { name: 'users invite', usage: 'ordo users invite EMAIL', summary: 'Prints a link with which a person, by address or id, sets a password, once, within 24 hours', needs: ['EMAIL'], load: from(users, 'invite') },
  { name: 'users disable', usage: 'ordo users disable EMAIL', summary: 'Ends all sessions of a person, by address or id, and lets it sign in no more', needs: ['EMAIL'], load: from(users, 'disable') },
  { name: 'users enable', usage: 'ordo users enable EMAIL', summary: 'Lets a disabled person sign in again', needs: ['EMAIL'], load: from(users, 'enable') },
  { name: 'users remove-passkeys', usage: 'ordo users remove-passkeys EMAIL', summary: 'Removes all passkeys of a person who lost a device, and ends its sessions', needs: ['EMAIL'], load: from(users, 'removePasskeys') },
  { name: 'users unlink', usage: 'ordo users unlink EMAIL', summary: 'Parts a person from its account at the identity provider, so that another one can take its place', needs: ['EMAIL'], load: from(users, 'unlink') },
];
