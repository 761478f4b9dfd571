/** What programs that we start are given of our environment: what they need, and not the secrets of instances and store. */
import type { Environment } from './cache.ts';

/** What any program needs: where it is, where its files are, which language it speaks. */
const ANY =
  /^(?:PATH|PATHEXT|HOME|USER|LOGNAME|SHELL|PWD|TMPDIR|TEMP|TMP|LANG|LANGUAGE|LC_\w+|TZ|TERM|XDG_\w+|SystemRoot|SystemDrive|windir|ComSpec|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData)$/i;

/** Of one that reaches a network: proxies, and certificates of a company's own. */
const NETWORK = /^(?:(?:HTTP|HTTPS|ALL|NO)_PROXY|SSL_CERT_\w+)$/i;

/** Of the Go command: its own settings, and those of the compiler and Git that it runs. */
const GO = /^(?:GO\w*|CGO_\w+|CC|CXX|NETRC|GIT_\w+|SSH_AUTH_SOCK)$/;

/** Of the worker: logging, Node's and Temporal's settings, and ours. */
const WORKER = /^(?:LOG_LEVEL|NODE_\w+|TEMPORAL_\w+|MIGRATOR_\w+|BACKBONE_MIGRATOR_\w+|OTEL_\w+|PG\w+)$/;

const kept = (env: Environment, ...names: RegExp[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && names.some((name) => name.test(entry[0])),
    ),
  );

/** For the Temporal server, and for helpers such as `tar`. */
export const plainEnvironment = (env: Environment): Record<string, string> => kept(env, ANY);

/** For a build by Go. */
export const buildEnvironment = (env: Environment): Record<string, string> => kept(env, ANY, NETWORK, GO);

/** For the worker: with the variables that `sources`, such as `env:JIRA_TOKEN`, name. */
export function workerEnvironment(env: Environment, sources: readonly string[]): Record<string, string> {
  const named = sources.filter((source) => source.startsWith('env:')).map((source) => source.slice('env:'.length));
  const secrets = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && named.includes(entry[0]),
  );
  return { ...kept(env, ANY, NETWORK, WORKER), ...Object.fromEntries(secrets) };
}
