/**
 * How much of what others send, or hand in, is taken. Each is far above anything that a Jira or a spreadsheet has, and low enough
 * that one answer or file cannot take the memory or the time of everybody else. docs/errors.md lists them; a test holds both together.
 */
const KILO = 1000;
const MEGA = KILO * KILO;

export const LIMITS = {
  /** Bytes of one JSON answer, decompressed: a configuration of thousands of mappings, or all fields of a large Jira, has a few million. */
  answer: 16 * MEGA,
  /** Bytes of one page of a search: 100 issues with their comments and changes. */
  page: 64 * MEGA,
  /** Bytes that are read of an answer that refuses: only its first lines are shown. */
  refusal: 64 * KILO,
  /** Bytes of synced issue data, which is never held in memory: a million pairs have about 0.8 billion. */
  issueData: 8 * KILO * MEGA,
  /** Bytes of one entry of it, which is. */
  entry: 16 * MEGA,
  /** Levels of lists and objects within each other. */
  depth: 500,
  /** Pages of one list: with 100 on each that is ten million. */
  pages: 100 * KILO,
  /** Elements of one list that is kept whole: options of a field, changes of an issue, users that were asked about. */
  list: MEGA,
  /** Bytes of a table that is handed in: CSV, or lines of JSON. */
  table: 64 * MEGA,
  /** Lines of such a table. */
  lines: MEGA,
  /** Bytes of a document that is handed in: YAML or JSON. */
  document: 2 * MEGA,
  /** Bytes of a start object, as it is recorded; a list of many is handed in as an artifact. */
  start: MEGA,
  /** Bytes of one message to a run, as it is recorded. */
  message: 256 * KILO,
  /** Bytes of all answers that a run keeps: they go along with every step, and a server takes no more than 2 MB at once. */
  answers: 512 * KILO,
  /** Bytes of what an activity answers: beyond 2 MB a server ends the run. */
  payload: 1.9 * MEGA,
  /** Elements and members of one message, all together. */
  members: 20 * KILO,
  /** Problems of one file that are listed. */
  problems: 100,
  /** Characters of the key of an issue, project, connector or synchronization. */
  key: 255,
  /** Characters of an address. */
  address: 2 * KILO,
  /** Characters of a name: of a status, field, option, person; of a summary, which Jira cuts at 255. */
  name: 4 * KILO,
  /** Bytes of any other text: a description, a comment, a value before and after a change. Jira's own limit is 32,767 characters. */
  text: MEGA,
  /** Comments of one issue. Cloud takes 5,000. */
  comments: 50 * KILO,
  /** Characters of what lists of workflows are searched by: the name of a batch, and of an original with its instance. */
  searched: 255,
  /** Characters of a reason. */
  reason: 4 * KILO,
} as const;

/** As people read it: `16 MB`, `8 GB`, `64 kB`. */
export function sizeText(bytes: number): string {
  if (bytes >= KILO * MEGA) return `${bytes / (KILO * MEGA)} GB`;
  return bytes >= MEGA ? `${bytes / MEGA} MB` : `${bytes / KILO} kB`;
}
