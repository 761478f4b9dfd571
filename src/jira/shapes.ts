/** Jira's answers, checked and put into our terms at the rim. Unknown members are ignored by name and kept in `fields`. */

import { z } from 'zod';
import { addressText, key, nameText as name } from '../contract/texts.ts';
import {
  type Change,
  FILES,
  type IssueType,
  type JiraField,
  type JiraLinkType,
  type JiraProject,
  type JiraStatus,
  type JiraUser,
  type ServerInfo,
} from './types.ts';

/** Ids are texts nearly everywhere, but `customFieldOption.id` on Data Center and a few others are numbers. */
export const id = z.union([name.min(1), z.number()]).transform(String);

/** Of an issue, or of the context of a field: both products document digits, and it becomes a part of addresses. */
export const digits = id.refine((text) => /^\d{1,20}$/.test(text), 'must be an id of digits');

/** `2026-09-27T10:03:11.123+0200`: milliseconds, offset without colon, in the site's zone. */
export const moment = z.string().transform((text, context) => {
  const at = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (!Number.isNaN(at)) return at;
  context.addIssue({ code: 'custom', message: 'must be a time like 2026-09-27T10:03:11.123+0200' });
  return z.NEVER;
});

/** On Cloud `name` follows the caller's language; `untranslatedName` does not. */
const named = z.looseObject({ id, name, untranslatedName: name.nullish() });
const nameOf = (thing: z.infer<typeof named>): string => thing.untranslatedName ?? thing.name;

/** `scope` stands on what belongs to one team-managed project (Cloud). */
const scoped = named.extend({
  scope: z.looseObject({ project: z.looseObject({ id }).nullish() }).nullish(),
});

function labelsOf(thing: z.infer<typeof scoped>) {
  const project = thing.scope?.project?.id;
  return {
    name: nameOf(thing),
    ...(nameOf(thing) === thing.name ? {} : { shownName: thing.name }),
    ...(project === undefined ? {} : { scope: project }),
  };
}

export const serverInfo = z
  .looseObject({
    baseUrl: addressText,
    version: name,
    deploymentType: name,
    serverTitle: name.nullish(),
  })
  .transform(
    ({ baseUrl, version, deploymentType, serverTitle }): ServerInfo => ({
      baseUrl,
      version,
      deploymentType,
      serverTitle: serverTitle ?? '',
    }),
  );

const userMembers = z.looseObject({
  accountId: name.nullish(),
  name: name.nullish(),
  key: name.nullish(),
  displayName: name.nullish(),
  emailAddress: name.nullish(),
  timeZone: name.nullish(),
});

/** Cloud has `accountId`, with `name` and `key` empty; Data Center has `name`. */
const userId = (user: z.infer<typeof userMembers>): string => user.accountId || user.name || user.key || '';

export const user = userMembers
  .refine((each) => userId(each) !== '', 'must have an accountId or a name')
  .transform(
    (each): JiraUser => ({
      id: userId(each),
      ...(each.accountId || !each.key ? {} : { key: each.key }),
      displayName: each.displayName ?? '',
      ...(each.emailAddress ? { email: each.emailAddress } : {}),
      ...(each.timeZone ? { timeZone: each.timeZone } : {}),
    }),
  );

/** Who wrote something; nobody for anonymous and deleted users. */
const author = userMembers.nullish().transform((each) => (each ? userId(each) : ''));

export const issueType = scoped
  .extend({ subtask: z.boolean().nullish() })
  .transform((type): IssueType => ({ id: type.id, ...labelsOf(type), subtask: type.subtask ?? false }));

export const issueTypes = z.array(issueType);

/** Data Center's document shows a thin project; the real one carries its issue types. */
export const project = z
  .looseObject({ id, key, name, issueTypes: issueTypes.nullish() })
  .transform(({ id, key, name, issueTypes }): JiraProject => ({ id, key, name, issueTypes: issueTypes ?? [] }));

export const permissions = z.looseObject({
  permissions: z.record(z.string(), z.looseObject({ havePermission: z.boolean() })),
});

export const status = scoped
  .extend({ statusCategory: z.looseObject({ key: name }).nullish() })
  .transform(
    (each): JiraStatus => ({ id: each.id, ...labelsOf(each), category: each.statusCategory?.key ?? 'undefined' }),
  );

export const statuses = z.array(status);

/** By issue type, `id` being the type's. */
export const statusesByType = z.array(z.looseObject({ id, statuses }));

/** Priorities, resolutions, components and versions. */
export const namedThings = z.array(named.transform((each) => ({ id: each.id, name: nameOf(each) })));

export const linkTypes = z.looseObject({
  issueLinkTypes: z.array(
    named.extend({ inward: name.nullish(), outward: name.nullish() }).transform(
      (each): JiraLinkType => ({
        id: each.id,
        name: nameOf(each),
        ...(each.inward ? { inward: each.inward } : {}),
        ...(each.outward ? { outward: each.outward } : {}),
      }),
    ),
  ),
});

export const users = z.array(user);

export const total = z.looseObject({ total: z.number() }).transform(({ total }) => total);
export const count = z.looseObject({ count: z.number() }).transform(({ count }) => count);

export const fields = z.array(
  scoped
    .extend({
      custom: z.boolean().nullish(),
      schema: z.looseObject({ type: name.nullish(), custom: name.nullish() }).nullish(),
    })
    .transform(
      (field): JiraField => ({
        id: field.id,
        ...labelsOf(field),
        custom: field.custom ?? field.id.startsWith('customfield_'),
        // A few fields (`issuekey`, `thumbnail`) have no schema.
        type: field.schema?.custom ?? field.schema?.type ?? '',
      }),
    ),
);

/** A cascading field's second level: Cloud names the option above (`optionId`), Data Center those below (`childrenIds`). */
export const option = z
  .looseObject({
    id,
    value: name,
    disabled: z.boolean().nullish(),
    optionId: id.nullish(),
    childrenIds: z.array(id).nullish(),
  })
  .transform(({ id, value, disabled, optionId, childrenIds }) => ({
    option: { id, value, disabled: disabled ?? false, ...(optionId ? { parent: optionId } : {}) },
    children: childrenIds ?? [],
  }));

/** Data Center names `total` not always, and pages can be shorter than asked. */
export const optionPage = z.looseObject({ options: z.array(option) });

/** Which projects a context of a custom field holds for (Cloud). */
export const contextMapping = z.looseObject({
  contextId: digits,
  projectId: id.nullish(),
  isGlobalContext: z.boolean().nullish(),
});

const item = z
  .looseObject({
    field: name,
    fieldId: name.nullish(),
    from: z.string().nullish(),
    to: z.string().nullish(),
  })
  .transform(({ field, fieldId, from, to, ...rest }) => {
    // Every object has a member of this name; only a text is Jira's.
    const { toString: text } = rest as Record<string, unknown>;
    const seen = typeof text === 'string' ? { text } : {};
    return { field: fieldId || (field === 'Attachment' ? FILES : field), from: from ?? null, to: to ?? null, ...seen };
  });

export const change = z
  .looseObject({ id: id.optional(), created: moment, author, items: z.array(item) })
  .transform(({ created, author, items }): Change => ({ at: created, author, items }));

/** A file that is attached, as a change: apps and imports attach files without the history saying so. */
export const file = z.looseObject({ id, created: moment, author, filename: name }).transform(
  (each): Change => ({
    at: each.created,
    author: each.author,
    items: [{ field: FILES, from: null, to: each.id, text: each.filename }],
  }),
);

export const changelog = z.looseObject({ total: z.number().nullish(), histories: z.array(change) });

export const comment = z.looseObject({ id, created: moment, updated: moment.nullish(), author, body: z.unknown() });
export const comments = z.looseObject({ total: z.number().nullish(), comments: z.array(comment) });

/** `reporter` is null where the field is hidden or the user is gone. */
export const issue = z.looseObject({
  id: digits,
  key,
  fields: z.looseObject({
    summary: name.nullish(),
    issuetype: z.looseObject({ id, name }),
    status: z.looseObject({ name }),
    reporter: author,
    created: moment,
    updated: moment,
    comment: comments.nullish(),
    attachment: z.array(file).nullish(),
  }),
  changelog: changelog.nullish(),
});

export type ReadIssue = z.infer<typeof issue>;

/** The issue's `fields` as they came; `issue` above turns some of them into our terms. */
export const rawIssue = z.looseObject({ fields: z.record(z.string(), z.unknown()) });
