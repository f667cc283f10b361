// A modal as Slack is told of it; apart from what happens on its submission, because commands open modals too.
import type { Block } from './block.ts';

type PlainText = { readonly type: 'plain_text'; readonly text: string };

/** A modal as Slack is told of it. */
export interface ModalView {
  readonly type: 'modal';
  readonly callback_id: string;
  readonly title: PlainText;
  readonly blocks: readonly Block[];
  readonly submit?: PlainText;
  readonly close?: PlainText;
  /** What its submission is told, up to 3,000 characters. */
  readonly private_metadata?: string;
}
