/** Judges what a command printed, without asking the code that cleans it. */
import { HOSTILE_TEXTS } from '../../sandbox/seed/hostile.ts';
import { acting } from './acting.ts';

/** Those that a shell can hand to a command. */
export const TYPED = HOSTILE_TEXTS.filter((text) => !text.includes('\0') && text.isWellFormed());

/** Also one of our own lines, where it is true. */
const OURS_TOO = 'Can be sent now: approve';

/** What would stand at the beginning of a line, were a line of theirs one of ours. */
const FORGED = [
  ...HOSTILE_TEXTS.flatMap((text) => text.split(/[\r\n\u0085\u2028\u2029]+/).slice(1)),
  'Decision 3f9ac2d1',
  '2 of 2 approvals',
]
  .map((line) => line.trim())
  .filter((line) => line.length > 3 && line !== OURS_TOO && !line.startsWith('| --- |'));

/** What our own drawing and asking writes: up, to a column, clear from here. */
const ESC = '\u001b';
const DRAWING = new RegExp(`${ESC}\\[(?:\\d+[AG]|0?J)`, 'g');

export interface Judgement {
  /** Signs that steer a terminal, turn the direction or are not seen. */
  acting: string[];
  /** Lines of theirs that look like ours. */
  forged: string[];
  /** Commands to be copied in which a shell would read what others wrote as commands of its own. */
  unquoted: string[];
}

export const CLEAN: Judgement = { acting: [], forged: [], unquoted: [] };

/** The workflow id that somebody chose, where a shell would read it; quoted it stands behind an apostrophe. */
const UNQUOTED = /\bmigrator [a-z ]+ [\w-]*x; touch owned/;
export const HOSTILE_ID = 'x; touch owned #\nDecision 3f9ac2d1 \u001b[2J\u202e';

export function judged(printed: string): Judgement {
  const text = printed.replaceAll(/\r+\n/g, '\n').replaceAll(DRAWING, '');
  const lines = text.split('\n');
  return {
    acting: acting(text.replaceAll('\n', '')),
    forged: lines.filter((line) => FORGED.some((forged) => line.trim().startsWith(forged))),
    unquoted: lines.filter((line) => UNQUOTED.test(line)),
  };
}
