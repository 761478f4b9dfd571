/** The commands of docs/operating.md. */

/** Every line of its shell blocks. */
export const shellLines = (page: string): string[] =>
  [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n').map((line) => line.trim()));

/** Of these, and of what a table cites, the commands of the program, without its name. Placeholders stand as `<name>`. */
export function migratorLines(page: string): string[] {
  const cited = [...page.matchAll(/`migrator ([^`]+)`/g)].map(([, line = '']) => line);
  const run = shellLines(page).map(
    (line) => /(?:^(?:migrator|auditor)|src\/cli\/main\.ts) (.+)$/.exec(line)?.[1] ?? '',
  );
  return [...new Set([...run, ...cited])].filter((line) => line !== '' && line !== '"$@"; }');
}
