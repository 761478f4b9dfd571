/** Jira's date forms. Data Center writes the zone of the site, with milliseconds and an offset without colon. */

const MINUTE = 60_000;
const offsets = new Map<string, number>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes east of UTC. Kept per quarter of an hour: zones change their offset at no finer grain. */
export function offsetMinutes(zone: string, at: number): number {
  const bucket = Math.floor(at / (15 * MINUTE));
  const name = `${zone}:${bucket}`;
  const known = offsets.get(name);
  if (known !== undefined) return known;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(zone, format);
  }
  const start = bucket * 15 * MINUTE;
  const part = new Map(format.formatToParts(start).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0;
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
  const minutes = Math.round((local - start) / MINUTE);
  offsets.set(name, minutes);
  return minutes;
}

/** `+0530` for 330. */
function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** `2026-09-27T10:03:11.123+0200`, as in Jira's issues. */
export function jiraDate(at: number, zone: string): string {
  const minutes = offsetMinutes(zone, at);
  return new Date(at + minutes * MINUTE).toISOString().replace('Z', offsetText(minutes));
}

/** `2016-11-10T11:07:10+0100`, as in Backbone's audit members: no milliseconds. */
export function backboneDate(at: number, zone: string): string {
  return jiraDate(at, zone).replace(/\.\d{3}/, '');
}

/** Reads a JQL literal (`2026-09-27 10:03`, `2026/09/27 10:03`, `2026-09-27`, or `-5m`) in the user's zone. */
export function readJqlDate(text: string, zone: string, now: number): number | undefined {
  const relative = /^([+-]?\d+)([mhdw])$/.exec(text.trim());
  if (relative) {
    const unit = { m: MINUTE, h: 60 * MINUTE, d: 1440 * MINUTE, w: 10080 * MINUTE }[relative[2] ?? 'm'] ?? MINUTE;
    return now + Number(relative[1]) * unit;
  }
  const absolute = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/.exec(text.trim());
  if (!absolute) return undefined;
  const [, year, month, day, hour, minute] = absolute.map(Number);
  const local = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour || 0, minute || 0);
  // Twice, because the first guess may lie on the other side of a change to summer time.
  const guess = local - offsetMinutes(zone, local) * MINUTE;
  return local - offsetMinutes(zone, guess) * MINUTE;
}
