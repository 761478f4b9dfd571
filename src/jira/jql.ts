/** The only place where JQL is made: what comes from elsewhere is quoted, so that it can be nothing but a value. */

/** As one value, whatever it holds. */
export const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** With the values of a template, each quoted: jqlText`project = ${key}`. A list is quoted one by one. */
export const jqlText = (texts: TemplateStringsArray, ...values: (string | readonly string[])[]): string =>
  texts.reduce((all, text, n) => {
    const value = values[n - 1] ?? '';
    return `${all}${typeof value === 'string' ? quoted(value) : value.map(quoted).join(', ')}${text}`;
  });

/** `key in ("PA-1", "PA-2")`. */
export const keysJql = (keys: readonly string[]): string => jqlText`key in (${keys})`;

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
