/**
 * Who is the same person. People type their names, and the configuration, the start object and every message spell them in their own
 * way. This is the one comparison: whoever may approve, approves, answers or is searched for is compared here and nowhere else.
 */

/** `Kim Doe <kim@example.com>`, as mail programs copy an address. */
const ADDRESS_IN_BRACKETS = /<([^<>\s@]+@[^<>\s@]+)>$/u;
/** Zero-width and soft characters: nobody sees them. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * What a person's name is compared by: NFC, without invisible characters and the spaces around it, one space between words, and the case
 * left out. E-mail addresses are compared so because mail systems deliver them so. Other names are compared in the same way, because the
 * directories behind Jira (its own, Active Directory, LDAP) look user names up without regard to case: "Kim" and "kim" are one login.
 * An account id of Jira Cloud has no capital letters, so nothing is lost.
 */
export function personOf(name: string): string {
  const plain = name.normalize('NFC').replace(INVISIBLE, '').replace(/\s+/gu, ' ').trim();
  const [, address = plain] = ADDRESS_IN_BRACKETS.exec(plain) ?? [];
  return address.toLowerCase().normalize('NFC');
}

/** Whether two spellings name one person. */
export const samePerson = (one: string, other: string): boolean => personOf(one) === personOf(other);

/** One spelling for each person, the first one of each. */
export const distinctPeople = (names: readonly string[]): string[] =>
  names.filter((name, at) => names.findIndex((other) => samePerson(other, name)) === at);
