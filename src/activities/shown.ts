/** What is entered, with the picture that everybody sees from then on: both in one transaction, and the picture is of the fold. */
import type { Plan } from '../contract/steps.ts';
import { describe, type View } from '../migration/describe.ts';
import { asEntry, type Draft } from '../migration/entries.ts';
import { fold } from '../migration/evolve.ts';
import { initialState, type State } from '../migration/state.ts';
import type { Claim, Holder, Store } from '../store/store.ts';
import { planIn } from './recall.ts';

/** A migration for whoever enters something about it without doing a step. */
export interface Book {
  store: Store;
  claim: Claim;
  holder: Holder;
  state: State;
  plan?: Plan | undefined;
}

export async function openBook(store: Store, claim: Claim, holder: Holder): Promise<Book> {
  const entries = await store.ledger.read(claim.migration);
  const state = fold(initialState(claim.recordedStart), entries.map(asEntry));
  return { store, claim, holder, state, plan: await planIn(store, state) };
}

/** Enters it, and answers the state with it. Others may have entered something meanwhile: that is in it too. */
export async function enter(book: Book, draft: Draft, view: View, close?: string): Promise<State> {
  let { state } = book;
  await book.store.ledger.append(book.holder, draft, {
    picture: {
      after: state.n,
      of: (entries) => {
        state = fold(book.state, entries.map(asEntry));
        return shown({ ...book, state }, view);
      },
    },
    ...(close === undefined ? {} : { close }),
  });
  return state;
}

export const show = (book: Book, view: View): Promise<void> =>
  book.store.projections.put(book.holder, shown(book, view));

export const shown = ({ claim, state, plan }: Book, view: View) => {
  const { migration, workflowId, recordedStart: start } = claim;
  return describe(state, view, { migration, workflowId, start, plan });
};
