/** Search attributes on any server: an unregistered one would fail every workflow task for ever, so they are made sure of first. */
import { type Client, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { MigratorError } from '../contract/errors.ts';
import { SEARCH_ATTRIBUTES } from '../contract/names.ts';

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_KEYWORD_LIST, INDEXED_VALUE_TYPE_BOOL } =
  proto.temporal.api.enums.v1.IndexedValueType;
const TYPES = {
  Keyword: INDEXED_VALUE_TYPE_KEYWORD,
  KeywordList: INDEXED_VALUE_TYPE_KEYWORD_LIST,
  Bool: INDEXED_VALUE_TYPE_BOOL,
};

/** Registers what is missing; answers what it registered. Throws when one is there with another type, or we may not register. */
export async function ensureSearchAttributes(client: Client, namespace: string): Promise<string[]> {
  const { operatorService } = client.connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace }).catch((cause: unknown) => {
    throw isGrpcServiceError(cause) && cause.code === NOT_FOUND ? noNamespace(namespace, cause) : cause;
  });
  const wanted = Object.entries(SEARCH_ATTRIBUTES);
  const wrong = wanted.filter(([name, type]) => customAttributes[name] && customAttributes[name] !== TYPES[type]);
  if (wrong.length > 0) {
    throw new MigratorError(
      'InvalidConfiguration',
      `search attributes ${wrong.map(([name, type]) => `${name} (wanted ${type})`).join(', ')} exist with another type.`,
      {
        remedy: 'Remove them from the namespace, or use another namespace.',
      },
    );
  }
  const missing = wanted.filter(([name]) => !customAttributes[name]);
  if (missing.length === 0) return [];
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, TYPES[type]])),
    });
  } catch (cause) {
    throw new MigratorError(
      'InvalidConfiguration',
      `search attributes ${missing.map(([name]) => name).join(', ')} are not registered and could not be.`,
      {
        cause,
        remedy: 'Run `migrator setup` with rights to do so, or have the Temporal operator register them.',
      },
    );
  }
  return missing.map(([name]) => name);
}

/** gRPC's status code. */
const NOT_FOUND = 5;

const noNamespace = (namespace: string, cause: unknown): MigratorError =>
  new MigratorError('InvalidConfiguration', `the Temporal server has no namespace ${namespace}.`, {
    cause,
    remedy: `Register it with \`temporal operator namespace create --namespace ${namespace}\`, or name yours with --namespace or TEMPORAL_NAMESPACE. One that is new counts after some seconds.`,
  });
