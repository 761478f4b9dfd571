/** What every activity is given; built once by the worker and passed down. No globals. */
import type { Logger } from 'pino';
import type { Config } from '../config/types.ts';
import type { Instances } from '../jira/instance.ts';
import type { Store } from '../store/store.ts';

export interface ActivityDeps {
  config: Config;
  store: Store;
  instances: Instances;
  log: Logger;
}
