import type { ChannelAccess } from '../../flows/write-back.ts';

/** The REST key needs read and write permission. */
export const access: ChannelAccess = {
  callsPerSecond: 5,
  credentials: ['consumer_key', 'consumer_secret'],
  signIn: (credentials) => ({
    Authorization: `Basic ${Buffer.from(`${credentials['consumer_key'] ?? ''}:${credentials['consumer_secret'] ?? ''}`).toString('base64')}`,
  }),
};
