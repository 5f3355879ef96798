/** Everything a connector is written against. */
export type { Connector, Envelope, Headers, Translation } from '../../flows/connector.ts';
export type { ChannelAddress, ChannelLine, ChannelOrder, ChannelTotals } from '../../domain/order/index.ts';
