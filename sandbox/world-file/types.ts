/** A world as a file: the types of world.schema.json, which says what each member means. */
export interface WorldFile {
  $schema?: string;
  version: 1;
  instances: InstanceFile[];
  synchronizations: SynchronizationFile[];
  original: { instance: string; synchronization: string };
  newHome?: string;
  move?: MoveFile;
  switches?: Record<string, unknown>;
}

export interface PlaceFile {
  instance: string;
  project: string;
}

export interface MoveFile {
  from: PlaceFile;
  to: PlaceFile;
  copyStarted: string;
  copyFinished: string;
  frozenSince: string;
}

interface Named {
  id: string;
  name: string;
}

export interface UserFile {
  name: string;
  displayName?: string;
  email?: string;
  timeZone?: string;
  admin?: boolean;
  token?: boolean;
}

export interface InstanceFile {
  name: string;
  title?: string;
  deployment?: 'dataCenter' | 'cloud';
  baseUrl: string;
  version?: string;
  serverId?: string;
  timeZone?: string;
  clockAheadMs?: number;
  syncUser?: string;
  users?: UserFile[];
  issueTypes: (Named & { subtask?: boolean })[];
  statuses: (Named & { category: 'new' | 'indeterminate' | 'done' })[];
  priorities: Named[];
  resolutions?: Named[];
  groups?: string[];
  loops?: Named[];
  fields?: (Named & {
    type: 'select' | 'cascadingselect' | 'textfield' | 'textarea';
    options?: (Named & { parent?: string })[];
    meaning?: string;
  })[];
  projects?: ProjectFile[];
  nextIds?: Partial<Record<IdKind, number>>;
}

export type IdKind = 'issue' | 'comment' | 'attachment' | 'change' | 'integration' | 'connector' | 'entry';

export interface ProjectFile {
  id?: string;
  key: string;
  name?: string;
  lead?: string;
  nextNumber?: number;
  components?: Named[];
  versions?: (Named & { released?: boolean })[];
  issues?: IssueFile[];
}

export interface CommentFile {
  id?: string;
  origin?: string;
  author: string;
  body: string;
  created: string;
  edited?: { by: string; at: string };
}

export interface IssueFile {
  id?: string;
  key: string;
  origin?: string;
  reporter?: string;
  creator?: string;
  created: string;
  updated?: string;
  parent?: string;
  archived?: { by: string; at: string };
  fields: Record<string, string>;
  comments?: CommentFile[];
  attachments?: {
    id?: string;
    origin?: string;
    author: string;
    filename: string;
    size?: number;
    mimeType?: string;
    created: string;
  }[];
  history?: {
    id?: string;
    author: string;
    created: string;
    items: { fieldId: string; from: string | null; to: string | null }[];
  }[];
}

export interface ConnectorFile {
  connectorKey: string;
  projectKey: string;
  connection: { application: { baseUrl: string; user: string } };
  [member: string]: unknown;
}

export interface EntryFile {
  localIssueKey: string;
  remoteIssueKey: string;
  [member: string]: unknown;
}

export interface SynchronizationFile {
  instance: string;
  running?: boolean;
  integration: {
    integrationKey: string;
    firstConnector: ConnectorFile;
    secondConnector: ConnectorFile;
    [member: string]: unknown;
  };
  syncInformation?: { firstConnector: EntryFile[]; secondConnector: EntryFile[] };
  pairs?: { first: string; second: string }[];
}

/** The connectors by side. */
export function connectorsOf({ integration }: SynchronizationFile): { first: ConnectorFile; second: ConnectorFile } {
  return { first: integration.firstConnector, second: integration.secondConnector };
}

export function instanceOfConnector(file: WorldFile, { connection }: ConnectorFile): InstanceFile | undefined {
  const wanted = withoutSlash(connection.application.baseUrl);
  return file.instances.find((each) => withoutSlash(each.baseUrl) === wanted);
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');
