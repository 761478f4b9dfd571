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
