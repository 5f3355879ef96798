// Names of nodes and channels. They change rarely, so they are read once and again when the page is opened anew.
import { type Channel, type Listed, type OrdoNode, readChannels, readNodes, type Result } from './api.ts';

export interface Facts {
  readonly nodes: Listed<OrdoNode>;
  readonly channels: Listed<Channel>;
  nodeName(code: string): string;
  channelName(code: string): string;
  zoneOf(node: string): string | null;
}

const none = { rows: [], complete: true };
const listed = <T>(result: Result<Listed<T>>): Listed<T> => (result.ok ? result.value : { ...none, complete: false });

export const NO_FACTS: Facts = factsOf(none, none);

/** Without an answer, codes stand for themselves. */
export async function loadFacts(): Promise<Facts> {
  const [nodes, channels] = await Promise.all([readNodes(), readChannels()]);
  return factsOf(listed(nodes), listed(channels));
}

function factsOf(nodes: Listed<OrdoNode>, channels: Listed<Channel>): Facts {
  const byNode = new Map(nodes.rows.map((node) => [node.code, node]));
  const byChannel = new Map(channels.rows.map((channel) => [channel.code, channel]));
  return {
    nodes, channels,
    nodeName: (code) => byNode.get(code)?.name ?? code,
    channelName: (code) => byChannel.get(code)?.name ?? code,
    zoneOf: (code) => byNode.get(code)?.time_zone ?? null,
  };
}
