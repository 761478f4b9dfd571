/**
 * Which configured instance an address is. The address that the configuration gives is the operator's word, so it counts before what a
 * Jira says of itself: one that states the address of another, a copy or a hostile one, is not taken for it and does not answer for it.
 */
import type { Connector } from '../backbone/types.ts';
import type { InstanceConfig } from '../config/types.ts';
import type { Side } from '../contract/steps.ts';
import { jiraAt, jiraOf } from '../jira/identity.ts';
import type { StepContext } from './context.ts';

/**
 * The instance that a connector is on. `sides`: those that the migration is about; they alone are asked what they state. `undefined`:
 * none of these, and no address of the configuration. One Jira may have two names there: then the one under which the start object
 * names this very project is meant.
 */
export async function instanceAt(
  { config, open }: Pick<StepContext, 'config' | 'open'>,
  { projectKey, connection }: Connector,
  sides: readonly Side[],
): Promise<InstanceConfig | undefined> {
  const jira = jiraAt(connection?.application?.baseUrl ?? '');
  if (!jira) return undefined;
  const named = sides.flatMap(({ instance }) => config.instances[instance] ?? []);
  const isConfigured = (each: InstanceConfig) => jiraAt(each.baseUrl) === jira;
  const firstThatStates = async (instances: readonly InstanceConfig[]) => {
    for (const each of new Set(instances)) if ((await jiraOf(open(each.name))) === jira) return each;
    return undefined;
  };
  const withProject = sides.filter(({ project }) => project === projectKey).map(({ instance }) => instance);
  return (
    named.find(isConfigured) ??
    (await firstThatStates(named.filter(({ name }) => withProject.includes(name)))) ??
    Object.values(config.instances).find(isConfigured) ??
    (await firstThatStates(named))
  );
}
