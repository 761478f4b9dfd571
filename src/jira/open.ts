/** Opens the instances of a configuration: one client, limiter and connection pool for each in this process. */
import { backboneClient } from '../backbone/client.ts';
import { sendWrite } from '../backbone/send.ts';
import type { Config } from '../config/types.ts';
import { MigratorError } from '../contract/errors.ts';
import { readUsername } from '../http/authorization.ts';
import { Exchange } from '../http/exchange.ts';
import { jiraClient } from './client.ts';
import type { Instance, Instances } from './instance.ts';

/**
 * Nothing is sent before the first read or write. `open` throws `InvalidConfiguration` for a name that is not in the
 * configuration; an instance with `access: none` opens, and refuses each request so.
 */
export function openInstances(config: Config): Instances {
  const opened = new Map<string, { instance: Instance; exchange: Exchange }>();
  return {
    open(name) {
      const known = opened.get(name);
      if (known !== undefined) return known.instance;
      const instanceConfig = Object.hasOwn(config.instances, name) ? config.instances[name] : undefined;
      if (instanceConfig === undefined) {
        const names = Object.keys(config.instances).join(', ');
        throw new MigratorError('InvalidConfiguration', `${config.file} has no instance "${name}"; it has ${names}.`);
      }
      const exchange = new Exchange(instanceConfig, config.timing);
      const instance: Instance = {
        config: instanceConfig,
        jira: jiraClient(exchange, instanceConfig),
        backbone: backboneClient(exchange),
        clock: () => exchange.clock.read(),
        send: (request, notAfter) => sendWrite(config, instanceConfig, exchange, request, notAfter),
        syncUser: async () => {
          const { syncUser } = instanceConfig;
          return syncUser ? readUsername(name, syncUser.username, exchange.redactor) : undefined;
        },
      };
      opened.set(name, { instance, exchange });
      return instance;
    },

    async close() {
      for (const { exchange } of opened.values()) exchange.close();
      opened.clear();
    },
  };
}
