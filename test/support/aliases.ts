/** Second names of one Jira in a configuration, by another address of the same server. */
import type { Config } from '../../src/config/types.ts';

export const elsewhere = (url: string): string => url.replace('127.0.0.1', 'localhost');

/** `name` for what is configured as `of`. */
export const alias =
  (name: string, of: string) =>
  (config: Config): void => {
    const instance = config.instances[of];
    if (!instance) throw new Error(`no ${of}`);
    config.instances[name] = { ...instance, name, baseUrl: elsewhere(instance.baseUrl) };
  };

/** jira-old once more, by another address. */
export function withLegacy(yaml: string): string {
  const [entry = ''] = /^ {2}jira-old:\n(?: {4}.*\n)+/m.exec(yaml) ?? [];
  const again = elsewhere(entry.replace('jira-old:', 'jira-legacy:'));
  return yaml.replace(entry, `${entry}${again}`);
}
