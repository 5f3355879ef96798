const HALF_HOUR_MS = 30 * 60_000;
const EARLIEST = Date.UTC(1900, 0, 2);
const PATTERN = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;

export type ClockReader = (text: string) => number | undefined;

/**
 * Reads "2017-10-02 10:56:33" as a clock of an IANA zone, in milliseconds since 1970; a text with an offset of its own
 * keeps it. Undefined where it is no such date. A time that a change to summer time left out is read an hour later.
 */
export function clockReader(timeZone: string): ClockReader {
  const offsetAt = zoneOffsets(timeZone);
  return (text) => {
    const match = PATTERN.exec(text);
    if (match === null) return undefined;
    const [, year, month, day, hour = '00', minute = '00', second = '00', offset] = match;
    const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    // Date.parse takes 30 February for 2 March, and nobody sold anything in the year 17.
    if (!(wall >= EARLIEST) || new Date(wall).getUTCDate() !== Number(day)) return undefined;
    if (offset !== undefined) return wall - minutesOf(offset) * 60_000;
    const guess = wall - offsetAt(wall);
    const better = wall - offsetAt(guess);
    return better + offsetAt(better) === wall ? better : Math.max(guess, better);
  };
}

const minutesOf = (offset: string): number =>
  offset === 'Z' ? 0 : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));

/** Milliseconds a zone is ahead of UTC. Zones change on the half hour at the most, so one answer serves each half hour. */
function zoneOffsets(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  });
  const known = new Map<number, number>();
  return (at) => {
    const slot = Math.floor(at / HALF_HOUR_MS);
    let offset = known.get(slot);
    if (offset === undefined) {
      const instant = slot * HALF_HOUR_MS;
      offset = Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) - instant;
      known.set(slot, offset);
    }
    return offset;
  };
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
