/**
 * What the sandbox is made of. Plain data: the modules around it change it, the record remembers every change.
 */
import type { Synchronization } from '../backbone/model.ts';
import type { Switches } from '../switches.ts';
import type { Clock } from './clock.ts';
import type { WorldRecord } from './record.ts';

export interface User {
  name: string;
  displayName: string;
  /** Where it is not `<name>@example.com`. */
  email?: string;
  password: string;
  /** Personal access token (Data Center), where the user has one. */
  token?: string;
  /** Zone in which Jira reads this user's JQL date literals. It may differ from the zone of the site. */
  timeZone: string;
  /** May act in Backbone: system or project administrator. */
  admin: boolean;
}

export interface NamedThing {
  id: string;
  name: string;
}

export interface IssueType extends NamedThing {
  subtask: boolean;
}

export interface Status extends NamedThing {
  category: 'new' | 'indeterminate' | 'done';
}

/** `parent`: of the second level of a cascading field, the option above. */
export interface Option extends NamedThing {
  parent?: string;
}

export interface Version extends NamedThing {
  released: boolean;
}

export interface CustomField {
  id: string;
  name: string;
  type: 'select' | 'cascadingselect' | 'textfield' | 'textarea';
  options: Option[];
  /** What the field stands for, independent of its id and its name: how the verdict compares across instances. */
  meaning: string;
}

export interface Comment {
  id: string;
  /** Identity of what the person wrote; copies made by a synchronization or by a project move inherit it. */
  origin: string;
  author: string;
  body: string;
  created: number;
  /** The last edit. */
  edited?: { by: string; at: number };
}

export interface Attachment {
  id: string;
  /** Identity of the file a person uploaded; copies inherit it. */
  origin: string;
  author: string;
  filename: string;
  /** Bytes. */
  size: number;
  mimeType: string;
  created: number;
}

export interface ChangeItem {
  field: string;
  fieldId: string;
  from: string | null;
  fromString: string | null;
  to: string | null;
  toString: string | null;
}

export interface Change {
  id: string;
  author: string;
  created: number;
  items: ChangeItem[];
}

export interface Issue {
  id: string;
  key: string;
  number: number;
  projectKey: string;
  /** Identity of the logical issue; copies made by a synchronization or by a project move inherit it. */
  origin: string;
  reporter: string;
  creator: string;
  created: number;
  updated: number;
  /** By field id; texts as they are; choices as ids; labels, components, versions and both levels as `lookup.ts` joins them. */
  values: Map<string, string>;
  comments: Comment[];
  /** Those that were deleted. */
  deletedComments?: Comment[];
  attachments: Attachment[];
  history: Change[];
  /** Of a sub-task. */
  parentKey?: string;
  /** Came with the copy of its project: what is not later than `until` was stamped by the clock of its old home. */
  copied?: { clock: InstanceClock; until: number };
  /** Archived issues can be read by their key, are found by no search and cannot be changed. */
  archived?: { by: string; at: number };
}

export interface Project {
  id: string;
  key: string;
  name: string;
  lead: string;
  nextNumber: number;
  components: NamedThing[];
  versions: Version[];
  issues: Map<string, Issue>;
  /** Keys in the order in which issues were touched: what a detection query has to look at again. */
  touched: string[];
}

/** How far an instance's clock is ahead of the true time, in milliseconds; negative: behind. */
export interface InstanceClock {
  aheadMs: number;
}

export interface Instance {
  name: string;
  title: string;
  /** A Cloud site has other REST, no REST of Backbone, and everything there is a person's. */
  deployment: 'dataCenter' | 'cloud';
  /** Filled when its server listens. */
  baseUrl: string;
  /** Others that it listens at, without calling itself so. */
  addresses: string[];
  version: string;
  serverId: string;
  timeZone: string;
  clock: InstanceClock;
  /** Whom synchronizations that people create in the pages act as. */
  syncUser: string;
  users: Map<string, User>;
  issueTypes: IssueType[];
  statuses: Status[];
  priorities: NamedThing[];
  resolutions: NamedThing[];
  /** Names. Nobody is in them. */
  groups: string[];
  /** Transitions that leave an issue in its status; all others follow from the statuses. */
  loops: NamedThing[];
  fields: CustomField[];
  projects: Map<string, Project>;
  /** Keys that issues had before they were moved → their keys now. */
  movedKeys: Map<string, string>;
  nextId: {
    issue: number;
    comment: number;
    attachment: number;
    change: number;
    integration: number;
    connector: number;
    entry: number;
  };
}

/** A project people work in; old homes of moved projects are not among them. */
export interface LiveSide {
  instance: Instance;
  projectKey: string;
}

/** `renamed`: moved, and the project has another key there, the users other names. */
export type WorldKind = 'moved' | 'workaround' | 'renamed';

/** One migration that a world is about. */
export interface Undertaking {
  original: Synchronization;
  /** Name of the instance where the new synchronization will be configured. */
  newHome: string;
  /** Where the moved project was, and is; absent where nothing moved. */
  moved?: { from: LiveSide; to: LiveSide };
  live: { a: LiveSide; b: LiveSide };
  move: { copyStarted: number; copyFinished: number; frozenSince: number };
}

export interface World extends Undertaking {
  kind: WorldKind;
  clock: Clock;
  record: WorldRecord;
  switches: Switches;
  instances: Map<string, Instance>;
  /** Names of instances whose server is down: nobody reaches them, and what is configured there does not run. */
  down: Set<string>;
  synchronizations: Synchronization[];
  /** All there ever were, deleted ones too. */
  known: Synchronization[];
  /** Of a batch; the world's own undertaking is the first. */
  others: Undertaking[];
  startedAt: number;
  nextOrigin: number;
  nextMessage: number;
  nextMapping: number;
}
