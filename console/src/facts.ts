// Names of nodes, channels and people. They change rarely, so they are read once and again when the page is opened anew.
import { isPersonId } from './actors.ts';
import { type Channel, type Listed, type OrdoNode, type Person, readChannels, readNodes, readPeople, type Result } from './api.ts';
import { words } from './i18n/words.ts';

const t = words({ person: 'person …{end}' }, { person: 'Person …{end}' });

export interface Facts {
  readonly nodes: Listed<OrdoNode>;
  readonly channels: Listed<Channel>;
  readonly people: readonly Person[];
  /** Of the id of a person; of anything else, itself. */
  personName(id: string): string;
  nodeName(code: string): string;
  channelName(code: string): string;
  zoneOf(node: string): string | null;
}

const none = { rows: [], complete: true };
const listed = <T>(result: Result<Listed<T>>): Listed<T> => (result.ok ? result.value : { ...none, complete: false });

export const NO_FACTS: Facts = factsOf(none, none, []);

/** Without an answer, codes stand for themselves. */
export async function loadFacts(): Promise<Facts> {
  const [nodes, channels, people] = await Promise.all([readNodes(), readChannels(), readPeople()]);
  return factsOf(listed(nodes), listed(channels), people.ok ? people.value : []);
}

function factsOf(nodes: Listed<OrdoNode>, channels: Listed<Channel>, people: readonly Person[]): Facts {
  const byPerson = new Map(people.map(({ id, name }) => [id, name]));
  const byNode = new Map(nodes.rows.map((node) => [node.code, node]));
  const byChannel = new Map(channels.rows.map((channel) => [channel.code, channel]));
  return {
    nodes, channels, people,
    personName: (id) => byPerson.get(id) ?? (isPersonId(id) ? t('person', { end: id.slice(-4) }) : id),
    nodeName: (code) => byNode.get(code)?.name ?? code,
    channelName: (code) => byChannel.get(code)?.name ?? code,
    zoneOf: (code) => byNode.get(code)?.time_zone ?? null,
  };
}
