/** Values of fields as a request has them → as an issue keeps them. */
import { asList, asObject, isObject, textOf } from '../http/json.ts';
import { jiraRefusal } from '../http/router.ts';
import type { LiveSide, Option } from '../world/model.ts';
import { choicesOf, kindOfValue, labelsValue, valueOfIds } from '../world/values.ts';

/** `{id}`, `{name}`, `{value}`, lists of them, `{value, child}` or a text. Throws Jira's 400 for what the field cannot hold. */
export function readValue({ instance, projectKey }: LiveSide, fieldId: string, value: unknown): string | null {
  if (value === null) return null;
  const choices = choicesOf(instance, fieldId, projectKey) ?? [];
  const refused = (why: string) => jiraRefusal(400, '', { [fieldId]: why });
  const one = (each: unknown, parent?: string): Option => {
    const wanted = textOf(each, 'id') ?? textOf(each, 'name') ?? textOf(each, 'value');
    const choice = choices.find(
      ({ id, name, parent: above }) => above === parent && (id === wanted || name === wanted),
    );
    if (!choice) throw refused(`Option '${String(wanted)}' is not valid`);
    return choice;
  };
  switch (kindOfValue(instance, fieldId)) {
    case 'text':
      if (typeof value === 'string') return value === '' ? null : value;
      throw refused('Operation value must be a string');
    case 'labels': {
      const labels = asList(value).filter((label) => typeof label === 'string');
      if (!Array.isArray(value) || labels.length < value.length) throw refused('data was not an array of strings');
      const wrong = labels.find((label) => /\s/.test(label));
      if (wrong !== undefined) throw refused(`The label '${wrong}' contains spaces which is invalid.`);
      return labelsValue(labels);
    }
    case 'choice':
      return one(value).id;
    case 'choices':
      if (!Array.isArray(value)) throw refused('data was not an array');
      return valueOfIds(
        instance,
        fieldId,
        value.map((each) => one(each).id),
      );
    case 'cascade': {
      const above = one(value);
      const { child } = asObject(value);
      return valueOfIds(instance, fieldId, [above.id, ...(isObject(child) ? [one(child, above.id).id] : [])]);
    }
  }
}
