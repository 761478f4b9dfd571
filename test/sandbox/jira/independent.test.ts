/** The Jira side, driven by jira.js: a client that knows nothing of the sandbox and has its own idea of Jira's answers. */
import { Version2Client } from 'jira.js';
import { expect, it } from 'vitest';
import { eventually, issuesOf, open } from '../harness.ts';

function clientOf(baseUrl: string | undefined, user = 'anna'): Version2Client {
  // Data Center's basic authentication; jira.js calls both parts by their names on Cloud.
  const basic = { email: user, apiToken: 'sandbox-password' };
  return new Version2Client({ host: baseUrl ?? '', authentication: { basic } });
}

it('reads the site, its configuration and the caller', async () => {
  await using sandbox = await open();
  const jira = clientOf(sandbox.sandbox.ready.instances['jira-new'], 'migrator');
  expect(await jira.serverInfo.getServerInfo()).toMatchObject({ version: '10.3.13', deploymentType: 'Server' });
  expect(await jira.myself.getCurrentUser()).toMatchObject({ name: 'migrator', active: true });
  const project = await jira.projects.getProject({ projectIdOrKey: 'PA' });
  expect(project).toMatchObject({ key: 'PA', name: 'Project A', lead: { name: 'anna' } });
  const types = await jira.issueTypes.getIssueAllTypes();
  expect(types.map(({ name, subtask }) => [name, subtask])).toContainEqual(['Sub-task', true]);
  const statuses = await jira.projects.getAllStatuses({ projectIdOrKey: 'PA' });
  expect(statuses[0]?.statuses?.map(({ name }) => name)).toEqual(['To Do', 'In Progress', 'In Review', 'Done']);
  expect((await jira.workflowStatuses.getStatuses()).map(({ statusCategory }) => statusCategory?.key)).toContain(
    'done',
  );
  expect((await jira.issuePriorities.getPriorities()).map(({ name }) => name)).toContain('Highest');
  expect((await jira.issueResolutions.getResolutions()).map(({ name }) => name)).toContain('Fixed');
  const fields = await jira.issueFields.getFields();
  expect(fields.filter(({ name }) => name === 'Customer reference')).toHaveLength(2);
  const mine = await jira.permissions.getMyPermissions({ permissions: 'ADMINISTER,BROWSE_PROJECTS' });
  expect(mine.permissions).toMatchObject({ ADMINISTER: { havePermission: true } });
});

it('does a person’s day: creates, edits, comments, transitions, searches; and the synchronization carries it', async () => {
  await using sandbox = await open({ world: 'workaround' });
  const jira = clientOf(sandbox.sandbox.ready.instances['jira-new']);
  const made = await jira.issues.createIssue({
    fields: {
      project: { key: 'PA' },
      issuetype: { name: 'Bug' },
      summary: 'Made by jira.js',
      customfield_10320: { value: 'Critical' },
    },
  });
  await jira.issues.editIssue({ issueIdOrKey: made.key, fields: { description: 'h3. Steps\r\n# one' } });
  const said = await jira.issueComments.addComment({ issueIdOrKey: made.key, comment: 'Seen it too.' });
  const { transitions = [] } = await jira.issues.getTransitions({ issueIdOrKey: made.key });
  const review = transitions.find((each) => each.to?.name === 'In Review');
  await jira.issues.doTransition({ issueIdOrKey: made.key, transition: { id: review?.id ?? '' } });
  const issue = await jira.issues.getIssue({ issueIdOrKey: made.key, expand: 'changelog' });
  expect(issue.fields).toMatchObject({
    summary: 'Made by jira.js',
    status: { name: 'In Review' },
    reporter: { name: 'anna' },
    customfield_10320: { value: 'Critical' },
  });
  expect(issue.changelog?.histories?.flatMap(({ items = [] }) => items.map(({ field }) => field))).toEqual([
    'description',
    'status',
  ]);
  const { comments = [] } = await jira.issueComments.getComments({ issueIdOrKey: made.key });
  expect(comments.map(({ id }) => id)).toEqual([said.id]);
  const found = await jira.issueSearch.searchForIssuesUsingJqlPost({ jql: 'project = PA', maxResults: 5, startAt: 20 });
  expect([found.total, found.issues?.length]).toEqual([25, 5]);
  const copied = async () => {
    const issues = [...(await issuesOf(sandbox, 'jira-partner', 'PB')).values()];
    return issues.some(({ fields }) => fields.summary === 'Made by jira.js' && fields.comment.comments.length === 1);
  };
  expect(await eventually(copied)).toBe(true);
  await jira.issues.deleteIssue({ issueIdOrKey: made.key });
  await expect(jira.issues.getIssue({ issueIdOrKey: made.key })).rejects.toMatchObject({ status: 404 });
});

it('makes a sub-task and reads its parent and a file', async () => {
  await using sandbox = await open();
  const jira = clientOf(sandbox.sandbox.ready.instances['jira-new']);
  const fields = { project: { key: 'PA' }, issuetype: { name: 'Sub-task' }, summary: 'Part of it' };
  await expect(jira.issues.createIssue({ fields })).rejects.toMatchObject({ status: 400 });
  const { key } = await jira.issues.createIssue({ fields: { ...fields, parent: { key: 'PA-1' } } });
  const child = await jira.issues.getIssue({ issueIdOrKey: key });
  expect(child.fields.parent).toMatchObject({ key: 'PA-1' });
  const act = { action: 'once', kind: 'attach', instance: 'jira-new', key, value: 'log.txt' };
  await sandbox.control('POST', '/sandbox/people', act);
  const [file] = (await jira.issues.getIssue({ issueIdOrKey: key })).fields.attachment ?? [];
  expect(await jira.issueAttachments.getAttachment({ id: file?.id ?? '' })).toMatchObject({ filename: 'log.txt' });
});

it('is told what is wrong as Jira tells it', async () => {
  await using sandbox = await open();
  const jira = clientOf(sandbox.sandbox.ready.instances['jira-new']);
  const wrong = {
    project: { key: 'PA' },
    issuetype: { name: 'Bug' },
    summary: '',
    customfield_10320: { value: 'None' },
  };
  await expect(jira.issues.createIssue({ fields: wrong })).rejects.toMatchObject({
    status: 400,
    response: { data: { errors: { customfield_10320: "Option 'None' is not valid" } } },
  });
  await expect(jira.issueSearch.searchForIssuesUsingJqlPost({ jql: 'key in (PA-1, PA-999)' })).rejects.toMatchObject({
    status: 400,
  });
  const nobody = clientOf(sandbox.sandbox.ready.instances['jira-new'], 'nobody');
  await expect(nobody.myself.getCurrentUser()).rejects.toMatchObject({ status: 401 });
});
