/** JQL dates are read in the time zone of the user who asks (`myself.timeZone`), to the minute, without a zone of their own. */

/** `2026/11/20 21:55`, rounded down to the minute. */
export function jqlDateIn(timeZone: string, epochMs: number): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(epochMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}/${part('month')}/${part('day')} ${part('hour')}:${part('minute')}`;
}
